/**
 * Retention's statements: every one that deletes events stands here.
 * Invariants: rows above the named batch are never touched; an old day takes no inserts, so what was counted is what
 * is deleted; statements only begin a mutation and its end is looked up, so a kill in between loses nothing.
 *
 * Measured on a day of a million rows of 1,000 hosts: marking rows as deleted takes 60 ms of CPU for one host and for
 * half of them, but frees nothing; writing the day anew takes 800 ms either way; reading a day that is half marked
 * costs what reading the whole did. So rows are marked until a quarter of the day is dead; then it is written anew.
 * A mutation makes links of the parts of all other days too (2.5 ms of CPU a part, and the embedded engine's few
 * background slots make it wait 0.14 s for each): so one statement deletes what is due in all days.
 */
import { setTimeout } from 'node:timers/promises';
import type { ClickHouseSettings } from '@clickhouse/client';
import { z } from 'zod';
import type { Connection } from './connection.ts';
import { textColumn, uint64Column } from './arrow-columns.ts';
import { ColdVolume } from './cold-volume.ts';
import { frame } from './encode-batch.ts';
import type { BoundQuery } from './event-query.ts';
import {
  type DayDeletion,
  DELETED_DAYS_MAX,
  type EventRetention,
  type HostDay,
  type HostOldest,
  type HostRows,
  type StoreDisk,
  type StoredAgency,
  type StoredDay,
} from './event-retention.ts';
import { StoreUnavailableError } from './store.ts';

/** What it needs of the store around it. */
export interface RetentionPorts {
  connection: Pick<Connection, 'command' | 'insertArrow' | 'systemTable'>;
  /** A read that outlives a restart of the engine. */
  rows: <T>(bound: BoundQuery, toRow: (row: unknown) => T, settings?: ClickHouseSettings) => Promise<T[]>;
  /** Saves the marks up to the newest batch. */
  checkpointMarks: () => Promise<void>;
  readCheckpoint: () => Promise<number>;
}

const integer = z.union([z.string().regex(/^-?\d+$/), z.number()]).transform(Number);
const daySchema = z.object({ day: integer, rows: integer, bytes: integer, masked: integer });
const hostSchema = z.object({
  agent_id: z.string(),
  agency_ids: z.array(integer),
  rows: integer,
  first_ms: integer,
  last_ms: integer,
  batch_max: integer,
});
const countedSchema = z.object({ day: integer, rows: integer });
const mutationSchema = z.object({
  mutation_id: z.string(),
  failed: z.string(),
  code_name: z.string(),
});

/** A day is counted beside everything else: it may take its time. */
const COUNT: ClickHouseSettings = { max_execution_time: 1_800 };
const HOST_COLUMNS = 'agent_id, agency_ids, rows, first_ms, last_ms, batch_max';
/** Share of deleted rows from which a day is written anew. */
const DEAD_SHARE_MAX = 0.25;
const POLL_MS = { min: 5, max: 1_000 };
/** Days that are counted in one statement: fewer than the partitions an insert may touch, and so many rows. */
const COUNTED_DAYS_MAX = 50;
const COUNTED_ROWS_MAX = 50_000_000;
/** Hosts asked for in one query: they travel in its address. */
const HOSTS_PER_QUERY = 200;

/** The day as the id of its partition. @throws RangeError when it is no YYYYMMDD */
function partitionId(day: number): string {
  if (!Number.isSafeInteger(day) || day < 19_700_101 || day > 29_991_231) {
    throw new RangeError(`${day} is not a day YYYYMMDD`);
  }
  return `'${day}'`;
}

function toHostDay(value: unknown): HostDay {
  const row = hostSchema.parse(value);
  return {
    agentId: row.agent_id,
    agencyIds: row.agency_ids,
    rows: row.rows,
    firstMs: row.first_ms,
    lastMs: row.last_ms,
    batchMax: row.batch_max,
  };
}

export class ClickHouseRetention implements EventRetention {
  readonly #ports: RetentionPorts;
  readonly cold: ColdVolume;

  constructor(ports: RetentionPorts) {
    this.#ports = ports;
    this.cold = new ColdVolume(ports);
  }

  #system(name: string): string {
    return this.#ports.connection.systemTable(name);
  }

  async days(): Promise<StoredDay[]> {
    const parts = await this.#ports.rows(
      {
        query: `SELECT toUInt32(partition_id) AS day, sum(rows) AS rows, sum(bytes_on_disk) AS bytes,
            max(has_lightweight_delete) AS masked
          FROM ${this.#system('parts')} WHERE active AND database = currentDatabase() AND table IN ('events', 'events_local')
          GROUP BY day ORDER BY day`,
        params: {},
      },
      (row) => daySchema.parse(row),
    );
    const masked = parts.filter((part) => part.masked > 0).map(({ day }) => day);
    const live = masked.length === 0 ? new Map<number, number>() : await this.#countRows(masked);
    return parts
      .map(({ day, rows, bytes, masked: isMasked }) => ({
        day,
        rows: isMasked > 0 ? (live.get(day) ?? 0) : rows,
        bytes,
      }))
      .filter(({ rows }) => rows > 0);
  }

  /** Rows that are not deleted, by day. */
  async #countRows(days: readonly number[]): Promise<Map<number, number>> {
    const query = `SELECT toYYYYMMDD(received) AS day, count() AS rows FROM events
      WHERE toYYYYMMDD(received) IN {days:Array(UInt32)} GROUP BY day`;
    const rows = await this.#ports.rows({ query, params: { days } }, toCounted, COUNT);
    return new Map(rows.map(({ day, rows: live }) => [day, live]));
  }

  async countHosts(days: readonly StoredDay[], signal?: AbortSignal): Promise<void> {
    const query = 'SELECT day, sum(rows) AS rows FROM event_day GROUP BY day';
    const counted = new Map(
      (await this.#ports.rows({ query, params: {} }, toCounted)).map(({ day, rows }) => [day, rows]),
    );
    const { connection } = this.#ports;
    const stored = new Set(days.map(({ day }) => day));
    // Days that were dropped just before a crash.
    const gone = [...counted.keys()].filter((day) => day <= Math.max(...stored) && !stored.has(day));
    const old = days.filter(({ day, rows }) => counted.get(day) !== rows);
    for (const day of [...(days.length > 1 ? gone : []), ...old.map(({ day: one }) => one)]) {
      if (!counted.has(day)) continue;
      await connection.command(`ALTER TABLE event_day DROP PARTITION ID ${partitionId(day)}`);
    }
    for (let from = 0; from < old.length;) {
      signal?.throwIfAborted();
      const chunk: number[] = [];
      let rows = 0;
      for (const one of old.slice(from, from + COUNTED_DAYS_MAX)) {
        if (chunk.length > 0 && rows + one.rows > COUNTED_ROWS_MAX) break;
        chunk.push(one.day);
        rows += one.rows;
      }
      from += chunk.length;
      await connection.command(
        `INSERT INTO event_day (day, ${HOST_COLUMNS})
          SELECT toYYYYMMDD(received), agent_id, groupUniqArray(agency_id), count(),
            min(toUnixTimestamp64Milli(time)), max(toUnixTimestamp64Milli(time)), max(batch)
          FROM events WHERE toYYYYMMDD(received) IN {days:Array(UInt32)}
          GROUP BY toYYYYMMDD(received), agent_id`,
        { days: chunk },
        COUNT,
      );
    }
  }

  async hostsOf(day: StoredDay): Promise<HostDay[]> {
    const remembered = await this.#remembered(day.day);
    if (remembered.reduce((sum, host) => sum + host.rows, 0) === day.rows) return remembered;
    await this.countHosts([day]);
    return this.#remembered(day.day);
  }

  #remembered(day: number): Promise<HostDay[]> {
    const query = `SELECT ${HOST_COLUMNS} FROM event_day WHERE day = {day:UInt32} ORDER BY agent_id`;
    return this.#ports.rows({ query, params: { day } }, toHostDay);
  }

  async agenciesOf(day: number): Promise<StoredAgency[]> {
    const schema = z.object({ agency_id: integer, rows: integer });
    const bytesPerRow = await this.#bytesPerRow(day);
    return this.#ports.rows(
      {
        query: `SELECT agency_id, count() AS rows FROM events
          WHERE toYYYYMMDD(received) = {day:UInt32} GROUP BY agency_id ORDER BY agency_id`,
        params: { day },
      },
      (row) => {
        const { agency_id: agencyId, rows } = schema.parse(row);
        return { agencyId, rows, bytes: Math.round(rows * bytesPerRow) };
      },
      COUNT,
    );
  }

  async #bytesPerRow(day: number): Promise<number> {
    const [sum] = await this.#ports.rows(
      {
        query: `SELECT sum(rows) AS rows, sum(bytes_on_disk) AS bytes FROM ${this.#system('parts')}
          WHERE active AND database = currentDatabase() AND table IN ('events', 'events_local')
            AND partition_id = {day:String}`,
        params: { day: String(day) },
      },
      (row) => z.object({ rows: integer, bytes: integer }).parse(row),
    );
    return sum === undefined || sum.rows === 0 ? 0 : sum.bytes / sum.rows;
  }

  async hotBytes(): Promise<number> {
    const [sum] = await this.#ports.rows(
      {
        query: `SELECT sum(bytes_on_disk) AS bytes FROM ${this.#system('parts')}
          WHERE active AND database = currentDatabase() AND table IN ('events', 'events_local')
            AND NOT has({cold:Array(String)}, disk_name)`,
        params: { cold: this.cold.disks },
      },
      (row) => z.object({ bytes: integer }).parse(row),
    );
    return sum?.bytes ?? 0;
  }

  async checkpoint(): Promise<number> {
    await this.#ports.checkpointMarks();
    return this.#ports.readCheckpoint();
  }

  async deleteHosts(
    deletions: readonly DayDeletion[],
    batchMax: number,
    signal?: AbortSignal,
  ): Promise<void> {
    const wanted = deletions.filter(({ agentIds }) => agentIds.length > 0);
    if (wanted.length === 0) return;
    if (wanted.length > DELETED_DAYS_MAX) throw new RangeError(`${wanted.length} days in one deletion`);
    const { connection } = this.#ports;
    const agentIds = wanted.flatMap((deletion) => deletion.agentIds);
    const ids = wanted.flatMap((deletion) => deletion.agentIds.map(() => deletion.id));
    const list = frame({ deletion: uint64Column(ids), agent_id: textColumn(agentIds) }, agentIds.length);
    await connection.insertArrow('retention_doomed', list, { async_insert: 0 });
    const onDisk = await this.#rowsOnDisk();
    const params: Record<string, number> = { batchMax };
    const commands = wanted.map(({ id, day, rowsLeft }, at) => {
      params[`id${at}`] = id;
      const rows = onDisk.get(day) ?? 0;
      const verb = rows - rowsLeft >= rows * DEAD_SHARE_MAX ? 'DELETE' : 'UPDATE _row_exists = 0';
      return `${verb} IN PARTITION ID ${partitionId(day)} WHERE batch <= {batchMax:UInt64}
        AND agent_id IN (SELECT agent_id FROM retention_doomed WHERE deletion = {id${at}:UInt64})`;
    });
    await connection.command(
      `ALTER TABLE events ${commands.join(',\n')}`,
      params,
      // The list is the same whenever it is read: it is cleared away only when no mutation is left.
      { mutations_sync: '0', allow_nondeterministic_mutations: 1 },
    );
    await this.#settle(signal);
  }

  /** Rows of each day on disk, deleted ones included. */
  async #rowsOnDisk(): Promise<Map<number, number>> {
    const query = `SELECT toUInt32(partition_id) AS day, sum(rows) AS rows FROM ${this.#system('parts')}
      WHERE active AND database = currentDatabase() AND table IN ('events', 'events_local') GROUP BY day`;
    const rows = await this.#ports.rows({ query, params: {} }, toCounted);
    return new Map(rows.map(({ day, rows: stored }) => [day, stored]));
  }

  async dropDay(day: number): Promise<void> {
    for (const table of ['events', 'event_day']) {
      await this.#ports.connection.command(`ALTER TABLE ${table} DROP PARTITION ID ${partitionId(day)}`);
    }
  }

  async hostsLeft(day: number, agentIds: readonly string[]): Promise<HostRows[]> {
    const left: HostRows[] = [];
    const schema = z.object({ agent_id: z.string(), rows: integer });
    for (let from = 0; from < agentIds.length; from += HOSTS_PER_QUERY) {
      const agents = agentIds.slice(from, from + HOSTS_PER_QUERY);
      const rows = await this.#ports.rows(
        {
          query: `SELECT agent_id, count() AS rows FROM events
            WHERE toYYYYMMDD(received) = {day:UInt32} AND has({agents:Array(String)}, agent_id)
            GROUP BY agent_id`,
          params: { day, agents },
        },
        (row) => schema.parse(row),
        COUNT,
      );
      for (const row of rows) left.push({ agentId: row.agent_id, rows: row.rows });
    }
    return left;
  }

  async oldestDays(): Promise<HostOldest[]> {
    const schema = z.object({ agent_id: z.string(), day: integer });
    return this.#ports.rows(
      {
        query: 'SELECT agent_id, min(day) AS day FROM event_day GROUP BY agent_id ORDER BY agent_id',
        params: {},
      },
      (row) => {
        const { agent_id: agentId, day } = schema.parse(row);
        return { agentId, day };
      },
    );
  }

  async disk(): Promise<StoreDisk | undefined> {
    const schema = z.object({ free: integer, total: integer });
    const { connection, rows } = this.#ports;
    const [disk] = await rows(
      {
        query: `SELECT free_space AS free, total_space AS total FROM ${connection.systemTable('disks')}
          WHERE total_space > 0 AND type = 'Local' AND NOT has({cold:Array(String)}, name)
          ORDER BY free_space / total_space LIMIT 1`,
        params: { cold: this.cold.disks },
      },
      (row) => schema.parse(row),
    );
    return disk && { freeBytes: disk.free, totalBytes: disk.total };
  }

  async settle(signal?: AbortSignal): Promise<void> {
    await this.#settle(signal);
    await this.#ports.connection.command('TRUNCATE TABLE retention_doomed');
  }

  async #settle(signal?: AbortSignal): Promise<void> {
    for (let pauseMs = POLL_MS.min; ; pauseMs = Math.min(pauseMs * 2, POLL_MS.max)) {
      const open = await this.#ports.rows(
        {
          query: `SELECT mutation_id, latest_fail_reason AS failed, latest_fail_error_code_name AS code_name
            FROM ${this.#system('mutations')} WHERE NOT is_done AND database = currentDatabase() AND table IN ('events', 'events_local')`,
          params: {},
        },
        (row) => mutationSchema.parse(row),
      );
      if (open.length === 0) return;
      // What was cut short by the engine's stop is begun again by itself.
      const failed = open.find((mutation) => mutation.failed !== '' && mutation.code_name !== 'ABORTED');
      if (failed !== undefined) await this.#giveUp(failed);
      await setTimeout(pauseMs, undefined, signal === undefined ? {} : { signal });
    }
  }

  /** A mutation that fails would be tried again for ever and hold up those behind it: the next run begins it anew. */
  async #giveUp({ mutation_id: id, failed }: z.infer<typeof mutationSchema>): Promise<never> {
    await this.#ports.connection.command(
      `KILL MUTATION WHERE database = currentDatabase() AND table IN ('events', 'events_local') AND mutation_id = {id:String}`,
      { id },
    );
    const cause = new Error(failed);
    throw new StoreUnavailableError('A deletion failed in the engine and was stopped.', { cause });
  }
}

function toCounted(row: unknown): { day: number; rows: number } {
  return countedSchema.parse(row);
}
