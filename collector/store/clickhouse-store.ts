/**
 * The event store on ClickHouse, embedded or a server: the same statements for both.
 * Invariants: a batch is one INSERT of one block under a token made of its number and its rows' names, so a repeated
 * batch is stored once and a different batch under a reused number is not lost; the engine's memory of tokens is never
 * the proof that a batch is stored; values reach SQL only as parameters.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { ClickHouseSettings } from '@clickhouse/client';
import { z } from 'zod';
import { faultPoint } from '../telemetry/fault-point.ts';
import { Connection, type StoreHome } from './connection.ts';
import { checkBatch, collectRows, tokenOf } from './collect-batch.ts';
import { ColumnCollector, ColumnRows } from './column-rows.ts';
import { encodeMarks, type EncodedRows } from './encode-batch.ts';
import {
  namedQuery,
  type BoundQuery,
  FOUND_COLUMNS,
  SEARCH_LIMIT_MAX,
  searchQuery,
  TYPED_VALUES,
} from './event-query.ts';
import { searchSteps } from './search-steps.ts';
import type { ColdVolume } from './cold-volume.ts';
import type { EventRetention } from './event-retention.ts';
import { ClickHouseInventory } from './clickhouse-inventory.ts';
import { ClickHousePosture } from './clickhouse-posture.ts';
import type { PostureReader } from './posture-store.ts';
import { detectionQuery } from './detection-query.ts';
import { ClickHouseHindsight } from './clickhouse-hindsight.ts';
import type { HindsightStore } from './hindsight-store.ts';
import { ClickHouseHunts } from './clickhouse-hunts.ts';
import { ClickHouseProbes } from './clickhouse-probes.ts';
import type { HuntStore } from './hunt-store.ts';
import type { InventoryReader } from './inventory-store.ts';
import type { ProbeReader } from './probe-store.ts';
import { MessageBook } from './message-book.ts';
import { migrate, readMigrations } from './migrate.ts';
import { ClickHouseRetention } from './retention.ts';
import {
  BatchRefusedError,
  BatchUnknownError,
  type DetectionQuery,
  type EpochCount,
  type EventBatch,
  type EventQuery,
  type EventStore,
  type FirstRow,
  type FoundDetection,
  type FoundEvent,
  type HitRow,
  type HitsByTimeQuery,
  type LaneMark,
  type RowBatch,
  type RowName,
  type RowTally,
  type SpoolResetRow,
  StoreUnavailableError,
} from './store.ts';
import {
  FIRST_ROWS_QUERY,
  resetQuery,
  tallyQuery,
  toFirstRow,
  toRowTally,
  toSpoolReset,
} from './row-tally.ts';
import { isUnreachable, toInsertError } from './store-error.ts';
import { toEpochCount, toFoundDetection, toFoundEvent, toHitRow, toLaneMark, toValue } from './stored-row.ts';

export interface ClickHouseStoreOptions {
  home: StoreHome;
  /** Storage policy that events are to have; its last volume takes old days. */
  storagePolicy?: string | undefined;
  /** Milliseconds since 1970. */
  now?: (() => number) | undefined;
  /** Awaited before each statement: lets an engine that is being restarted come back. @throws when it does not */
  ready?: (() => Promise<void>) | undefined;
  /** How long a read is tried again while the store cannot be reached; inserts are the caller's to repeat. */
  readRetryMs?: number | undefined;
  /** Awaited before migrations change a database that has had some before; told their names, none included. */
  beforeMigrating?: ((pending: readonly string[]) => Promise<void>) | undefined;
  /** Told of what failed in the background; nothing is lost by it. */
  onProblem?: ((what: string, error: unknown) => void) | undefined;
  /** With other collectors: no batch at or below it is still to come. Every stored batch counts by default. */
  settledHead?: (() => Promise<number>) | undefined;
  /** One search's memory and time; left out, the engine's own limit of memory holds. */
  search?: { memoryBytesMax?: number | undefined; secondsMax: number } | undefined;
}

/** Above any batch, so that a batch is one block and one part. */
const BLOCK_ROWS = 100_000_000;
const BLOCK_BYTES = 100_000_000_000;

/** What a start after a crash has to read again: two million events at most. */
const CHECKPOINT_BATCHES = 100;

/** Rows with hits that are fetched at once; a batch is never split. */
const HIT_PAGE_ROWS = 5_000;
const HIT_PAGE_BATCHES = 10_000;

const HIT_COLUMNS = `batch, row, agent_id, epoch, lane, seq,
  toUnixTimestamp64Milli(time) AS time_ms, toUnixTimestamp64Milli(received) AS received_ms,
  agency_id, ${TYPED_VALUES}, message_pattern, message_text, rule_ids, hit_fields`;

/** Longer than an engine's restart takes. */
const READ_RETRY_MS = 5_000;
const READ_PAUSE_MS = 50;

const SEARCH_SECONDS_MAX = 30;
/** Longer than any insert takes. */
const INSERT_MS_MAX = 180_000;
/** Marks are read at start, over every stored event: it must not fail for being slow. */
const MARKS_SECONDS_MAX = 600;

const pageSchema = z.object({ batch: z.coerce.number(), hits: z.coerce.number() });

const ONE_BLOCK: ClickHouseSettings = {
  async_insert: 0,
  max_insert_threads: '1',
  max_insert_block_size: String(BLOCK_ROWS),
  min_insert_block_size_rows: String(BLOCK_ROWS),
  min_insert_block_size_bytes: String(BLOCK_BYTES),
};

/** Keyset of readHitsByTime. */
const AFTER_HIT = `AND (time, batch, row) >
  (fromUnixTimestamp64Milli({afterTime:Int64}, 'UTC'), {afterBatch:UInt64}, {afterRow:UInt32})`;

const EPOCH_PARTS = 16;

/** Names of events in one statement: they travel in its address. */
const NAMES_MAX = 500;

export class ClickHouseStore implements EventStore {
  readonly retention: EventRetention & { readonly cold: ColdVolume };
  readonly inventory: InventoryReader;
  readonly posture: PostureReader;
  readonly probes: ProbeReader;
  readonly hunts: HuntStore;
  readonly hindsight: HindsightStore;
  readonly #connection: Connection;
  readonly #ready: () => Promise<void>;
  readonly #readRetryMs: number;
  readonly #now: () => number;
  readonly #searchSettings: ClickHouseSettings;
  readonly #onProblem: (what: string, error: unknown) => void;
  readonly #settledHead: () => Promise<number>;
  /** Part of every token: what an earlier process had begun says nothing about what this one sends. */
  readonly #life = randomUUID();
  /** Tokens of batches that failed and are to be tried again, and how often the engine took one for a duplicate wrongly. */
  readonly #unsure = new Map<string, number>();
  readonly #messages = new MessageBook();
  /** Highest batch stored, once it is known. */
  #lastBatch: number | undefined;
  #batchesSinceCheckpoint = 0;
  #checkpoint: Promise<void> | undefined;

  private constructor(connection: Connection, options: ClickHouseStoreOptions) {
    this.#connection = connection;
    this.#ready = options.ready ?? (() => Promise.resolve());
    this.#readRetryMs = options.readRetryMs ?? READ_RETRY_MS;
    this.#now = options.now ?? Date.now;
    this.#onProblem = options.onProblem ?? (() => undefined);
    this.#settledHead = options.settledHead ?? (() => Promise.resolve(Number.MAX_SAFE_INTEGER));
    const { memoryBytesMax, secondsMax } = options.search ?? { secondsMax: SEARCH_SECONDS_MAX };
    this.retention = new ClickHouseRetention({
      connection,
      rows: (bound, toRow, settings) => this.#rows(bound, toRow, settings),
      checkpointMarks: () => this.checkpointMarks(),
      readCheckpoint: () => this.#readCheckpoint(),
    });
    this.probes = new ClickHouseProbes((bound, toRow, settings) =>
      this.#rows(bound, toRow, { ...this.#searchSettings, ...settings }),
    );
    this.hindsight = new ClickHouseHindsight((bound, toRow, settings, signal) =>
      this.#rows(bound, toRow, settings, signal),
    );
    this.hunts = new ClickHouseHunts((bound, toRow, settings, signal) =>
      this.#rows(bound, toRow, settings, signal),
    );
    this.inventory = new ClickHouseInventory((bound, toRow, settings) =>
      this.#rows(bound, toRow, { ...this.#searchSettings, ...settings }),
    );
    this.posture = new ClickHousePosture((bound, toRow) => this.#rows(bound, toRow, this.#searchSettings));
    this.#searchSettings = {
      max_execution_time: secondsMax,
      ...(memoryBytesMax === undefined ? {} : { max_memory_usage: String(memoryBytesMax) }),
    };
  }

  /** Connects and applies the migrations. @throws StoreUnavailableError, or the failed migration's error */
  static async open(options: ClickHouseStoreOptions): Promise<ClickHouseStore> {
    const connection = new Connection(options.home);
    try {
      const nowMs = (options.now ?? Date.now)();
      await migrate(connection, await readMigrations(), nowMs, options.beforeMigrating);
      await outlastInserts(connection);
      const store = new ClickHouseStore(connection, options);
      await store.retention.cold.adopt(options.storagePolicy);
      return store;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  collect(expected: number): ColumnCollector {
    return new ColumnCollector(expected, this.#messages);
  }

  async insert(given: EventBatch | RowBatch): Promise<void> {
    if (given.rows.length === 0) return;
    const batch = await toColumns(given, this.#messages);
    const rows = batch.rows.encode(batch.batch, batch.receivedMs);
    const token = tokenOf(this.#life, batch.batch, batch.rows);
    try {
      await this.#whenReady();
      faultPoint('collector.before-insert');
      await this.#insertOnce(batch, rows, token);
      this.#unsure.delete(token);
    } catch (error) {
      const failure = toInsertError(error, batch.batch);
      if (failure instanceof BatchRefusedError) this.#unsure.delete(token);
      else if (!this.#unsure.has(token)) this.#unsure.set(token, 0);
      throw failure;
    }
    this.#lastBatch = Math.max(this.#lastBatch ?? 0, batch.batch);
    this.#checkpointNowAndThen();
    faultPoint('collector.after-insert');
  }

  /**
   * One insert. The engine writes a token down beside the part, not with it: killed in between, it remembers what it
   * does not have, or has what it does not remember. So a batch that failed before is looked up, before it is sent
   * again and after it.
   */
  async #insertOnce(batch: ColumnBatch, rows: EncodedRows, token: string): Promise<void> {
    const wrongly = this.#unsure.get(token);
    if (wrongly !== undefined && (await this.#holds(batch))) return;
    const written = await this.#connection.insertArrow('events', rows, {
      ...ONE_BLOCK,
      insert_deduplicate: 1,
      insert_deduplication_token: `${token}-${wrongly ?? 0}`,
    });
    if (written !== rows.rows) {
      throw new BatchUnknownError(`Batch ${batch.batch}: ${written} of ${rows.rows} rows were written.`);
    }
    if (wrongly === undefined || (await this.#holds(batch))) return;
    this.#unsure.set(token, wrongly + 1);
    throw new BatchUnknownError(`Batch ${batch.batch} was taken for a duplicate and is not stored.`);
  }

  /** A batch is there as a whole or not at all, so its first row answers for it. */
  async #holds({ batch, rows }: ColumnBatch): Promise<boolean> {
    const { agentId, epoch, lane, seq } = rows.nameAt(0);
    await this.#connection.catchUp();
    const [value] = await this.#connection.rows(
      {
        query: `SELECT count() AS value FROM events WHERE batch = {batch:UInt64}
          AND agent_id = {agent:String} AND epoch = {epoch:String} AND lane = {lane:UInt8} AND seq = {seq:UInt64}`,
        params: { batch, agent: agentId, epoch, lane, seq },
      },
      toValue,
    );
    return (value ?? 0) > 0;
  }

  outlastInserts(): Promise<void> {
    return outlastInserts(this.#connection);
  }

  async readMarks(agentIds?: readonly string[]): Promise<LaneMark[]> {
    const ofAgents = agentIds === undefined ? '' : 'AND agent_id IN {agents:Array(String)}';
    // In this order: what the checkpoint promises is there once the replicas have caught up after it was read.
    const checkpoint = await this.#readCheckpoint();
    await this.#connection.catchUp();
    return this.#rows(
      {
        query: `SELECT agent_id, epoch, lane, max(seq) AS seq
          FROM (
            SELECT agent_id, epoch, lane, max(seq) AS seq FROM events
            WHERE batch > {checkpoint:UInt64} ${ofAgents}
            GROUP BY agent_id, epoch, lane
            UNION ALL
            SELECT agent_id, epoch, lane, seq FROM lane_mark WHERE true ${ofAgents}
          )
          GROUP BY agent_id, epoch, lane`,
        params: { checkpoint, ...(agentIds === undefined ? {} : { agents: agentIds }) },
      },
      toLaneMark,
      { max_execution_time: MARKS_SECONDS_MAX },
    );
  }

  async saveMarks(marks: readonly LaneMark[]): Promise<void> {
    if (marks.length === 0) return;
    const batch = this.#lastBatch ?? (await this.lastBatch());
    try {
      await this.#whenReady();
      const rows = encodeMarks(marks, batch);
      await this.#connection.insertArrow('lane_mark', rows, ONE_BLOCK);
    } catch (error) {
      throw toInsertError(error, batch);
    }
  }

  /**
   * Saves the marks of all events stored so far, so that the next start need not read them. Runs by itself every so
   * many batches; calling it again does no harm.
   * @throws StoreUnavailableError, or ClickHouse's error
   */
  async checkpointMarks(): Promise<void> {
    const to = Math.min(await this.lastBatch(), await this.#settledHead());
    const from = await this.#readCheckpoint();
    if (to <= from) return;
    await this.#connection.command(
      `INSERT INTO lane_mark SELECT agent_id, epoch, lane, max(seq), {to:UInt64} FROM events
        WHERE batch > {from:UInt64} AND batch <= {to:UInt64} GROUP BY agent_id, epoch, lane`,
      { from, to },
      { ...ONE_BLOCK, max_execution_time: MARKS_SECONDS_MAX },
    );
    // Only now: a crash in between costs a second reading, never a mark.
    await this.#connection.command('INSERT INTO mark_checkpoint SELECT {to:UInt64}', { to });
  }

  async #readCheckpoint(): Promise<number> {
    const query = 'SELECT max(batch) AS value FROM mark_checkpoint';
    const [value] = await this.#rows({ query, params: {} }, toValue);
    return value ?? 0;
  }

  #checkpointNowAndThen(): void {
    this.#batchesSinceCheckpoint += 1;
    if (this.#batchesSinceCheckpoint < CHECKPOINT_BATCHES || this.#checkpoint !== undefined) return;
    this.#batchesSinceCheckpoint = 0;
    this.#checkpoint = this.checkpointMarks()
      .catch((error: unknown) => {
        // The next one covers the same batches: all that is lost is time at the next start.
        this.#onProblem('the marks could not be saved', error);
      })
      .finally(() => {
        this.#checkpoint = undefined;
      });
  }

  async lastBatch(): Promise<number> {
    const checkpoint = await this.#readCheckpoint();
    const [value] = await this.#rows(
      {
        query: `SELECT greatest(
            (SELECT max(batch) FROM events WHERE batch > {checkpoint:UInt64}),
            (SELECT max(batch) FROM lane_mark),
            {checkpoint:UInt64}
          ) AS value`,
        params: { checkpoint },
      },
      toValue,
    );
    this.#lastBatch = Math.max(this.#lastBatch ?? 0, value ?? 0);
    return this.#lastBatch;
  }

  async *readHits(afterBatch: number, toBatch: number): AsyncGenerator<HitRow[]> {
    await this.#connection.catchUp();
    let after = afterBatch;
    while (after < toBatch) {
      const pages = await this.#hitCounts(after, toBatch);
      if (pages.length === 0) return;
      let rows = 0;
      for (const [at, page] of pages.entries()) {
        rows += page.hits;
        if (rows < HIT_PAGE_ROWS && at < pages.length - 1) continue;
        yield await this.#hits(after, page.batch);
        after = page.batch;
        rows = 0;
      }
    }
  }

  /** Number of rows with hits of each batch in the range, in order. */
  async #hitCounts(after: number, to: number): Promise<z.infer<typeof pageSchema>[]> {
    return this.#rows(
      {
        query: `SELECT batch, count() AS hits FROM events
          WHERE batch > {after:UInt64} AND batch <= {to:UInt64} AND empty(rule_ids) = 0
          GROUP BY batch ORDER BY batch LIMIT {limit:UInt32}`,
        params: { after, to, limit: HIT_PAGE_BATCHES },
      },
      (row) => pageSchema.parse(row),
    );
  }

  async #hits(after: number, to: number): Promise<HitRow[]> {
    return this.#rows(
      {
        query: `SELECT ${HIT_COLUMNS} FROM events
          WHERE batch > {after:UInt64} AND batch <= {to:UInt64} AND empty(rule_ids) = 0
          ORDER BY batch, row`,
        params: { after, to },
      },
      toHitRow,
    );
  }

  async readHitsByTime(query: HitsByTimeQuery): Promise<HitRow[]> {
    const { after } = query;
    if (query.ruleIds.length === 0 || query.limit < 1) return [];
    return this.#rows(
      {
        query: `SELECT ${HIT_COLUMNS} FROM events
          WHERE empty(rule_ids) = 0 AND hasAny(rule_ids, {rules:Array(String)})
            AND time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
            AND time <= fromUnixTimestamp64Milli({to:Int64}, 'UTC')
            AND batch <= {batchMax:UInt64}
            ${after === undefined ? '' : AFTER_HIT}
          ORDER BY time, batch, row
          LIMIT {limit:UInt32}`,
        params: {
          rules: query.ruleIds,
          from: query.fromMs,
          to: query.toMs,
          batchMax: query.batchMax,
          limit: query.limit,
          ...(after === undefined
            ? {}
            : { afterTime: after.timeMs, afterBatch: after.batch, afterRow: after.row }),
        },
      },
      toHitRow,
    );
  }

  async tallyRows(afterBatch: number, toBatch: number): Promise<RowTally[]> {
    return this.#rows(tallyQuery(afterBatch, toBatch), toRowTally, { max_execution_time: MARKS_SECONDS_MAX });
  }

  async spoolResets(afterBatch: number, toBatch: number): Promise<SpoolResetRow[]> {
    return this.#rows(resetQuery(afterBatch, toBatch), toSpoolReset);
  }

  async firstRows(): Promise<FirstRow[]> {
    return this.#rows(FIRST_ROWS_QUERY, toFirstRow, { max_execution_time: MARKS_SECONDS_MAX });
  }

  /**
   * Looks back in growing steps, so that a page of the newest events costs the newest hours and not the whole span:
   * every event lies in one step, so nothing is read twice.
   */
  async search(query: EventQuery): Promise<FoundEvent[]> {
    const limit = Math.min(query.limit, SEARCH_LIMIT_MAX);
    const found: FoundEvent[] = [];
    for (const { fromMs, toMs } of searchSteps(query, this.#now())) {
      const bound = searchQuery({ ...query, fromMs, toMs, limit: limit - found.length });
      found.push(...(await this.#rows(bound, toFoundEvent, this.#searchSettings)));
      if (found.length >= limit) break;
    }
    return found;
  }

  async detections(query: DetectionQuery): Promise<FoundDetection[]> {
    const limit = Math.min(query.limit, SEARCH_LIMIT_MAX);
    const found: FoundDetection[] = [];
    for (const { fromMs, toMs } of searchSteps(query, this.#now())) {
      const bound = detectionQuery({ ...query, fromMs, toMs, limit: limit - found.length });
      found.push(...(await this.#rows(bound, toFoundDetection, this.#searchSettings)));
      if (found.length >= limit) break;
    }
    return found;
  }

  async find(name: RowName): Promise<FoundEvent | undefined> {
    const [event] = await this.#rows(
      {
        query: `SELECT ${FOUND_COLUMNS} FROM events
          WHERE agent_id = {agent:String} AND epoch = {epoch:String} AND lane = {lane:UInt8} AND seq = {seq:UInt64}
          LIMIT 1`,
        params: { agent: name.agentId, epoch: name.epoch, lane: name.lane, seq: name.seq },
      },
      toFoundEvent,
      this.#searchSettings,
    );
    return event;
  }

  async findAll(
    names: readonly RowName[],
    { fromMs, toMs }: { fromMs: number; toMs: number },
  ): Promise<FoundEvent[]> {
    const found: FoundEvent[] = [];
    for (let at = 0; at < names.length; at += NAMES_MAX) {
      const part = names.slice(at, at + NAMES_MAX);
      const rows = await this.#rows(namedQuery(part, { fromMs, toMs }), toFoundEvent, this.#searchSettings);
      found.push(...rows);
    }
    return found;
  }

  async count(agentId?: string): Promise<number> {
    const where = agentId === undefined ? '' : 'WHERE agent_id = {agent:String}';
    const [value] = await this.#rows(
      {
        query: `SELECT count() AS value FROM events ${where}`,
        params: agentId === undefined ? {} : { agent: agentId },
      },
      toValue,
    );
    return value ?? 0;
  }

  async countEpoch(epoch: string): Promise<EpochCount> {
    const total = { rows: 0, distinct: 0 };
    // Which names are there has to be held in memory: a part of the agents at a time.
    for (let part = 0; part < EPOCH_PARTS; part += 1) {
      const [counted] = await this.#rows(
        {
          query: `SELECT count() AS rows, uniqExact(agent_id, lane, seq) AS distinct FROM events
            WHERE epoch = {epoch:String} AND cityHash64(agent_id) % {parts:UInt8} = {part:UInt8}`,
          params: { epoch, parts: EPOCH_PARTS, part },
        },
        toEpochCount,
      );
      total.rows += counted?.rows ?? 0;
      total.distinct += counted?.distinct ?? 0;
    }
    return total;
  }

  async ping(): Promise<void> {
    try {
      await this.#whenReady();
      await this.#connection.rows({ query: 'SELECT 1 AS value', params: {} }, toValue);
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      throw new StoreUnavailableError('The store does not answer.', { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.#checkpoint;
    await this.#connection.close();
  }

  /** A read, tried again for a while when the store went away under it. */
  async #rows<T>(
    bound: BoundQuery,
    toRow: (row: unknown) => T,
    settings?: ClickHouseSettings,
    signal?: AbortSignal,
  ): Promise<T[]> {
    const giveUpMs = performance.now() + this.#readRetryMs;
    for (;;) {
      try {
        await this.#whenReady();
        return await this.#connection.rows(bound, toRow, settings, signal);
      } catch (error) {
        signal?.throwIfAborted();
        if (!isUnreachable(error) || performance.now() > giveUpMs) throw error;
        await setTimeout(READ_PAUSE_MS);
      }
    }
  }

  async #whenReady(): Promise<void> {
    try {
      await this.#ready();
    } catch (error) {
      throw new StoreUnavailableError('The store is not running.', { cause: error });
    }
  }
}

interface ColumnBatch {
  batch: number;
  receivedMs: number;
  rows: ColumnRows;
}

function isColumns(batch: EventBatch | RowBatch): batch is ColumnBatch {
  return batch.rows instanceof ColumnRows;
}

function isWhole(batch: EventBatch | RowBatch): batch is EventBatch {
  return Array.isArray(batch.rows);
}

/** @throws BatchRefusedError: nothing was sent yet, so whatever is wrong lies in the rows */
async function toColumns(batch: EventBatch | RowBatch, messages: MessageBook): Promise<ColumnBatch> {
  checkBatch(batch);
  if (isColumns(batch)) return batch;
  if (!isWhole(batch)) throw new TypeError('these rows were collected by another store');
  try {
    return { ...batch, rows: await collectRows(batch, messages) };
  } catch (error) {
    if (error instanceof BatchRefusedError) throw error;
    throw new BatchRefusedError(`Batch ${batch.batch} cannot be encoded.`, { cause: error });
  }
}

/**
 * An insert that an earlier process had sent may still be running on a server: what it stores has to be seen by
 * whoever reads the marks next. @throws StoreUnavailableError when it does not end
 */
async function outlastInserts(connection: Connection): Promise<void> {
  const giveUpMs = performance.now() + INSERT_MS_MAX;
  const running = (): Promise<string[]> =>
    connection.rows(
      {
        query: `SELECT query_id FROM ${connection.systemTable('processes')}
          WHERE query_kind = 'Insert' AND current_database = currentDatabase() AND startsWith(query, 'INSERT INTO events')`,
        params: {},
      },
      (row) => z.object({ query_id: z.string() }).parse(row).query_id,
    );
  let earlier = await running();
  while (earlier.length > 0) {
    if (performance.now() > giveUpMs) {
      throw new StoreUnavailableError('An insert of an earlier process is still running.');
    }
    await setTimeout(READ_PAUSE_MS);
    const now = new Set(await running());
    earlier = earlier.filter((id) => now.has(id));
  }
}
