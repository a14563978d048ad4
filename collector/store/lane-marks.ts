/**
 * The marks of lanes: the highest sequence that is stored of each. They follow from the events, and are saved now and then so
 * that a start need not read all of them.
 */
import type { ClickHouseSettings } from '@clickhouse/client';
import type { Connection } from './connection.ts';
import { encodeMarks } from './encode-batch.ts';
import type { Rows } from './limited-rows.ts';
import { ONE_BLOCK } from './one-block.ts';
import { toInsertError } from './store-error.ts';
import type { LaneMark } from './store.ts';
import { toLaneMark, toValue } from './stored-row.ts';

/** What a start after a crash has to read again: two million events at most. */
const CHECKPOINT_BATCHES = 100;

/** Marks are read at start, over every stored event: it must not fail for being slow. */
export const WHOLE_READ: ClickHouseSettings = { max_execution_time: 600 };

export interface LaneMarksOptions {
  connection: Connection;
  rows: Rows;
  whenReady: () => Promise<void>;
  /** No batch at or below it is still to come. */
  settledHead: () => Promise<number>;
  onProblem: (what: string, error: unknown) => void;
}

export class LaneMarks {
  readonly #options: LaneMarksOptions;
  /** Highest batch stored, once it is known. */
  #lastBatch: number | undefined;
  #batchesSinceCheckpoint = 0;
  #checkpoint: Promise<void> | undefined;

  constructor(options: LaneMarksOptions) {
    this.#options = options;
  }

  /** A batch is stored. */
  stored(batch: number): void {
    this.#lastBatch = Math.max(this.#lastBatch ?? 0, batch);
    this.#checkpointNowAndThen();
  }

  /** Resolves when no checkpoint is under way. */
  async settled(): Promise<void> {
    await this.#checkpoint;
  }

  async readMarks(agentIds?: readonly string[]): Promise<LaneMark[]> {
    const ofAgents = agentIds === undefined ? '' : 'AND agent_id IN {agents:Array(String)}';
    // In this order: what the checkpoint promises is there once the replicas have caught up after it was read.
    const checkpoint = await this.readCheckpoint();
    await this.#options.connection.catchUp();
    return this.#options.rows(
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
      WHOLE_READ,
    );
  }

  async saveMarks(marks: readonly LaneMark[]): Promise<void> {
    if (marks.length === 0) return;
    const batch = this.#lastBatch ?? (await this.lastBatch());
    try {
      await this.#options.whenReady();
      const rows = encodeMarks(marks, batch);
      await this.#options.connection.insertArrow('lane_mark', rows, ONE_BLOCK);
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
    const to = Math.min(await this.lastBatch(), await this.#options.settledHead());
    const from = await this.readCheckpoint();
    if (to <= from) return;
    await this.#options.connection.command(
      `INSERT INTO lane_mark SELECT agent_id, epoch, lane, max(seq), {to:UInt64} FROM events
        WHERE batch > {from:UInt64} AND batch <= {to:UInt64} GROUP BY agent_id, epoch, lane`,
      { from, to },
      { ...ONE_BLOCK, ...WHOLE_READ },
    );
    // Only now: a crash in between costs a second reading, never a mark.
    await this.#options.connection.command('INSERT INTO mark_checkpoint SELECT {to:UInt64}', { to });
  }

  async readCheckpoint(): Promise<number> {
    const query = 'SELECT max(batch) AS value FROM mark_checkpoint';
    const [value] = await this.#options.rows({ query, params: {} }, toValue);
    return value ?? 0;
  }

  #checkpointNowAndThen(): void {
    this.#batchesSinceCheckpoint += 1;
    if (this.#batchesSinceCheckpoint < CHECKPOINT_BATCHES || this.#checkpoint !== undefined) return;
    this.#batchesSinceCheckpoint = 0;
    this.#checkpoint = this.checkpointMarks()
      .catch((error: unknown) => {
        // The next one covers the same batches: all that is lost is time at the next start.
        this.#options.onProblem('the marks could not be saved', error);
      })
      .finally(() => {
        this.#checkpoint = undefined;
      });
  }

  async lastBatch(): Promise<number> {
    const checkpoint = await this.readCheckpoint();
    const [value] = await this.#options.rows(
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
}
