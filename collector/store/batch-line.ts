/**
 * Units on their way into the store, in the order they came, cut into batches. A batch is closed when it is full or has
 * waited long enough; its rows are collected at once, so that nothing of an event is kept but what is stored.
 */
import type { LaneMark, RowBatch, RowCollector, RowSet, UnitRows } from './store.ts';

/** Rows of one lane that were admitted together, and the mark they reach. */
export interface WriteUnit {
  mark: LaneMark;
  rows: UnitRows;
  /** What the unit weighs in memory: payload bytes. */
  bytes: number;
  /** The mark is not reached by rows alone (a declared loss), so it has to be saved itself. */
  saveMark: boolean;
}

/** A unit whose rows have been collected. */
export type KeptUnit = Omit<WriteUnit, 'rows'>;

/** Rows of a batch that still have to be inserted: all, or what is left of it after the store refused some. */
export interface Piece {
  rows: RowSet;
  /** There is nothing left to try instead, so a refusal is retried too. */
  isFinal: boolean;
  /** They are to be kept as rejected for this reason, which is seen to when their turn comes. */
  refusal?: Error | undefined;
  /** The number it was first tried under: an unknown outcome is repeated under the same. */
  batch: RowBatch | undefined;
  /** How often it was sent to the store. */
  inserts: number;
}

/** A closed batch. */
export interface Work {
  /** Order of closing, over all lines. */
  readonly number: number;
  units: readonly KeptUnit[];
  bytes: number;
  pieces: Piece[];
}

export interface BatchLineOptions {
  collect: (expected: number) => RowCollector;
  rowsMax: number;
  bytesMax: number;
  /** Next number of a closed batch. */
  nextNumber: () => number;
  /** Puts rows into the collector, or what is kept instead of a row that cannot be stored. */
  put: (collector: RowCollector, rows: UnitRows) => void;
}

export class BatchLine {
  readonly #options: BatchLineOptions;
  readonly #closed: Work[] = [];
  #collector: RowCollector | undefined;
  #units: KeptUnit[] = [];
  #bytes = 0;
  /** When the first unit of the open batch came. */
  #openedMs = 0;
  /** Rows of the last batches: about how many the next one will have. */
  #expected = 0;

  constructor(options: BatchLineOptions) {
    this.#options = options;
  }

  add({ rows, ...unit }: WriteUnit, nowMs: number): void {
    const { rowsMax, bytesMax, collect, put } = this.#options;
    const open = this.#collector?.length ?? 0;
    if (open > 0 && (open + rows.length > rowsMax || this.#bytes + unit.bytes > bytesMax)) this.close();
    if (this.#units.length === 0) this.#openedMs = nowMs;
    if (rows.length > 0) {
      const collector = (this.#collector ??= collect(Math.max(this.#expected, rows.length)));
      put(collector, rows);
    }
    this.#units.push(unit);
    this.#bytes += unit.bytes;
    if ((this.#collector?.length ?? 0) >= rowsMax || this.#bytes >= bytesMax) this.close();
  }

  /** Ends the open batch, if there is anything in it. */
  close(): void {
    if (this.#units.length === 0) return;
    const rows = this.#collector?.close();
    this.#closed.push({
      number: this.#options.nextNumber(),
      units: this.#units,
      bytes: this.#bytes,
      pieces: rows === undefined ? [] : [{ rows, isFinal: false, batch: undefined, inserts: 0 }],
    });
    this.#expected = rows?.length ?? this.#expected;
    this.#collector = undefined;
    this.#units = [];
    this.#bytes = 0;
  }

  /** The oldest closed batch; it stays the first until `done`. */
  get first(): Work | undefined {
    return this.#closed[0];
  }

  /** The oldest closed batch is durable. */
  done(): void {
    this.#closed.shift();
  }

  get isEmpty(): boolean {
    return this.#closed.length === 0 && this.#units.length === 0;
  }

  /** When the open batch began; undefined when there is none. */
  get openedMs(): number | undefined {
    return this.#units.length === 0 ? undefined : this.#openedMs;
  }
}
