/**
 * Copies the event store's tables away and back with ClickHouse's own BACKUP and RESTORE, into the embedded engine's
 * backup folder or to the place that a server's administrator has named. Invariants: the marks are copied before the
 * events, so a copy never says of an event that it is stored which the copy lacks; events stored meanwhile may be in
 * the copy, and then say so themselves.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type BackupPlace, placeAdvice, placeSql, placeText } from './backup-place.ts';
import { onCluster } from './cluster.ts';
import type { Connection } from './connection.ts';
import { missingGrants, quotedName } from './grants.ts';
import { StoreCopyError } from './store-copy-error.ts';
import { isUnreachable } from './store-error.ts';
import { toValue } from './stored-row.ts';

/** Tables that hold marks; everything else is copied after them. */
const MARK_TABLES: ReadonlySet<string> = new Set(['lane_mark', 'mark_checkpoint']);
const EVENT_TABLE = 'events';
const PARTS = ['marks', 'events'] as const;

const POLL_MS = 200;
/** How long a copy is followed over a line or a balancer that does not answer; the server goes on by itself. */
const UNREACHABLE_MS_MAX = 60_000;

export interface CopyProgress {
  files: number;
  /** Bytes that the copy will have, as far as known. */
  bytes: number;
}

export interface StoreCopy extends CopyProgress {
  /** Events when the copy began and when it ended: it holds at least the first and at most the second number. */
  eventsMin: number;
  eventsMax: number;
  tables: readonly string[];
  /** The database's name in the copy. */
  database: string;
}

export interface RestoreOptions {
  /** Tables and no rows. */
  structureOnly?: boolean | undefined;
}

/** Where copies lie as the engine sees it: a path below its backup folder, or below the place. */
export interface StoreBackups {
  /** As it is set; undefined: the embedded engine's backup folder. */
  readonly place: string | undefined;
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
  /**
   * Into the connection's database, which has no tables yet.
   * @param from - as the copy was made
   * @throws StoreCopyError, StoreUnavailableError
   */
  copyFrom(
    from: { folder: string; database: string },
    onProgress: (progress: CopyProgress) => void,
    options?: RestoreOptions,
  ): Promise<{ events: number }>;
}

const nameSchema = z.object({ name: z.string() });
const stateSchema = z.object({
  status: z.string(),
  error: z.string(),
  num_files: z.coerce.number(),
  total_size: z.coerce.number(),
});
type CopyState = z.infer<typeof stateSchema>;

const DONE = new Set(['BACKUP_CREATED', 'RESTORED']);

function hasFailed({ status, error }: CopyState): boolean {
  return error !== '' || status.endsWith('_FAILED') || status.endsWith('_CANCELLED');
}

/** What the server said, without its stack. */
function saidBy(error: string): string {
  return error.split(/,? Stack trace/)[0] ?? error;
}

export interface BackupOptions {
  /** Of a server; without it copies lie in the embedded engine's backup folder. */
  place?: BackupPlace | undefined;
  cluster?: string | undefined;
  /** Of tables that are restored, instead of the one they had; a name from settings that were checked. */
  storagePolicy?: string | undefined;
}

export class ClickHouseBackups implements StoreBackups {
  readonly #connection: Connection;
  readonly #place: BackupPlace | undefined;
  readonly #cluster: string | undefined;
  readonly #storagePolicy: string | undefined;

  constructor(connection: Connection, { place, cluster, storagePolicy }: BackupOptions = {}) {
    this.#connection = connection;
    this.#place = place;
    this.#cluster = cluster;
    this.#storagePolicy = storagePolicy;
  }

  get place(): string | undefined {
    return this.#place === undefined ? undefined : placeText(this.#place);
  }

  async copyTo(
    folder: string,
    {
      beforeEvents,
      onProgress,
    }: { beforeEvents?: () => Promise<void>; onProgress: (progress: CopyProgress) => void },
  ): Promise<StoreCopy> {
    const database = await this.#database();
    await this.#requireGrants(['BACKUP', `${quotedName(database)}.*`]);
    const tables = await this.#tables();
    const named = (isMark: boolean): string =>
      tables
        .filter((name) => MARK_TABLES.has(name) === isMark)
        .map((name) => `TABLE ${quotedName(name)}`)
        .join(', ');
    const eventsMin = await this.#events();
    const marks = await this.#run('BACKUP', named(true), `TO ${this.#at(folder, 'marks')}`, onProgress);
    await beforeEvents?.();
    const events = await this.#run('BACKUP', named(false), `TO ${this.#at(folder, 'events')}`, onProgress);
    return {
      eventsMin,
      eventsMax: await this.#events(),
      tables,
      database,
      files: marks.files + events.files,
      bytes: marks.bytes + events.bytes,
    };
  }

  async bytes(): Promise<number> {
    const query = `SELECT sum(bytes_on_disk) AS value FROM ${this.#connection.systemTable('parts')}
      WHERE database = currentDatabase() AND active`;
    const [value] = await this.#connection.rows({ query, params: {} }, toValue);
    return value ?? 0;
  }

  async copyFrom(
    from: { folder: string; database: string },
    onProgress: (progress: CopyProgress) => void,
    options: RestoreOptions = {},
  ): Promise<{ events: number }> {
    const into = quotedName(await this.#database());
    await this.#requireGrants(['CREATE TABLE', `${into}.*`], ['INSERT', `${into}.*`]);
    const what = `DATABASE ${quotedName(from.database)} AS ${into}`;
    for (const part of PARTS) {
      const place = `FROM ${this.#at(from.folder, part)}`;
      await this.#run('RESTORE', what, place, onProgress, this.#restoreSettings(options));
    }
    return { events: await this.#events() };
  }

  #restoreSettings({ structureOnly }: RestoreOptions): string[] {
    const storagePolicy = this.#storagePolicy;
    return [
      'allow_non_empty_tables = 0',
      ...(structureOnly === true ? ['structure_only = 1'] : []),
      ...(storagePolicy === undefined ? [] : [`storage_policy = '${storagePolicy}'`]),
    ];
  }

  #at(folder: string, part: (typeof PARTS)[number]): string {
    return placeSql(this.#place, `${folder}/${part}`);
  }

  /** Of a server; the embedded engine refuses nothing. @throws StoreCopyError with the statements that grant it */
  async #requireGrants(...wanted: [right: string, on: string][]): Promise<void> {
    if (this.#place === undefined) return;
    const missing = await missingGrants(this.#connection, [...wanted, ['SELECT', 'system.backups']]);
    if (missing.length > 0)
      throw new StoreCopyError(`the server's user may not do that. There:\n${missing.join('\n')}`);
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
    const query = `SELECT count() AS value FROM ${quotedName(EVENT_TABLE)}`;
    const [value] = await this.#connection.rows({ query, params: {} }, toValue);
    return value ?? 0;
  }

  /** One BACKUP or RESTORE, followed until it is over. */
  async #run(
    verb: 'BACKUP' | 'RESTORE',
    what: string,
    place: string,
    onProgress: (progress: CopyProgress) => void,
    more: readonly string[] = [],
  ): Promise<CopyProgress> {
    const id = randomUUID();
    const settings = [`id = '${id}'`, ...more];
    const where = this.#cluster === undefined ? '' : ` ${onCluster(this.#cluster)}`;
    await this.#begin(verb, `${what}${where} ${place} SETTINGS ${settings.join(', ')} ASYNC`, id);
    let lastSeenMs = performance.now();
    for (;;) {
      try {
        const state = await this.#state(id);
        lastSeenMs = performance.now();
        onProgress({ files: state.num_files, bytes: state.total_size });
        if (hasFailed(state)) throw this.#failure(verb, `${state.status}: ${saidBy(state.error)}`);
        if (DONE.has(state.status)) return { files: state.num_files, bytes: state.total_size };
      } catch (error) {
        if (!isUnreachable(error) || performance.now() - lastSeenMs > UNREACHABLE_MS_MAX) throw error;
      }
      await sleep(POLL_MS);
    }
  }

  /** Sends it, again where it did not arrive. @throws StoreCopyError, StoreUnavailableError */
  async #begin(verb: 'BACKUP' | 'RESTORE', rest: string, id: string): Promise<void> {
    const giveUpMs = performance.now() + UNREACHABLE_MS_MAX;
    for (;;) {
      try {
        await this.#connection.answer(`${verb} ${rest}`);
        return;
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error);
        if (!isUnreachable(error)) throw this.#failure(verb, said, error);
        if (performance.now() > giveUpMs) throw error;
        // Only the answer may have been lost.
        if (await this.#isKnown(id)) return;
        await sleep(POLL_MS);
      }
    }
  }

  async #isKnown(id: string): Promise<boolean> {
    try {
      return (await this.#states(id)).length > 0;
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      return false;
    }
  }

  #failure(verb: string, said: string, cause?: unknown): StoreCopyError {
    const advice = this.#place === undefined ? '' : `\n${placeAdvice(this.#place)}`;
    return new StoreCopyError(`${verb} did not succeed: ${said}${advice}`, { cause });
  }

  async #database(): Promise<string> {
    const [name] = await this.#connection.rows(
      { query: 'SELECT currentDatabase() AS name', params: {} },
      (row) => nameSchema.parse(row).name,
    );
    return name ?? 'default';
  }

  /** On a cluster the nodes' own states are looked at together: one that failed, else one that is not done. */
  async #state(id: string): Promise<CopyState> {
    const states = await this.#states(id);
    const state = states.find(hasFailed) ?? states.find(({ status }) => !DONE.has(status)) ?? states[0];
    if (state === undefined) {
      throw new StoreCopyError('the engine was restarted during the copy and forgot it');
    }
    return state;
  }

  #states(id: string): Promise<CopyState[]> {
    return this.#connection.rows(
      {
        query: `SELECT status, error, num_files, total_size FROM ${this.#connection.systemTable('backups')}
          WHERE id = {id:String}`,
        params: { id },
      },
      (row) => stateSchema.parse(row),
    );
  }
}
