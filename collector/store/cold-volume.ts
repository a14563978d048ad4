/**
 * The cold volume: where old days are moved to, one day at a time, and read from like all others. Invariants: a day is
 * moved part by part, each at once for readers, so a kill leaves parts here or there and none twice; a day that could
 * not be moved whole is said to be so.
 */
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import type { Connection } from './connection.ts';
import type { BoundQuery } from './event-query.ts';
import type { ColdDays, ColdRoom } from './event-retention.ts';
import { StoreUnavailableError } from './store.ts';

export interface ColdVolumePorts {
  connection: Pick<Connection, 'command' | 'systemTable'>;
  /** A read that outlives a restart of the engine. */
  rows: <T>(bound: BoundQuery, toRow: (row: unknown) => T) => Promise<T[]>;
}

const POLL_MS = 500;
const EVENTS = "database = currentDatabase() AND table IN ('events', 'events_local')";
const NAME = /^[A-Za-z0-9_.-]{1,64}$/;

const integer = z.union([z.string().regex(/^\d+$/), z.number()]).transform(Number);
const volumeSchema = z.object({ volume_name: z.string(), disks: z.array(z.string()) });

/** Whether it is a name that a statement may hold. */
export function isPolicyName(name: string): boolean {
  return NAME.test(name);
}

interface Volume {
  name: string;
  disks: readonly string[];
}

export class ColdVolume implements ColdDays {
  readonly #ports: ColdVolumePorts;
  /** The last volume of the policy that events have; undefined when it is their only one. */
  #volume: Volume | undefined;

  constructor(ports: ColdVolumePorts) {
    this.#ports = ports;
  }

  get isThere(): boolean {
    return this.#volume !== undefined;
  }

  /** Disks that old days lie on. */
  get disks(): readonly string[] {
    return this.#volume?.disks ?? [];
  }

  /**
   * Gives events the storage policy, when one is named, and learns which volume is the cold one.
   * @throws StoreUnavailableError, RangeError for a name no statement may hold
   */
  async adopt(policy: string | undefined): Promise<void> {
    const { connection, rows } = this.#ports;
    if (policy !== undefined && !isPolicyName(policy))
      throw new RangeError(`"${policy}" is no policy's name`);
    const query = `SELECT storage_policy AS policy FROM system.tables
      WHERE database = currentDatabase() AND name IN ('events_local', 'events')
      ORDER BY name = 'events_local' DESC LIMIT 1`;
    const [now] = await rows(
      { query, params: {} },
      (row) => z.object({ policy: z.string() }).parse(row).policy,
    );
    if (policy !== undefined && now !== policy) {
      await connection.command(`ALTER TABLE events MODIFY SETTING storage_policy = '${policy}'`);
    }
    const volumes = await rows(
      {
        query: `SELECT volume_name, disks FROM system.storage_policies
          WHERE policy_name = {policy:String} ORDER BY volume_priority`,
        params: { policy: policy ?? now ?? 'default' },
      },
      (row) => volumeSchema.parse(row),
    );
    const last = volumes.length > 1 ? volumes.at(-1) : undefined;
    this.#volume = last && { name: last.volume_name, disks: last.disks };
    if (this.#volume !== undefined && !isPolicyName(this.#volume.name))
      throw new RangeError(`"${this.#volume.name}" is no volume's name`);
  }

  async daysToMove(newest: number): Promise<number[]> {
    if (this.#volume === undefined) return [];
    return this.#hotDays('toUInt32(partition_id) <= {day:UInt32}', newest);
  }

  /** Parts of which all was deleted are empty, lie on the first disk, and clear themselves away. */
  #hotDays(which: string, day: number): Promise<number[]> {
    const { connection, rows } = this.#ports;
    return rows(
      {
        query: `SELECT DISTINCT toUInt32(partition_id) AS day FROM ${connection.systemTable('parts')}
          WHERE active AND rows > 0 AND ${EVENTS} AND NOT has({cold:Array(String)}, disk_name) AND ${which}
          ORDER BY day`,
        params: { cold: this.disks, day },
      },
      (row) => z.object({ day: integer }).parse(row).day,
    );
  }

  async moveDay(day: number, signal?: AbortSignal): Promise<void> {
    const volume = this.#volume;
    if (volume === undefined || !Number.isSafeInteger(day))
      throw new RangeError(`day ${day} cannot be moved`);
    let cause: unknown;
    try {
      await this.#ports.connection.command(
        `ALTER TABLE events MOVE PARTITION ID '${day}' TO VOLUME '${volume.name}'`,
      );
    } catch (error) {
      // Perhaps only the answer was late; and of a cluster's nodes some have nothing of the day to move.
      cause = error;
    }
    while (await this.#isMoving())
      await setTimeout(POLL_MS, undefined, signal === undefined ? {} : { signal });
    if ((await this.#hotDays('toUInt32(partition_id) = {day:UInt32}', day)).length === 0) return;
    throw new StoreUnavailableError(`Day ${day} could not be moved to volume ${volume.name}.`, { cause });
  }

  async #isMoving(): Promise<boolean> {
    const { connection, rows } = this.#ports;
    const query = `SELECT count() AS moves FROM ${connection.systemTable('moves')} WHERE ${EVENTS}`;
    const [row] = await rows({ query, params: {} }, (value) => z.object({ moves: integer }).parse(value));
    return (row?.moves ?? 0) > 0;
  }

  async room(): Promise<ColdRoom | undefined> {
    if (this.#volume === undefined) return undefined;
    const { connection, rows } = this.#ports;
    const [disk] = await rows(
      {
        query: `SELECT min(free_space) AS free, min(total_space) AS total FROM ${connection.systemTable('disks')}
          WHERE has({cold:Array(String)}, name)`,
        params: { cold: this.disks },
      },
      (row) => z.object({ free: integer, total: integer }).parse(row),
    );
    const [stored] = await rows(
      {
        query: `SELECT sum(bytes_on_disk) AS bytes, uniqExact(partition_id) AS days FROM ${connection.systemTable('parts')}
          WHERE active AND ${EVENTS} AND has({cold:Array(String)}, disk_name)`,
        params: { cold: this.disks },
      },
      (row) => z.object({ bytes: integer, days: integer }).parse(row),
    );
    return {
      freeBytes: disk?.free ?? 0,
      totalBytes: disk?.total ?? 0,
      storedBytes: stored?.bytes ?? 0,
      days: stored?.days ?? 0,
    };
  }
}
