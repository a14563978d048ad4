/**
 * Turns a stream of rows into numbered batches, one insert at a time. Invariants: rows of an agent become durable in the
 * order they were added, so a lane's mark may follow each batch; the same batch is inserted again until its outcome is
 * known; a batch the store refuses is halved by agents until the offending one is alone, who has batches of its own for a
 * while, taken in steps between the others', so that nobody waits for it; those are halved until the offending row is
 * alone, which is kept as `rejected`; memory is bounded by the caller through `full` and `holds`.
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
import { Patience, type PatienceOptions } from './patience.ts';
import { putRow } from './put-row.ts';
import {
  BatchRefusedError,
  type EventStore,
  type RowBatch,
  type RowCollector,
  type RowName,
  type RowSet,
  type UnitRows,
} from './store.ts';
import { Suspects } from './suspects.ts';
import { WaitingShare } from './waiting-share.ts';

export interface BatchWriterOptions extends Pick<PatienceOptions, 'retryMs' | 'onRetry'> {
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
  /** Milliseconds since 1970. */
  now: () => number;
  /** Milliseconds of a clock that only goes forward. */
  clock: () => number;
  /** Batches (none for units without rows) are durable; the units are when all of theirs are: marks may move, acks go out. */
  onCommitted: (units: readonly KeptUnit[], batches: readonly RowBatch[]) => void;
  onFull: (full: boolean) => void;
  /** The first of so many rows that are kept as rejected. */
  onRejected: (row: RowName, error: Error, rows: number) => void;
}

/** Rows of a batch of units set apart: a refusal costs little. */
const APART_ROWS_MAX = 1_000;
/** Rows that are rejected in one insert. */
const REJECTED_ROWS_MAX = 250;
/** Inserts of units set apart between two of the others: so much later are theirs. */
const APART_STEPS = 1;
/** Of what may wait, the share that those set apart may have before they are held. */
const APART_SHARE = 1 / 4;

export class BatchWriter {
  readonly #options: BatchWriterOptions;
  readonly #main: BatchLine;
  readonly #apart: BatchLine;
  readonly #linger: Linger;
  readonly #suspects = new Suspects();
  /** The last batch of the others that may hold earlier rows of those set apart. */
  #apartAfter = 0;
  /** Taken out of batches of the others, before anything of the line apart. */
  readonly #taken: Work[] = [];
  readonly #share: WaitingShare;
  #bytes = 0;
  /** Of those set apart. */
  #apartBytes = 0;
  #full = false;
  #nextBatch: number;
  #closedWorks = 0;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #draining = false;
  readonly #stop = new AbortController();
  readonly #patience: Patience;

  constructor(options: BatchWriterOptions) {
    this.#options = options;
    this.#nextBatch = options.firstBatch;
    this.#linger = new Linger(options.linger);
    this.#share = new WaitingShare(options.bytesMax);
    this.#patience = new Patience({ ...options, signal: this.#stop.signal });
    const line: Omit<BatchLineOptions, 'rowsMax'> = {
      collect: options.store.collect,
      bytesMax: options.bytesMax / 2,
      nextNumber: () => (this.#closedWorks += 1),
      put: (collector, rows) => this.#put(collector, rows),
    };
    this.#main = new BatchLine({ ...line, rowsMax: options.rowsMax });
    this.#apart = new BatchLine({ ...line, rowsMax: Math.min(options.rowsMax, APART_ROWS_MAX) });
  }

  /** Bytes of rows that are not durable yet. */
  get waitingBytes(): number {
    return this.#bytes;
  }

  /** The agent has enough waiting: others are not to wait for it. */
  holds(agentId: string): boolean {
    if (this.#share.isOver(agentId)) return true;
    return this.#apartBytes > this.#options.bytesMax * APART_SHARE && this.#suspects.has(agentId);
  }

  add(unit: WriteUnit): void {
    const nowMs = this.#options.clock();
    this.#linger.add(unit.rows.length, nowMs);
    const line = this.#lineOf(unit.mark.agentId, nowMs);
    line.add(unit, nowMs);
    this.#bytes += unit.bytes;
    this.#share.add(unit.mark.agentId, unit.bytes);
    if (line === this.#apart) this.#apartBytes += unit.bytes;
    this.#updateFull();
    this.#schedule();
  }

  /** Writes everything added so far. Resolves early, with rows left, when `stop` is called. */
  async drain(): Promise<void> {
    this.#draining = true;
    while (!this.#stop.signal.aborted && !(this.#main.isEmpty && this.#nothingApart)) {
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

  #put(collector: RowCollector, rows: UnitRows): void {
    const { onRejected } = this.#options;
    if ('pack' in rows) collector.addPacked(rows);
    else for (const row of rows) putRow(collector, row, (error) => onRejected(row, error, 1));
  }

  get #nothingApart(): boolean {
    return this.#apart.isEmpty && this.#taken.length === 0;
  }

  #lineOf(agentId: string, nowMs: number): BatchLine {
    if (!this.#suspects.has(agentId)) return this.#main;
    // Its rows keep their order: it comes back when nothing that was set apart is left.
    if (!this.#suspects.isOver(agentId, nowMs) || !this.#nothingApart) return this.#apart;
    this.#suspects.delete(agentId);
    return this.#main;
  }

  /** @returns false when too many are set apart */
  #suspect(agentId: string): boolean {
    if (!this.#suspects.add(agentId, this.#options.clock())) return false;
    // What of it was added so far is in batches up to this one.
    this.#main.close();
    this.#apartAfter = this.#closedWorks;
    return true;
  }

  /** Takes what these agents have in a batch of the others out of it. */
  #takeOut(work: Work, agentIds: ReadonlySet<string>, pieces: Piece[]): void {
    const units = work.units.filter(({ mark }) => agentIds.has(mark.agentId));
    const bytes = units.reduce((sum, unit) => sum + unit.bytes, 0);
    work.units = work.units.filter(({ mark }) => !agentIds.has(mark.agentId));
    work.bytes -= bytes;
    this.#apartBytes += bytes;
    this.#taken.push({ number: work.number, units, bytes, pieces });
  }

  /** Takes those set apart out of a batch that was closed before they were. */
  #sift(work: Work): void {
    const [piece] = work.pieces;
    if (work.number > this.#apartAfter || piece?.batch !== undefined || work.pieces.length > 1) return;
    const apart = new Set(work.units.map(({ mark }) => mark.agentId).filter((id) => this.#suspects.has(id)));
    if (apart.size === 0) return;
    const others = new Set(work.units.map(({ mark }) => mark.agentId).filter((id) => !apart.has(id)));
    const piecesOf = (ids: ReadonlySet<string>): Piece[] => {
      const rows = piece?.rows.of(ids);
      return rows === undefined || rows.length === 0 ? [] : [pieceOf(rows)];
    };
    const taken = piecesOf(apart);
    work.pieces = piecesOf(others);
    this.#takeOut(work, apart, taken);
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
    if (this.#draining || this.#main.first !== undefined || this.#nextApart !== undefined) {
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

  /** What of those set apart is next; undefined while earlier rows of theirs may be in a batch of the others. */
  get #nextApart(): Work | undefined {
    const [taken] = this.#taken;
    if (taken !== undefined) return taken;
    const before = this.#main.first;
    return before === undefined || before.number > this.#apartAfter ? this.#apart.first : undefined;
  }

  /** One batch of the others, and a few steps of those set apart. */
  async #run(): Promise<void> {
    this.#closeDue();
    const work = this.#main.first;
    if (work !== undefined) {
      this.#sift(work);
      if (await this.#write(work, false)) this.#main.done();
    }
    const apart = this.#nextApart;
    if (apart === undefined || !(await this.#write(apart, true))) return;
    this.#apartBytes -= apart.bytes;
    if (apart === this.#taken[0]) this.#taken.shift();
    else this.#apart.done();
  }

  /** @returns whether everything of it is durable; false after the steps of those set apart, or when stopped. */
  async #write(work: Work, isApart: boolean): Promise<boolean> {
    const { store, onCommitted } = this.#options;
    for (let steps = 0; work.pieces.length > 0; steps += 1) {
      if ((isApart && steps >= APART_STEPS) || !(await this.#step(work, isApart))) return false;
    }
    const marks = work.units.filter((unit) => unit.saveMark).map((unit) => unit.mark);
    if (marks.length > 0 && !(await this.#patience.persist(() => store.saveMarks(marks), true))) return false;
    this.#bytes -= work.bytes;
    for (const { mark, bytes } of work.units) this.#share.remove(mark.agentId, bytes);
    onCommitted(work.units, []);
    this.#updateFull();
    return true;
  }

  /** Inserts the first piece, or puts smaller ones in its place. @returns false when the writer was stopped */
  async #step(work: Work, isApart: boolean): Promise<boolean> {
    const { store, now, onCommitted } = this.#options;
    const piece = work.pieces[0];
    if (piece === undefined) return true;
    if (piece.refusal !== undefined) {
      piece.rows = piece.rows.rejected(piece.refusal);
      piece.refusal = undefined;
      piece.isFinal = true;
    }
    if (piece.batch === undefined && !(await this.#number())) return false;
    const batch = (piece.batch ??= { batch: this.#nextBatch, receivedMs: now(), rows: piece.rows });
    this.#nextBatch = Math.max(this.#nextBatch, batch.batch + 1);
    const insert = async (): Promise<void> => {
      piece.inserts += 1;
      await store.insert(batch);
    };
    try {
      if (!(await this.#patience.persist(insert, piece.isFinal))) return false;
      work.pieces.shift();
      onCommitted([], [batch]);
      // Of an insert that was given up some bytes may still be on their way.
      if (piece.inserts === 1) piece.rows.release();
    } catch (error) {
      if (!(error instanceof BatchRefusedError)) throw error;
      work.pieces.shift();
      work.pieces.unshift(...this.#instead(work, piece.rows, error, isApart));
    }
    return true;
  }

  /** What is tried instead of rows that were refused. */
  #instead(work: Work, rows: RowSet, error: BatchRefusedError, isApart: boolean): Piece[] {
    const agentIds = [...rows.agentIds];
    const [agentId = ''] = agentIds;
    if (agentIds.length > 1) {
      const middle = agentIds.length >> 1;
      return [agentIds.slice(0, middle), agentIds.slice(middle)].map((ids) => pieceOf(rows.of(new Set(ids))));
    }
    if (!isApart && this.#suspect(agentId) && rows.length > 1) {
      this.#takeOut(work, new Set([agentId]), [pieceOf(rows)]);
      return [];
    }
    const maySearch = this.#suspects.spend(agentId);
    if (rows.length > 1 && maySearch) {
      const middle = rows.length >> 1;
      return [pieceOf(rows.slice(0, middle)), pieceOf(rows.slice(middle, rows.length))];
    }
    this.#options.onRejected(rows.nameAt(0), error, rows.length);
    const pieces: Piece[] = [];
    for (let from = 0; from < rows.length; from += REJECTED_ROWS_MAX) {
      const some = rows.slice(from, Math.min(rows.length, from + REJECTED_ROWS_MAX));
      pieces.push({ ...pieceOf(some), refusal: error });
    }
    return pieces;
  }

  /** Sees to the number of the next batch. @returns false when the writer was stopped before there was one. */
  async #number(): Promise<boolean> {
    const { takeNumber } = this.#options;
    if (takeNumber === undefined) return true;
    return this.#patience.persist(async () => {
      this.#nextBatch = await takeNumber();
    }, true);
  }
}

function pieceOf(rows: RowSet): Piece {
  return { rows, isFinal: false, batch: undefined, inserts: 0 };
}
