/**
 * Turns a stream of rows into numbered batches, one insert at a time. Invariants: rows of an agent become durable in the
 * order they were added, so a lane's mark may follow each batch; the same batch is inserted again until its outcome is
 * known; a batch the store refuses is halved until the offending row is alone, and that row is kept as `rejected`; who
 * sent such a row has batches of its own for a while, taken in steps between the others', so that nobody waits for it;
 * memory is bounded by the caller through `full`.
 */
import {
  BatchLine,
  type BatchLineOptions,
  type KeptUnit,
  type Piece,
  type Work,
  type WriteUnit,
} from './batch-line.ts';
import { Linger, type LingerOptions } from './linger.ts';
import { rejectedRow } from './rejected-row.ts';
import {
  BatchRefusedError,
  type EventRow,
  type EventStore,
  type RowBatch,
  type RowCollector,
  type RowName,
} from './store.ts';

export interface BatchWriterOptions {
  store: {
    collect: (expected: number) => RowCollector;
    insert: (batch: RowBatch) => Promise<void>;
    saveMarks: EventStore['saveMarks'];
  };
  /** Number of the first batch. */
  firstBatch: number;
  /** Where numbers come from when others insert too; counted here by default. The one before is settled then. */
  takeNumber?: (() => Promise<number>) | undefined;
  rowsMax: number;
  linger: LingerOptions;
  /** Above this the writer is full; below half of it, no longer. */
  bytesMax: number;
  retryMs: { min: number; max: number };
  /** Milliseconds since 1970. */
  now: () => number;
  /** Milliseconds of a clock that only goes forward. */
  clock: () => number;
  /** Batches (none for units without rows) are durable; the units are when all of theirs are: marks may move, acks go out. */
  onCommitted: (units: readonly KeptUnit[], batches: readonly RowBatch[]) => void;
  onFull: (full: boolean) => void;
  onRetry: (error: unknown, attempt: number) => void;
  onRejected: (row: RowName, error: Error) => void;
}

/** How long an agent's units are set apart after the store refused a row of its. */
const APART_MS = 600_000;
/** Rows of a batch of units set apart: a refusal costs little. */
const APART_ROWS_MAX = 1_000;
/** Inserts of units set apart between two of the others. */
const APART_STEPS = 2;
/** Agents that are set apart at once: with more, the store itself is what is wrong. */
const SUSPECTS_MAX = 1_000;

export class BatchWriter {
  readonly #options: BatchWriterOptions;
  readonly #main: BatchLine;
  readonly #apart: BatchLine;
  readonly #linger: Linger;
  /** Agents that are set apart, and since when. */
  readonly #suspects = new Map<string, number>();
  /** The last batch of the others that may hold earlier rows of those set apart. */
  #apartAfter = 0;
  #bytes = 0;
  #full = false;
  #nextBatch: number;
  #closedWorks = 0;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #draining = false;
  readonly #stop = new AbortController();

  constructor(options: BatchWriterOptions) {
    this.#options = options;
    this.#nextBatch = options.firstBatch;
    this.#linger = new Linger(options.linger);
    const line: Omit<BatchLineOptions, 'rowsMax'> = {
      collect: options.store.collect,
      bytesMax: options.bytesMax / 2,
      nextNumber: () => (this.#closedWorks += 1),
      put: (collector, row) => this.#put(collector, row),
    };
    this.#main = new BatchLine({ ...line, rowsMax: options.rowsMax });
    this.#apart = new BatchLine({ ...line, rowsMax: Math.min(options.rowsMax, APART_ROWS_MAX) });
  }

  /** Bytes of rows that are not durable yet. */
  get waitingBytes(): number {
    return this.#bytes;
  }

  add(unit: WriteUnit): void {
    const nowMs = this.#options.clock();
    this.#linger.add(unit.rows.length, nowMs);
    this.#lineOf(unit.mark.agentId, nowMs).add(unit, nowMs);
    this.#bytes += unit.bytes;
    this.#updateFull();
    this.#schedule();
  }

  /** Writes everything added so far. Resolves early, with rows left, when `stop` is called. */
  async drain(): Promise<void> {
    this.#draining = true;
    while (!this.#stop.signal.aborted && !(this.#main.isEmpty && this.#apart.isEmpty)) {
      this.#kick();
      await this.#running;
    }
    await this.#running;
    this.#draining = false;
  }

  /** Gives up waiting for a store that does not answer. Rows not yet durable are with the agents. */
  async stop(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** A row that cannot be stored as it is must not keep the others of its frame from it. */
  #put(collector: RowCollector, row: EventRow): void {
    try {
      collector.add(row);
    } catch (error) {
      if (!(error instanceof BatchRefusedError)) throw error;
      this.#options.onRejected(row, error);
      collector.add(rejectedRow(row, error));
    }
  }

  #lineOf(agentId: string, nowMs: number): BatchLine {
    const sinceMs = this.#suspects.get(agentId);
    if (sinceMs === undefined) return this.#main;
    // Its rows keep their order: it comes back when nothing that was set apart is left.
    if (nowMs - sinceMs < APART_MS || !this.#apart.isEmpty) return this.#apart;
    this.#suspects.delete(agentId);
    return this.#main;
  }

  #suspect(agentId: string): void {
    if (this.#suspects.has(agentId) || this.#suspects.size >= SUSPECTS_MAX) return;
    // What of it was added so far is in batches up to this one.
    this.#main.close();
    this.#apartAfter = this.#closedWorks;
    this.#suspects.set(agentId, this.#options.clock());
  }

  #updateFull(): void {
    const { bytesMax, onFull } = this.#options;
    const full = this.#full ? this.#bytes > bytesMax / 2 : this.#bytes > bytesMax;
    if (full === this.#full) return;
    this.#full = full;
    onFull(full);
  }

  /** Milliseconds until the line's open batch has waited long enough; undefined when there is none. */
  #waitMs(line: BatchLine): number | undefined {
    const { openedMs } = line;
    return openedMs === undefined ? undefined : openedMs + this.#linger.ms - this.#options.clock();
  }

  #schedule(): void {
    if (this.#running !== undefined || this.#stop.signal.aborted) return;
    if (this.#draining || this.#main.first !== undefined || this.#apart.first !== undefined) {
      this.#kick();
      return;
    }
    const waits = [this.#main, this.#apart].flatMap((line) => this.#waitMs(line) ?? []);
    if (waits.length === 0 || this.#timer !== undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#kick();
      },
      Math.max(0, Math.min(...waits)),
    );
  }

  #kick(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#stop.signal.aborted) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      this.#schedule();
    });
  }

  /** Closes what has waited long enough. */
  #closeDue(): void {
    for (const line of [this.#main, this.#apart]) {
      const waitMs = this.#waitMs(line);
      if (waitMs !== undefined && (this.#draining || waitMs <= 0)) line.close();
    }
  }

  /** One batch of the others, and a few steps of those set apart. */
  async #run(): Promise<void> {
    this.#closeDue();
    const work = this.#main.first;
    if (work !== undefined && (await this.#write(work, Number.POSITIVE_INFINITY))) this.#main.done();
    const apart = this.#apart.first;
    const before = this.#main.first;
    if (apart === undefined || (before !== undefined && before.number <= this.#apartAfter)) return;
    if (await this.#write(apart, APART_STEPS)) this.#apart.done();
  }

  /** @returns whether everything of it is durable; false after so many inserts, or when the writer was stopped. */
  async #write(work: Work, stepsMax: number): Promise<boolean> {
    const { store, onCommitted } = this.#options;
    for (let steps = 0; work.pieces.length > 0; steps += 1) {
      if (steps >= stepsMax || !(await this.#step(work))) return false;
    }
    const marks = work.units.filter((unit) => unit.saveMark).map((unit) => unit.mark);
    if (marks.length > 0 && !(await this.#persist(() => store.saveMarks(marks), true))) return false;
    this.#bytes -= work.bytes;
    onCommitted(work.units, []);
    this.#updateFull();
    return true;
  }

  /** Inserts the first piece, or puts smaller ones in its place. @returns false when the writer was stopped */
  async #step(work: Work): Promise<boolean> {
    const { store, now, onCommitted, onRejected } = this.#options;
    const piece = work.pieces[0];
    if (piece === undefined) return true;
    if (piece.batch === undefined && !(await this.#number())) return false;
    const batch = (piece.batch ??= { batch: this.#nextBatch, receivedMs: now(), rows: piece.rows });
    this.#nextBatch = Math.max(this.#nextBatch, batch.batch + 1);
    try {
      if (!(await this.#persist(() => store.insert(batch), piece.isFinal))) return false;
      work.pieces.shift();
      onCommitted([], [batch]);
      return true;
    } catch (error) {
      if (!(error instanceof BatchRefusedError)) throw error;
      const { rows } = piece;
      if (rows.length > 1) {
        const middle = rows.length >> 1;
        work.pieces.splice(0, 1, pieceOf(rows.slice(0, middle)), pieceOf(rows.slice(middle, rows.length)));
        return true;
      }
      const name = rows.nameAt(0);
      onRejected(name, error);
      this.#suspect(name.agentId);
      work.pieces.splice(0, 1, pieceOf(rows.rejected(error), true));
      return true;
    }
  }

  /** Sees to the number of the next batch. @returns false when the writer was stopped before there was one. */
  async #number(): Promise<boolean> {
    const { takeNumber } = this.#options;
    if (takeNumber === undefined) return true;
    return this.#persist(async () => {
      this.#nextBatch = await takeNumber();
    }, true);
  }

  /**
   * Tries until the write is done. @returns false when stopped.
   * @param final there is nothing left to try instead, so a refusal is retried too.
   * @throws BatchRefusedError
   */
  async #persist(write: () => Promise<void>, final: boolean): Promise<boolean> {
    const { retryMs, onRetry } = this.#options;
    for (let attempt = 1; !this.#stop.signal.aborted; attempt += 1) {
      try {
        await write();
        return true;
      } catch (error) {
        if (error instanceof BatchRefusedError && !final) throw error;
        // Whatever else went wrong, the rows are not known to be stored: the agents keep them until they are.
        onRetry(error, attempt);
        await this.#pause(Math.min(retryMs.max, retryMs.min * 2 ** (attempt - 1)));
      }
    }
    return false;
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#stop;
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
    });
  }
}

function pieceOf(rows: Piece['rows'], isFinal = false): Piece {
  return { rows, isFinal, batch: undefined };
}
