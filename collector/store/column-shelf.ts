/**
 * Columns that nobody looks at any more, for the next batch. Memory outside of the heap that comes and goes with every
 * batch makes the runtime look through the whole heap again and again to see what of it is free. Invariant: what is kept
 * is bounded, in pieces and in bytes.
 */
import { RowColumns } from './encode-batch.ts';
import type { MessageBook } from './message-book.ts';

/** As many as are under way at a time: one is filled, one inserted, one waits. */
const KEPT_MAX = 3;
/** Of a batch as large as this there is seldom another. */
const KEPT_BYTES_MAX = 64 * 1_024 * 1_024;

export class ColumnShelf {
  readonly #messages: MessageBook;
  readonly #free: RowColumns[] = [];

  /** @param messages - what earlier messages looked like */
  constructor(messages: MessageBook) {
    this.#messages = messages;
  }

  /** Empty columns. @param expected - about how many rows will come */
  take(expected: number): RowColumns {
    const used = this.#free.pop();
    if (used === undefined) return new RowColumns(expected, this.#messages);
    used.clear();
    return used;
  }

  /** Nobody looks at them any more, nor at what was made of them. */
  give(columns: RowColumns): void {
    if (this.#free.length < KEPT_MAX && columns.bytesReserved <= KEPT_BYTES_MAX) this.#free.push(columns);
  }
}
