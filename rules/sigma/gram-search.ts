/**
 * Literals anywhere in a text, found in one walk over it. Of each literal the four characters that are rarest among the
 * literals are looked for (fewer, where it has no more); where they stand the whole of it is compared.
 * Invariant: exactly the literals that stand in the folded text are reported, at least once.
 */
import { addTo } from './add-to.ts';
import { EdgeTrie } from './edge-trie.ts';
import { bytesOf, type FoldedText } from './folded-text.ts';

interface Entry {
  literal: string;
  bytes: Uint8Array;
  payload: number;
}

/** A literal by the characters that it is looked for with. */
interface Anchored extends Entry {
  gram: number;
  /** How many of its characters come before the last of them, and that one. */
  before: number;
}

const GRAM_MAX = 4;
/** Of so many literals with one gram each is compared; more are sorted by what stands before it. */
const CHAIN_MAX = 16;
const SPREAD = 0x9e3779b1;
/** Bits of the filter for each gram, and their least number as a power of two. */
const BITS_PER_GRAM = 16;
const BITS_MIN = 10;
/** Bytes beyond this are not ASCII: a gram with one of them costs texts of ASCII nothing. */
const ASCII_MAX = 127;

/** The bytes before a place as one number. */
function gramAt(bytes: Uint8Array, end: number, size: number): number {
  let gram = 0;
  for (let at = end - size; at < end; at += 1) gram = (gram << 8) | (bytes[at] ?? 0);
  return gram;
}

/** Literals by grams of one size. */
class GramTable {
  readonly #mask: number;
  #filter = new Int32Array(0);
  #shift = 31;
  readonly #byGram = new Map<number, Anchored[]>();
  readonly #crowds = new Map<number, { trie: EdgeTrie; entries: readonly Anchored[] }>();

  constructor(size: number) {
    this.#mask = size === GRAM_MAX ? -1 : (1 << (size * 8)) - 1;
  }

  add(entry: Anchored): void {
    addTo(this.#byGram, entry.gram, entry);
  }

  build(): void {
    const bits = Math.max(BITS_MIN, Math.ceil(Math.log2(this.#byGram.size * BITS_PER_GRAM)));
    this.#shift = 32 - bits;
    this.#filter = new Int32Array(2 ** (bits - 5));
    for (const [gram, entries] of this.#byGram) {
      const slot = Math.imul(gram, SPREAD) >>> this.#shift;
      this.#filter[slot >>> 5] = (this.#filter[slot >>> 5] ?? 0) | (1 << (slot & 31));
      if (entries.length <= CHAIN_MAX) continue;
      const trie = new EdgeTrie('end');
      for (const [index, { literal, before }] of entries.entries()) trie.add(literal.slice(0, before), index);
      this.#crowds.set(gram, { trie, entries });
    }
  }

  /** Whether literals may have this gram. */
  has(gram: number): boolean {
    const slot = Math.imul(gram & this.#mask, SPREAD) >>> this.#shift;
    return (((this.#filter[slot >>> 5] ?? 0) >>> (slot & 31)) & 1) !== 0;
  }

  /** Looks for grams over the whole text. */
  walk(text: FoldedText, found: (payload: number) => void): void {
    const { bytes, length } = text;
    const filter = this.#filter;
    const shift = this.#shift;
    let gram = 0;
    for (let at = 0; at < length; at += 1) {
      gram = (gram << 8) | (bytes[at] ?? 0);
      const slot = Math.imul(gram, SPREAD) >>> shift;
      if ((((filter[slot >>> 5] ?? 0) >>> (slot & 31)) & 1) !== 0) this.meet(text, at + 1, gram, found);
    }
  }

  /** Compares the literals that have the gram, which ends before a place. */
  meet(text: FoldedText, end: number, met: number, found: (payload: number) => void): void {
    const gram = met & this.#mask;
    const entries = this.#byGram.get(gram);
    if (entries === undefined) return;
    if (entries.length > CHAIN_MAX) {
      this.#meetCrowd(text, end, gram, found);
      return;
    }
    for (const { literal, bytes, before, payload } of entries)
      if (text.startsAt(end - before, literal, bytes)) found(payload);
  }

  #meetCrowd(text: FoldedText, end: number, gram: number, found: (payload: number) => void): void {
    const crowd = this.#crowds.get(gram);
    crowd?.trie.scan(text, end, (index) => {
      const entry = crowd.entries[index];
      if (entry !== undefined && text.startsAt(end - entry.before, entry.literal, entry.bytes))
        found(entry.payload);
    });
  }
}

/** Filled, built, then searched. */
export class GramSearch {
  readonly #entries: Entry[] = [];
  readonly #long = new GramTable(GRAM_MAX);
  /** By the size of their grams, less one. */
  readonly #short = [new GramTable(1), new GramTable(2), new GramTable(GRAM_MAX - 1)] as const;
  /** By byte: sizes of the shorter grams that end with it, as bits. */
  readonly #sizes = new Uint8Array(256);
  #hasLong = false;
  #hasShort = false;

  get size(): number {
    return this.#entries.length;
  }

  /** `literal` is folded and not empty. */
  add(literal: string, payload: number): void {
    this.#entries.push({ literal, bytes: bytesOf(literal), payload });
  }

  /** Must be called after the last `add`. */
  build(): void {
    const often = new Map<number, number>();
    for (const { bytes } of this.#entries) {
      for (let end = GRAM_MAX; end <= bytes.length; end += 1) {
        const gram = gramAt(bytes, end, GRAM_MAX);
        often.set(gram, (often.get(gram) ?? 0) + 1);
      }
    }
    for (const entry of this.#entries) {
      if (entry.bytes.length >= GRAM_MAX) {
        this.#long.add(anchored(entry, often));
        this.#hasLong = true;
      } else this.#addShort(entry);
    }
    this.#long.build();
    for (const table of this.#short) table.build();
  }

  #addShort(entry: Entry): void {
    const { length } = entry.bytes;
    const gram = gramAt(entry.bytes, length, length);
    this.#short[length - 1]?.add({ ...entry, gram, before: length });
    const last = gram & 255;
    this.#sizes[last] = (this.#sizes[last] ?? 0) | (1 << (length - 1));
    this.#hasShort = true;
  }

  scan(text: FoldedText, found: (payload: number) => void): void {
    if (this.#hasLong) this.#long.walk(text, found);
    if (this.#hasShort) this.#walkShort(text, found);
  }

  #walkShort(text: FoldedText, found: (payload: number) => void): void {
    const { bytes, length } = text;
    const sizes = this.#sizes;
    const [one, two, three] = this.#short;
    let gram = 0;
    for (let at = 0; at < length; at += 1) {
      const byte = bytes[at] ?? 0;
      gram = (gram << 8) | byte;
      const ends = sizes[byte] ?? 0;
      if (ends === 0) continue;
      if ((ends & 1) !== 0) one.meet(text, at + 1, gram, found);
      if ((ends & 2) !== 0 && two.has(gram)) two.meet(text, at + 1, gram, found);
      if ((ends & 4) !== 0 && three.has(gram)) three.meet(text, at + 1, gram, found);
    }
  }
}

/** By the gram that fewest literals have; what is beyond ASCII stands in few texts. */
function anchored(entry: Entry, often: ReadonlyMap<number, number>): Anchored {
  const { bytes } = entry;
  let best = Number.POSITIVE_INFINITY;
  let before = GRAM_MAX;
  for (let end = GRAM_MAX; end <= bytes.length; end += 1) {
    const isBeyond = bytes.subarray(end - GRAM_MAX, end).some((byte) => byte > ASCII_MAX);
    const weight = isBeyond ? 0 : (often.get(gramAt(bytes, end, GRAM_MAX)) ?? 0);
    if (weight < best) {
      best = weight;
      before = end;
    }
  }
  return { ...entry, gram: gramAt(bytes, before, GRAM_MAX), before };
}
