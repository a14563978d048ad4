/**
 * Turns a stream of rows into numbered batches, one insert at a time, in order.
 * Invariants: rows become durable in the order they were added, so a lane's mark may follow each batch; the same
 * batch is inserted again until its outcome is known; a batch the store refuses is halved until the offending
 * row is alone, and that row is kept as `rejected`; memory is bounded by the caller through `full`.
 */
import {
  BatchRefusedError,
  type EventBatch,
  type EventRow,
  type EventStore,
  type LaneMark,
} from './store.ts';

/** Rows of one lane that were admitted together, and the mark they reach. */
export interface WriteUnit {
  mark: LaneMark;
  rows: readonly EventRow[];
  /** What the unit weighs in memory: payload bytes. */
  bytes: number;
  /** The mark is not reached by rows alone (a declared loss), so it has to be saved itself. */
  saveMark: boolean;
}

export interface BatchWriterOptions {
  store: Pick<EventStore, 'insert' | 'saveMarks'>;
  /** Number of the first batch. */
  firstBatch: number;
  /** Where numbers come from when others insert too; counted here by default. The one before is settled then. */
  takeNumber?: (() => Promise<number>) | undefined;
  rowsMax: number;
  /** How long the first row of a batch waits for company. */
  lingerMs: number;
  /** Above this the writer is full; below half of it, no longer. */
  bytesMax: number;
  retryMs: { min: number; max: number };
  now: () => number;
  /** The batch (absent for units without rows) is durable: marks may move, acks go out. */
  onCommitted: (units: readonly WriteUnit[], batches: readonly EventBatch[]) => void;
  onFull: (full: boolean) => void;
  onRetry: (error: unknown, attempt: number) => void;
  onRejected: (row: EventRow, error: Error) => void;
}

export class BatchWriter {
  readonly #options: BatchWriterOptions;
  #waiting: WriteUnit[] = [];
  #waitingRows = 0;
  #bytes = 0;
  #full = false;
  #nextBatch: number;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #draining = false;
  readonly #stop = new AbortController();

  constructor(options: BatchWriterOptions) {
    this.#options = options;
    this.#nextBatch = options.firstBatch;
  }

  /** Bytes of rows that are not durable yet. */
  get waitingBytes(): number {
    return this.#bytes;
  }

  add(unit: WriteUnit): void {
    this.#waiting.push(unit);
    this.#waitingRows += unit.rows.length;
    this.#bytes += unit.bytes;
    this.#updateFull();
    if (this.#waitingRows >= this.#options.rowsMax) this.#kick();
    else this.#timer ??= setTimeout(() => this.#kick(), this.#options.lingerMs);
  }

  /** Writes everything added so far. Resolves early, with rows left, when `stop` is called. */
  async drain(): Promise<void> {
    this.#draining = true;
    while ((this.#waiting.length > 0 || this.#running !== undefined) && !this.#stop.signal.aborted) {
      this.#kick();
      await this.#running;
    }
  }

  /** Gives up waiting for a store that does not answer. Rows not yet durable are with the agents. */
  async stop(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  #updateFull(): void {
    const { bytesMax, onFull } = this.#options;
    const full = this.#full ? this.#bytes > bytesMax / 2 : this.#bytes > bytesMax;
    if (full === this.#full) return;
    this.#full = full;
    onFull(full);
  }

  #kick(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#waiting.length > 0 && !this.#stop.signal.aborted) {
        if (this.#draining || this.#waitingRows >= this.#options.rowsMax) this.#kick();
        else this.#timer ??= setTimeout(() => this.#kick(), this.#options.lingerMs);
      }
    });
  }

  #take(): WriteUnit[] {
    const units: WriteUnit[] = [];
    let rows = 0;
    for (const unit of this.#waiting) {
      if (units.length > 0 && rows + unit.rows.length > this.#options.rowsMax) break;
      units.push(unit);
      rows += unit.rows.length;
    }
    this.#waiting.splice(0, units.length);
    this.#waitingRows -= rows;
    return units;
  }

  async #run(): Promise<void> {
    const { now, onCommitted, store } = this.#options;
    const units = this.#take();
    const rows = units.flatMap((unit) => unit.rows);
    const committed: EventBatch[] = [];
    if (rows.length > 0 && !(await this.#insert(rows, now(), committed))) return this.#putBack(units);
    const marks = units.filter((unit) => unit.saveMark).map((unit) => unit.mark);
    if (marks.length > 0 && !(await this.#persist(() => store.saveMarks(marks), true)))
      return this.#putBack(units);
    for (const unit of units) this.#bytes -= unit.bytes;
    onCommitted(units, committed);
    this.#updateFull();
  }

  /** Stopped before the outcome was known: whoever reads the store's marks next decides. */
  #putBack(units: readonly WriteUnit[]): void {
    this.#waiting.unshift(...units);
    this.#waitingRows += units.reduce((sum, unit) => sum + unit.rows.length, 0);
  }

  /** @returns false when the writer was stopped before the rows were durable. */
  async #insert(rows: readonly EventRow[], receivedMs: number, committed: EventBatch[]): Promise<boolean> {
    if (!(await this.#number())) return false;
    const batch: EventBatch = { batch: this.#nextBatch, receivedMs, rows };
    const [only] = rows;
    const final = rows.length === 1 && only?.channel === 'rejected';
    this.#nextBatch += 1;
    try {
      if (!(await this.#persist(() => this.#options.store.insert(batch), final))) return false;
      committed.push(batch);
      return true;
    } catch (error) {
      if (!(error instanceof BatchRefusedError) || only === undefined) throw error;
      if (rows.length > 1) {
        const middle = rows.length >> 1;
        return (
          (await this.#insert(rows.slice(0, middle), receivedMs, committed)) &&
          (await this.#insert(rows.slice(middle), receivedMs, committed))
        );
      }
      this.#options.onRejected(only, error);
      return this.#insert([rejectedRow(only, error)], receivedMs, committed);
    }
  }

  /** Sees to the number of the next batch. @returns false when the writer was stopped before there was one. */
  async #number(): Promise<boolean> {
    const { takeNumber } = this.#options;
    if (takeNumber === undefined) return true;
    return this.#persist(async () => {
      this.#nextBatch = await takeNumber();
    });
  }

  /**
   * Tries until the write is done. @returns false when stopped.
   * @param final there is nothing left to try instead, so a refusal is retried too.
   * @throws BatchRefusedError
   */
  async #persist(write: () => Promise<void>, final = false): Promise<boolean> {
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

/** Longest text kept of a row that the store refused. */
const REJECTED_TEXT_MAX = 16_384;

function rejectedRow(row: EventRow, error: Error): EventRow {
  return {
    ...row,
    channel: 'rejected',
    hits: [],
    event: {
      timeMs: row.event.timeMs,
      logsources: [],
      columns: {},
      fields: { 'error.message': error.message, 'event.channel': row.channel },
      message: row.event.message.slice(0, REJECTED_TEXT_MAX).toWellFormed(),
      parsed: false,
    },
  };
}
