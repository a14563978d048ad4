/**
 * Goes through a trail and says where it is not as it was written. After a fault it goes on from what it found, so that
 * one changed entry is told as one. Invariant: memory does not grow with the trail.
 */
import type { Anchor } from './anchor.ts';
import { type ChainedEntry, type ChainHead, entryHash } from './chain.ts';

export type ChainFault =
  /** The entry, or the one before it, is not what was written. */
  | { kind: 'changed'; seq: number }
  | { kind: 'missing'; fromSeq: number; toSeq: number }
  /** It stands where another number was due: put in, doubled or moved. */
  | { kind: 'misplaced'; seq: number; afterSeq: number }
  /** The trail ends before its own head, or before a head that was kept elsewhere. */
  | { kind: 'cut'; lastSeq: number; headSeq: number; atMs: number | null }
  /** In itself it is whole, but it is not the trail whose head was kept: it was written anew. */
  | { kind: 'rewritten'; seq: number; atMs: number | null };

export interface ChainVerdict {
  entries: number;
  /** Entries whose detail was masked: they stand where they stood, what they say is not shown to be what was written. */
  masked: number;
  /** 0 where there is none. */
  firstSeq: number;
  lastSeq: number;
  /** Of the last entry; of what came before where there is none. */
  headHash: string;
  firstMs: number | null;
  lastMs: number | null;
  /** Kept heads that were held against the trail, and those of before its first entry. */
  anchorsMatched: number;
  anchorsBefore: number;
  /** In the order of the trail, at most FAULTS_MAX. */
  faults: ChainFault[];
  faultsBeyond: number;
}

export const FAULTS_MAX = 100;

export class ChainVerifier {
  readonly #faults: ChainFault[] = [];
  readonly #anchors: ReadonlyMap<number, readonly Anchor[]>;
  readonly #anchorsLast: Anchor | undefined;
  #faultsBeyond = 0;
  #entries = 0;
  #masked = 0;
  #firstSeq = 0;
  #firstMs: number | null = null;
  #lastMs: number | null = null;
  #seq: number;
  #hash: string;
  #anchorsMatched = 0;
  readonly #anchorsBefore: number;

  /**
   * @param start the entry before the first one that comes: number 0 and the genesis, for a whole trail
   * @param anchors heads of this trail that were kept elsewhere
   */
  constructor(start: ChainHead, anchors: readonly Anchor[] = []) {
    this.#seq = start.seq;
    this.#hash = start.hash;
    this.#anchors = Map.groupBy(anchors, ({ seq }) => seq);
    this.#anchorsLast = anchors.reduce<Anchor | undefined>(
      (last, anchor) => (last === undefined || anchor.seq > last.seq ? anchor : last),
      undefined,
    );
    this.#anchorsBefore = anchors.filter(({ seq }) => seq < start.seq).length;
    this.#compareAnchors();
  }

  /** @param isMasked its hash is believed; the entries behind it show whether it is the one that stood there */
  take(entry: ChainedEntry, isMasked = false): void {
    const { seq, hash, atMs } = entry;
    if (this.#entries === 0) {
      this.#firstSeq = seq;
      this.#firstMs = atMs;
    }
    this.#entries += 1;
    if (isMasked) this.#masked += 1;
    this.#lastMs = atMs;
    if (seq <= this.#seq) {
      this.#fault({ kind: 'misplaced', seq, afterSeq: this.#seq });
      return;
    }
    if (seq > this.#seq + 1) this.#fault({ kind: 'missing', fromSeq: this.#seq + 1, toSeq: seq - 1 });
    // What follows a gap does not fit to what is before it; whether it is itself as written, the next ones tell.
    else if (!isMasked && entryHash(this.#hash, entry) !== hash) this.#fault({ kind: 'changed', seq });
    this.#seq = seq;
    this.#hash = hash;
    this.#compareAnchors();
  }

  /** @param head what the trail says of its own end; undefined where it says nothing */
  end(head: ChainHead | undefined): ChainVerdict {
    if (head !== undefined && head.seq > this.#seq) this.#cut(head.seq, null);
    else if (head !== undefined && (head.seq < this.#seq || head.hash !== this.#hash))
      this.#fault({ kind: 'rewritten', seq: this.#seq, atMs: null });
    const last = this.#anchorsLast;
    if (last !== undefined && last.seq > this.#seq) this.#cut(last.seq, last.atMs);
    return {
      entries: this.#entries,
      masked: this.#masked,
      firstSeq: this.#firstSeq,
      lastSeq: this.#seq,
      headHash: this.#hash,
      firstMs: this.#firstMs,
      lastMs: this.#lastMs,
      anchorsMatched: this.#anchorsMatched,
      anchorsBefore: this.#anchorsBefore,
      faults: this.#faults,
      faultsBeyond: this.#faultsBeyond,
    };
  }

  #compareAnchors(): void {
    for (const { hash, atMs } of this.#anchors.get(this.#seq) ?? []) {
      if (hash === this.#hash) this.#anchorsMatched += 1;
      else this.#fault({ kind: 'rewritten', seq: this.#seq, atMs });
    }
  }

  #cut(headSeq: number, atMs: number | null): void {
    this.#fault({ kind: 'cut', lastSeq: this.#seq, headSeq, atMs });
  }

  #fault(fault: ChainFault): void {
    if (this.#faults.length < FAULTS_MAX) this.#faults.push(fault);
    else this.#faultsBeyond += 1;
  }
}
