/**
 * Batches become durable. Invariants: a batch is one INSERT of one block under a token made of its number and its rows' names, so
 * a repeated batch is stored once and a different batch under a reused number is not lost; the engine's memory of tokens is never
 * the proof that a batch is stored.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { faultPoint } from '../telemetry/fault-point.ts';
import { checkBatch, collectRows, tokenOf } from './collect-batch.ts';
import { ColumnRows } from './column-rows.ts';
import type { ColumnShelf } from './column-shelf.ts';
import type { Connection } from './connection.ts';
import type { EncodedRows } from './encode-batch.ts';
import { ONE_BLOCK } from './one-block.ts';
import { toInsertError } from './store-error.ts';
import {
  BatchRefusedError,
  BatchUnknownError,
  type EventBatch,
  type RowBatch,
  StoreUnavailableError,
} from './store.ts';
import { toValue } from './stored-row.ts';

/** Longer than any insert takes. */
const INSERT_MS_MAX = 180_000;
const LOOK_PAUSE_MS = 50;

export interface BatchInserterOptions {
  connection: Connection;
  columns: ColumnShelf;
  whenReady: () => Promise<void>;
  onStored: (batch: number) => void;
}

export class BatchInserter {
  readonly #options: BatchInserterOptions;
  /** Part of every token: what an earlier process had begun says nothing about what this one sends. */
  readonly #life = randomUUID();
  /** Tokens of batches that failed and are to be tried again, and how often the engine took one for a duplicate wrongly. */
  readonly #unsure = new Map<string, number>();

  constructor(options: BatchInserterOptions) {
    this.#options = options;
  }

  async insert(given: EventBatch | RowBatch): Promise<void> {
    if (given.rows.length === 0) return;
    const batch = await toColumns(given, this.#options.columns);
    const rows = batch.rows.encode(batch.batch, batch.receivedMs);
    const token = tokenOf(this.#life, batch.batch, batch.rows);
    try {
      await this.#options.whenReady();
      faultPoint('collector.before-insert');
      await this.#insertOnce(batch, rows, token);
      this.#unsure.delete(token);
    } catch (error) {
      const failure = toInsertError(error, batch.batch);
      if (failure instanceof BatchRefusedError) this.#unsure.delete(token);
      else if (!this.#unsure.has(token)) this.#unsure.set(token, 0);
      throw failure;
    }
    this.#options.onStored(batch.batch);
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
    const written = await this.#options.connection.insertArrow('events', rows, {
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
    await this.#options.connection.catchUp();
    const [value] = await this.#options.connection.rows(
      {
        query: `SELECT count() AS value FROM events WHERE batch = {batch:UInt64}
          AND agent_id = {agent:String} AND epoch = {epoch:String} AND lane = {lane:UInt8} AND seq = {seq:UInt64}`,
        params: { batch, agent: agentId, epoch, lane, seq },
      },
      toValue,
    );
    return (value ?? 0) > 0;
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
async function toColumns(batch: EventBatch | RowBatch, columns: ColumnShelf): Promise<ColumnBatch> {
  checkBatch(batch);
  if (isColumns(batch)) return batch;
  if (!isWhole(batch)) throw new TypeError('these rows were collected by another store');
  try {
    return { ...batch, rows: await collectRows(batch, columns) };
  } catch (error) {
    if (error instanceof BatchRefusedError) throw error;
    throw new BatchRefusedError(`Batch ${batch.batch} cannot be encoded.`, { cause: error });
  }
}

/**
 * An insert that an earlier process had sent may still be running on a server: what it stores has to be seen by
 * whoever reads the marks next. @throws StoreUnavailableError when it does not end
 */
export async function outlastInserts(connection: Connection): Promise<void> {
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
    await setTimeout(LOOK_PAUSE_MS);
    const now = new Set(await running());
    earlier = earlier.filter((id) => now.has(id));
  }
}
