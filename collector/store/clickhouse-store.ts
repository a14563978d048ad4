/**
 * The event store on ClickHouse, embedded or a server: the same statements for both. Invariant: values reach SQL only as
 * parameters. How a batch becomes durable is in batch-inserter.ts.
 */
import { setTimeout } from 'node:timers/promises';
import type { ClickHouseSettings } from '@clickhouse/client';
import type { AssessReader } from './assess-store.ts';
import { BatchInserter, outlastInserts } from './batch-inserter.ts';
import { ClickHouseAssess } from './clickhouse-assess.ts';
import { ClickHouseFleet } from './clickhouse-fleet.ts';
import { ClickHouseHindsight } from './clickhouse-hindsight.ts';
import { ClickHouseHunts } from './clickhouse-hunts.ts';
import { ClickHouseInventory } from './clickhouse-inventory.ts';
import { ClickHousePosture } from './clickhouse-posture.ts';
import { ClickHouseProbes } from './clickhouse-probes.ts';
import type { ColdVolume } from './cold-volume.ts';
import { ColumnCollector } from './column-rows.ts';
import { ColumnShelf } from './column-shelf.ts';
import { Connection, type StoreHome } from './connection.ts';
import { EventFinder } from './event-finder.ts';
import type { BoundQuery } from './event-query.ts';
import type { EventRetention } from './event-retention.ts';
import type { FleetReader } from './fleet-store.ts';
import type { HindsightStore } from './hindsight-store.ts';
import { HitReader } from './hit-reader.ts';
import type { HuntStore } from './hunt-store.ts';
import type { InventoryReader } from './inventory-store.ts';
import { LaneMarks, WHOLE_READ } from './lane-marks.ts';
import type { Rows } from './limited-rows.ts';
import { MessageBook } from './message-book.ts';
import { migrate, readMigrations } from './migrate.ts';
import type { PostureReader } from './posture-store.ts';
import type { ProbeReader } from './probe-store.ts';
import { ClickHouseRetention } from './retention.ts';
import {
  FIRST_ROWS_QUERY,
  resetQuery,
  tallyQuery,
  toFirstRow,
  toRowTally,
  toSpoolReset,
} from './row-tally.ts';
import { isUnreachable } from './store-error.ts';
import {
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
import { toValue } from './stored-row.ts';

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

/** Longer than an engine's restart takes. */
const READ_RETRY_MS = 5_000;
const READ_PAUSE_MS = 50;

const SEARCH_SECONDS_MAX = 30;
export class ClickHouseStore implements EventStore {
  readonly retention: EventRetention & { readonly cold: ColdVolume };
  readonly assess: AssessReader;
  readonly fleet: FleetReader;
  readonly inventory: InventoryReader;
  readonly posture: PostureReader;
  readonly probes: ProbeReader;
  readonly hunts: HuntStore;
  readonly hindsight: HindsightStore;
  readonly #connection: Connection;
  readonly #ready: () => Promise<void>;
  readonly #readRetryMs: number;
  readonly #inserter: BatchInserter;
  readonly #marks: LaneMarks;
  readonly #hits: HitReader;
  readonly #finder: EventFinder;
  readonly #columns = new ColumnShelf(new MessageBook());

  private constructor(connection: Connection, options: ClickHouseStoreOptions) {
    this.#connection = connection;
    this.#ready = options.ready ?? (() => Promise.resolve());
    this.#readRetryMs = options.readRetryMs ?? READ_RETRY_MS;
    const { memoryBytesMax, secondsMax } = options.search ?? { secondsMax: SEARCH_SECONDS_MAX };
    const searchSettings: ClickHouseSettings = {
      max_execution_time: secondsMax,
      ...(memoryBytesMax === undefined ? {} : { max_memory_usage: String(memoryBytesMax) }),
    };
    const rows: Rows = (...read) => this.#rows(...read);
    const searched: Rows = (bound, toRow, settings) =>
      this.#rows(bound, toRow, { ...searchSettings, ...settings });
    const whenReady = (): Promise<void> => this.#whenReady();
    this.#marks = new LaneMarks({
      connection,
      rows,
      whenReady,
      settledHead: options.settledHead ?? (() => Promise.resolve(Number.MAX_SAFE_INTEGER)),
      onProblem: options.onProblem ?? (() => undefined),
    });
    this.#inserter = new BatchInserter({
      connection,
      columns: this.#columns,
      whenReady,
      onStored: (batch) => this.#marks.stored(batch),
    });
    this.#hits = new HitReader(rows, () => connection.catchUp());
    this.#finder = new EventFinder(rows, searchSettings, options.now ?? Date.now);
    this.retention = new ClickHouseRetention({
      connection,
      rows,
      checkpointMarks: () => this.#marks.checkpointMarks(),
      readCheckpoint: () => this.#marks.readCheckpoint(),
    });
    this.probes = new ClickHouseProbes(searched);
    this.hindsight = new ClickHouseHindsight(rows);
    this.hunts = new ClickHouseHunts(rows);
    this.assess = new ClickHouseAssess(searched);
    this.fleet = new ClickHouseFleet(searched);
    this.inventory = new ClickHouseInventory(searched);
    this.posture = new ClickHousePosture(searched);
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
    return new ColumnCollector(expected, this.#columns);
  }

  insert(batch: EventBatch | RowBatch): Promise<void> {
    return this.#inserter.insert(batch);
  }

  outlastInserts(): Promise<void> {
    return outlastInserts(this.#connection);
  }

  readMarks(agentIds?: readonly string[]): Promise<LaneMark[]> {
    return this.#marks.readMarks(agentIds);
  }

  saveMarks(marks: readonly LaneMark[]): Promise<void> {
    return this.#marks.saveMarks(marks);
  }

  checkpointMarks(): Promise<void> {
    return this.#marks.checkpointMarks();
  }

  lastBatch(): Promise<number> {
    return this.#marks.lastBatch();
  }

  readHits(afterBatch: number, toBatch: number): AsyncGenerator<HitRow[]> {
    return this.#hits.readHits(afterBatch, toBatch);
  }

  readHitsByTime(query: HitsByTimeQuery): Promise<HitRow[]> {
    return this.#hits.readHitsByTime(query);
  }

  async tallyRows(afterBatch: number, toBatch: number): Promise<RowTally[]> {
    return this.#rows(tallyQuery(afterBatch, toBatch), toRowTally, WHOLE_READ);
  }

  async spoolResets(afterBatch: number, toBatch: number): Promise<SpoolResetRow[]> {
    return this.#rows(resetQuery(afterBatch, toBatch), toSpoolReset);
  }

  async firstRows(): Promise<FirstRow[]> {
    return this.#rows(FIRST_ROWS_QUERY, toFirstRow, WHOLE_READ);
  }

  search(query: EventQuery): Promise<FoundEvent[]> {
    return this.#finder.search(query);
  }

  detections(query: DetectionQuery): Promise<FoundDetection[]> {
    return this.#finder.detections(query);
  }

  find(name: RowName): Promise<FoundEvent | undefined> {
    return this.#finder.find(name);
  }

  findAll(names: readonly RowName[], span: { fromMs: number; toMs: number }): Promise<FoundEvent[]> {
    return this.#finder.findAll(names, span);
  }

  count(agentId?: string): Promise<number> {
    return this.#finder.count(agentId);
  }

  countEpoch(epoch: string): Promise<EpochCount> {
    return this.#finder.countEpoch(epoch);
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
    await this.#marks.settled();
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
