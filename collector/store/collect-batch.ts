/** Batches of whole rows, as reading back and tests make them: collected row by row, giving way to other work. */
import { setImmediate } from 'node:timers/promises';
import { ColumnCollector, type ColumnRows } from './column-rows.ts';
import { ColumnShelf } from './column-shelf.ts';
import type { EncodedRows } from './encode-batch.ts';
import { MessageBook } from './message-book.ts';
import { RowNames } from './row-names.ts';
import { BatchRefusedError, type EventBatch } from './store.ts';

/** Encoding a large batch takes longer than the event loop may stand still. */
const BREATH_MS = 8;
const ROWS_PER_BREATH = 256;

/** JavaScript's own range of times. */
const TIME_MS_MAX = 8.64e15;

/** @throws BatchRefusedError naming the first row that cannot be stored */
export async function collectRows({ batch, rows }: EventBatch, columns: ColumnShelf): Promise<ColumnRows> {
  const collector = new ColumnCollector(rows.length, columns);
  let lastMs = performance.now();
  for (const [at, row] of rows.entries()) {
    if (at % ROWS_PER_BREATH === 0 && performance.now() - lastMs >= BREATH_MS) {
      await setImmediate();
      lastMs = performance.now();
    }
    try {
      collector.add(row);
    } catch (error) {
      if (!(error instanceof BatchRefusedError)) throw error;
      throw new BatchRefusedError(`batch ${batch}, ${error.message}`, { cause: error });
    }
  }
  return collector.close();
}

/** @throws BatchRefusedError */
export function checkBatch({ batch, receivedMs }: { batch: number; receivedMs: number }): void {
  if (!Number.isSafeInteger(batch) || batch < 0) throw new BatchRefusedError(`bad batch number ${batch}`);
  if (!Number.isSafeInteger(receivedMs) || receivedMs < 0 || receivedMs > TIME_MS_MAX) {
    throw new BatchRefusedError(`batch ${batch}: bad receivedMs ${receivedMs}`);
  }
}

/** @throws BatchRefusedError naming the first row that cannot be stored */
export async function encodeBatch(
  batch: EventBatch,
  messages: MessageBook = new MessageBook(),
): Promise<EncodedRows> {
  checkBatch(batch);
  return (await collectRows(batch, new ColumnShelf(messages))).encode(batch.batch, batch.receivedMs);
}

/**
 * Names a batch for the store's memory of what it has: a word of the one who inserts, the batch's number, and the
 * names of its rows in order. A row's name stands for its content, so a repeated batch is the same one, and other rows
 * under a number that was used before are not.
 */
export function tokenOf(word: string, batch: number, names: { digest(): string }): string {
  return `${word}-${batch}-${names.digest()}`;
}

export function batchToken({ batch, rows }: EventBatch, word: string): string {
  const names = new RowNames();
  for (const row of rows) names.add(row);
  return tokenOf(word, batch, names);
}
