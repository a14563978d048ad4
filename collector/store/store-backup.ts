/**
 * Copies the event store's tables away and back with ClickHouse's own BACKUP and RESTORE.
 * Invariants: the marks are copied before the events, so a copy never says of an event that it is stored which the
 * copy lacks; events stored meanwhile may be in the copy, and then say so themselves.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Connection } from './connection.ts';
import { StoreCopyError } from './store-copy-error.ts';
import { toValue } from './stored-row.ts';

/** Tables that hold marks; everything else is copied after them. */
const MARK_TABLES: ReadonlySet<string> = new Set(['lane_mark', 'mark_checkpoint']);
const EVENT_TABLE = 'events';

const POLL_MS = 200;

export interface CopyProgress {
  files: number;
  /** Bytes that the copy will have, as far as known. */
  bytes: number;
}

export interface StoreCopy {
  /** Events when the copy began and when it ended: it holds at least the first and at most the second number. */
  eventsMin: number;
  eventsMax: number;
  tables: readonly string[];
}

/** Where copies lie as the engine sees it: a path below its backup folder. */
export interface StoreBackups {
  /**
   * @param parts - `beforeEvents` is awaited when the marks are copied and the events are not
   * @throws StoreCopyError, StoreUnavailableError
   */
  copyTo(
    folder: string,
    parts: { beforeEvents?: () => Promise<void>; onProgress: (progress: CopyProgress) => void },
  ): Promise<StoreCopy>;
  /** What a copy will take, bytes. */
  bytes(): Promise<number>;
  /** Into a database that has no tables yet. @throws StoreCopyError, StoreUnavailableError */
  copyFrom(folder: string, onProgress: (progress: CopyProgress) => void): Promise<{ events: number }>;
}

const nameSchema = z.object({ name: z.string() });
const stateSchema = z.object({
  status: z.string(),
  error: z.string(),
  num_files: z.coerce.number(),
  total_size: z.coerce.number(),
});

/** A table's name as SQL; names come from the engine itself and from constants. */
function identifier(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new StoreCopyError(`unexpected table name ${name}`);
  return `\`${name}\``;
}

/** A path below the backup folder as SQL: our own names only. */
function destination(folder: string): string {
  if (!/^[A-Za-z0-9._/-]+$/.test(folder) || folder.split('/').includes('..')) {
    throw new StoreCopyError(`unexpected backup folder ${folder}`);
  }
  return `File('${folder}')`;
}

export class ClickHouseBackups implements StoreBackups {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async copyTo(
    folder: string,
    {
      beforeEvents,
      onProgress,
    }: { beforeEvents?: () => Promise<void>; onProgress: (progress: CopyProgress) => void },
  ): Promise<StoreCopy> {
    const tables = await this.#tables();
    const marks = tables.filter((name) => MARK_TABLES.has(name));
    const others = tables.filter((name) => !MARK_TABLES.has(name));
    const eventsMin = await this.#events();
    await this.#run('BACKUP', marks, `TO ${destination(`${folder}/marks`)}`, onProgress);
    await beforeEvents?.();
    await this.#run('BACKUP', others, `TO ${destination(`${folder}/events`)}`, onProgress);
    return { eventsMin, eventsMax: await this.#events(), tables };
  }

  async bytes(): Promise<number> {
    const query = `SELECT sum(bytes_on_disk) AS value FROM system.parts WHERE database = currentDatabase() AND active`;
    const [value] = await this.#connection.rows({ query, params: {} }, toValue);
    return value ?? 0;
  }

  async copyFrom(folder: string, onProgress: (progress: CopyProgress) => void): Promise<{ events: number }> {
    for (const part of ['marks', 'events']) {
      await this.#run('RESTORE', undefined, `FROM ${destination(`${folder}/${part}`)}`, onProgress);
    }
    return { events: await this.#events() };
  }

  async #tables(): Promise<string[]> {
    return this.#connection.rows(
      {
        query: `SELECT name FROM system.tables WHERE database = currentDatabase() AND NOT is_temporary
          AND name NOT LIKE '.inner%' ORDER BY engine LIKE '%View', name`,
        params: {},
      },
      (row) => nameSchema.parse(row).name,
    );
  }

  async #events(): Promise<number> {
    const query = `SELECT count() AS value FROM ${identifier(EVENT_TABLE)}`;
    const [value] = await this.#connection.rows({ query, params: {} }, toValue);
    return value ?? 0;
  }

  /** One BACKUP or RESTORE, followed until it is over. Without tables: all of the current database. */
  async #run(
    verb: 'BACKUP' | 'RESTORE',
    tables: readonly string[] | undefined,
    place: string,
    onProgress: (progress: CopyProgress) => void,
  ): Promise<void> {
    const what =
      tables === undefined
        ? `DATABASE ${identifier(await this.#database())}`
        : tables.map((name) => `TABLE ${identifier(name)}`).join(', ');
    const id = randomUUID();
    // What is restored lies on one disk again, whatever the copied database had: a second one is taken up at its start.
    const settings =
      verb === 'RESTORE'
        ? `SETTINGS id = '${id}', allow_non_empty_tables = 0, storage_policy = 'default'`
        : `SETTINGS id = '${id}'`;
    await this.#connection.command(`${verb} ${what} ${place} ${settings} ASYNC`);
    for (;;) {
      const state = await this.#state(id);
      onProgress({ files: state.num_files, bytes: state.total_size });
      if (state.status === 'BACKUP_CREATED' || state.status === 'RESTORED') return;
      if (state.error !== '' || state.status.endsWith('_FAILED') || state.status.endsWith('_CANCELLED')) {
        throw new StoreCopyError(`${verb} did not succeed (${state.status}): ${state.error}`);
      }
      await sleep(POLL_MS);
    }
  }

  async #database(): Promise<string> {
    const [name] = await this.#connection.rows(
      { query: 'SELECT currentDatabase() AS name', params: {} },
      (row) => nameSchema.parse(row).name,
    );
    return name ?? 'default';
  }

  async #state(id: string): Promise<z.infer<typeof stateSchema>> {
    const [state] = await this.#connection.rows(
      {
        query: `SELECT status, error, num_files, total_size FROM system.backups WHERE id = {id:String}`,
        params: { id },
      },
      (row) => stateSchema.parse(row),
    );
    if (state === undefined)
      throw new StoreCopyError('the engine was restarted during the copy and forgot it');
    return state;
  }
}
