/**
 * Many literals looked for in one text at once, in any case. Literals that must begin or end a text are found by its
 * first or last characters; the others by looking only at every few characters and jumping as far as no literal can
 * stand (Wu and Manber, 1994). Invariant: exactly the literals that stand in the folded text are reported, at least once.
 */
import { addTo } from './add-to.ts';
import { fold } from './fold.ts';
import { ShortSearch } from './short-search.ts';

export type Place = 'anywhere' | 'start' | 'end';

interface Entry {
  /** Folded. */
  literal: string;
  payload: number;
}

/** Characters hashed together at the edges of a text. */
const BLOCK = 3;
/** Literals of at least these lengths are searched together: the longer the shortest of them, the longer the jumps. */
const LENGTHS = [8, 5, 3] as const;
const LENGTH_MIN = 3;
const WINDOW_MAX = 32;
/** So few literals are found faster one by one: each walks over the whole text. */
const SINGLE_MAX = 2;
const SHORT_MAX = 3;

/** Literals to be found in texts, each with a payload: filled, built, then searched. */
export class LiteralSet {
  readonly #starts = new EdgeTable('start');
  readonly #ends = new EdgeTable('end');
  readonly #anywhere = LENGTHS.map((length) => ({ length, search: new BlockSearch() }));
  /** Those of them that have literals. */
  #searches: BlockSearch[] = [];
  /** Too short for blocks. */
  readonly #short = new ShortSearch();
  /** Too few to be worth blocks: searched one by one. */
  readonly #single: Entry[] = [];
  #size = 0;
  /** There are literals that blocks do not find. */
  #hasOthers = false;
  #occurred = false;
  readonly #occur = (): void => {
    this.#occurred = true;
  };
  #lengthMin = Number.POSITIVE_INFINITY;

  get size(): number {
    return this.#size;
  }

  /** There are literals that must begin or end a text. */
  get hasEdges(): boolean {
    return this.#starts.size + this.#ends.size > 0;
  }

  /** `literal` is folded; `payload` is handed to `scan`'s callback. */
  add(literal: string, place: Place, payload: number): void {
    this.#size += 1;
    this.#lengthMin = Math.min(this.#lengthMin, literal.length);
    const entry = { literal, payload };
    if (place === 'start') this.#starts.add(entry);
    else if (place === 'end') this.#ends.add(entry);
    else if (literal.length < LENGTH_MIN) this.#short.add(literal, payload);
    else this.#anywhere.find(({ length }) => literal.length >= length)?.search.add(entry);
  }

  /** Must be called after the last `add`. */
  build(): void {
    for (const { length, search } of this.#anywhere) {
      if (length < LENGTHS[0] && search.size <= SINGLE_MAX) this.#single.push(...search.empty());
      search.build();
      if (search.size > 0) this.#searches.push(search);
    }
    if (this.#short.size <= SHORT_MAX) this.#single.push(...this.#short.empty());
    this.#short.build();
    this.#hasOthers = this.#starts.size + this.#ends.size + this.#short.size + this.#single.length > 0;
  }

  /** Whether any of the literals stands in the text. */
  occursIn(text: string): boolean {
    if (text.length < this.#lengthMin) return false;
    for (const search of this.#searches) if (search.occursIn(text)) return true;
    if (!this.#hasOthers) return false;
    this.#occurred = false;
    this.#scanOthers({ text, folded: fold(text) }, this.#occur);
    return this.#occurred;
  }

  /** Calls `found` for every literal that stands in the text, as it is or in another case; may repeat. */
  scan(subject: Subject, found: (payload: number) => void): void {
    if (subject.text.length < this.#lengthMin) return;
    for (const search of this.#searches) search.scan(subject, found);
    if (this.#hasOthers) this.#scanOthers(subject, found);
  }

  #scanOthers(subject: Subject, found: (payload: number) => void): void {
    if (this.#starts.size > 0) this.#starts.scan(subject, found);
    if (this.#ends.size > 0) this.#ends.scan(subject, found);
    if (this.#short.size > 0) this.#short.scan(subject.folded, found);
    for (const { literal, payload } of this.#single) if (subject.folded.includes(literal)) found(payload);
  }
}

/** A text to be searched, and the same folded: asked for only when that is needed. */
interface Subject {
  readonly text: string;
  readonly folded: string;
}

/**
 * Set in every character that is hashed, so that the case of ASCII letters makes no difference. Other characters that
 * differ in this bit alone fall together too, which only costs a comparison.
 */
const CASE = 32;
const PRIME = 0x01000193;
const SPREAD = 0x9e3779b1;

/** The block at a place as a number; -1 where a character is not ASCII, so that only the folded text tells. */
function blockAt(text: string, at: number): number {
  const [a, b, c] = [text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2)];
  return (a | b | c) > 127 ? -1 : ((a | CASE) << 14) ^ ((b | CASE) << 7) ^ (c | CASE);
}

/** The block of a folded text, whatever characters are in it: those beyond ASCII by their lowest bits. */
function foldedBlockAt(folded: string, at: number): number {
  const code = (place: number): number => (folded.charCodeAt(place) & 127) | CASE;
  return (code(at) << 14) ^ (code(at + 1) << 7) ^ code(at + 2);
}

/** Literals that must stand at one end of the text, by the block there. */
class EdgeTable {
  readonly #edge: 'start' | 'end';
  readonly #byBlock = new Map<number, Entry[]>();
  /** Shorter than a block. */
  readonly #short: Entry[] = [];
  size = 0;

  constructor(edge: 'start' | 'end') {
    this.#edge = edge;
  }

  add(entry: Entry): void {
    this.size += 1;
    const { literal } = entry;
    if (literal.length < BLOCK) {
      this.#short.push(entry);
      return;
    }
    const block = foldedBlockAt(literal, this.#edge === 'start' ? 0 : literal.length - BLOCK);
    addTo(this.#byBlock, block, entry);
  }

  scan(subject: Subject, found: (payload: number) => void): void {
    const { text } = subject;
    for (const entry of this.#short) if (this.#stands(subject, entry)) found(entry.payload);
    if (this.#byBlock.size === 0 || text.length < BLOCK) return;
    const at = this.#edge === 'start' ? 0 : text.length - BLOCK;
    let block = blockAt(text, at);
    if (block === -1) block = foldedBlockAt(subject.folded, at);
    const entries = this.#byBlock.get(block);
    if (entries === undefined) return;
    for (const entry of entries) if (this.#stands(subject, entry)) found(entry.payload);
  }

  #stands(subject: Subject, { literal }: Entry): boolean {
    if (literal.length > subject.text.length) return false;
    return this.#edge === 'start' ? subject.folded.startsWith(literal) : subject.folded.endsWith(literal);
  }
}

/** Where a literal is looked for: a window of it, from `offset` on. */
interface Anchored extends Entry {
  offset: number;
  next: number;
  /** Character codes of the literal's beginning and of its middle: looked at first. */
  first: number;
  middle: number;
}

const BLOCK_LONG = 6;
/** Literals with one block that are tried one by one. */
const CHAIN_MAX = 16;
const CROWD = -2;
/** Of so many characters texts are thought to be made, when the size of blocks is chosen (hexadecimal, paths). */
const ALPHABET = 20;

/**
 * Literals anywhere. Of each a window as long as the shortest literal is looked for, the one with the rarest end.
 * `#jumps` says by the block before a place how far on the next window can end; 0 where one ends here.
 */
class BlockSearch {
  readonly #entries: Anchored[] = [];
  #window = WINDOW_MAX;
  #jumps = new Uint8Array(0);
  /** First literal whose window ends in a block; -1 for none, CROWD where there are too many to try one by one. */
  #heads = new Int32Array(0);
  /** Those of the crowded blocks, by the whole window. */
  #crowds = new Map<string, Anchored[]>();
  #shift = 32;
  /** Blocks of six characters instead of three, so that a block of a text is seldom one of the literals'. */
  #isLong = false;
  /** Of the block at which `#nextStop` stopped last; folding changes it in no way. */
  #stoppedAt = 0;

  add({ literal, payload }: Entry): void {
    this.#window = Math.min(this.#window, literal.length);
    const first = literal.charCodeAt(0);
    const middle = literal.charCodeAt(literal.length >> 1);
    this.#entries.push({ literal, payload, offset: 0, next: -1, first, middle });
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Gives its literals away. */
  empty(): Entry[] {
    return this.#entries.splice(0);
  }

  build(): void {
    const window = this.#window;
    const count = this.#entries.length;
    if (count === 0) return;
    const wanted = Math.log(2 * window * count) / Math.log(ALPHABET);
    const block = wanted > BLOCK && window > 2 * BLOCK_LONG ? BLOCK_LONG : BLOCK;
    this.#isLong = block === BLOCK_LONG;
    const jumpMax = window - block + 1;
    const bits = Math.min(18, Math.max(10, Math.ceil(Math.log2(count * jumpMax * 8))));
    this.#shift = 32 - bits;
    this.#jumps = new Uint8Array(1 << bits).fill(jumpMax);
    this.#heads = new Int32Array(1 << bits).fill(-1);
    const frequency = new Map<number, number>();
    for (const { literal } of this.#entries) {
      for (let end = block; end <= literal.length; end += 1) {
        const slot = this.#slotBefore(literal, end);
        frequency.set(slot, (frequency.get(slot) ?? 0) + 1);
      }
    }
    for (const [index, entry] of this.#entries.entries()) {
      const { literal } = entry;
      // What is rare among literals is rare in events too: a window that ends in `rub` selects better than in `exe`.
      let rarest = Number.POSITIVE_INFINITY;
      for (let offset = 0; offset + window <= literal.length; offset += 1) {
        const often = frequency.get(this.#slotBefore(literal, offset + window)) ?? 0;
        if (often < rarest) {
          rarest = often;
          entry.offset = offset;
        }
      }
      for (let jump = 0; jump < jumpMax; jump += 1) {
        const slot = this.#slotBefore(literal, entry.offset + window - jump);
        if (jump < (this.#jumps[slot] ?? 0)) this.#jumps[slot] = jump;
      }
      const last = this.#slotBefore(literal, entry.offset + window);
      entry.next = this.#heads[last] ?? -1;
      this.#heads[last] = index;
    }
    for (const slot of this.#heads.keys()) this.#scatter(slot);
  }

  /** Literals that differ only before their last block would make every place of a text cost as many comparisons. */
  #scatter(slot: number): void {
    const chain: Anchored[] = [];
    for (let index = this.#heads[slot] ?? -1; index !== -1;) {
      const entry = this.#entries[index];
      if (entry === undefined) break;
      chain.push(entry);
      index = entry.next;
    }
    if (chain.length <= CHAIN_MAX) return;
    this.#heads[slot] = CROWD;
    for (const entry of chain) {
      const window = entry.literal.slice(entry.offset, entry.offset + this.#window);
      addTo(this.#crowds, window, entry);
    }
  }

  scan(subject: Subject, found: (payload: number) => void): void {
    const { text } = subject;
    for (
      let end = this.#nextStop(text, this.#window);
      end <= text.length;
      end = this.#nextStop(text, end + 1)
    ) {
      if (end < 0) {
        this.#scanFolded(subject.folded, -end, found);
        return;
      }
      this.#check(subject.folded, end, this.#stoppedAt, found);
    }
  }

  occursIn(text: string): boolean {
    let end = this.#nextStop(text, this.#window);
    if (end > text.length) return false;
    const met: number[] = [];
    const folded = fold(text);
    const found = (payload: number): void => void met.push(payload);
    for (; end <= text.length && met.length === 0; end = this.#nextStop(text, end + 1)) {
      if (end < 0) {
        this.#scanFolded(folded, -end, found);
        break;
      }
      this.#check(folded, end, this.#stoppedAt, found);
    }
    return met.length > 0;
  }

  /**
   * The next place from `from` on where a window may end; behind the text where there is none. Negative where a
   * character is not ASCII: from there on only the folded text tells.
   */
  #nextStop(text: string, from: number): number {
    const { length } = text;
    const jumps = this.#jumps;
    const shift = this.#shift;
    const isLong = this.#isLong;
    let end = from;
    while (end <= length) {
      const a = text.charCodeAt(end - 3);
      const b = text.charCodeAt(end - 2);
      const c = text.charCodeAt(end - 1);
      let all = a | b | c;
      let block = ((a | CASE) << 14) ^ ((b | CASE) << 7) ^ (c | CASE);
      if (isLong) {
        const d = text.charCodeAt(end - 6);
        const e = text.charCodeAt(end - 5);
        const f = text.charCodeAt(end - 4);
        all |= d | e | f;
        block ^= Math.imul(((d | CASE) << 14) ^ ((e | CASE) << 7) ^ (f | CASE), PRIME);
      }
      if (all > 127) return -end;
      const slot = Math.imul(block, SPREAD) >>> shift;
      const jump = jumps[slot] ?? 1;
      if (jump === 0) {
        this.#stoppedAt = slot;
        return end;
      }
      end += jump;
    }
    return end;
  }

  /** Goes on with a text that is not ASCII. */
  #scanFolded(folded: string, from: number, found: (payload: number) => void): void {
    for (let end = from; end <= folded.length;) {
      const slot = this.#slotBefore(folded, end);
      const jump = this.#jumps[slot] ?? 1;
      if (jump === 0) this.#check(folded, end, slot, found);
      end += Math.max(jump, 1);
    }
  }

  /** @param slot - of the block that ends there */
  #check(folded: string, end: number, slot: number, found: (payload: number) => void): void {
    let index = this.#heads[slot] ?? -1;
    if (index === CROWD) {
      for (const entry of this.#crowds.get(folded.slice(end - this.#window, end)) ?? [])
        this.#compare(entry, folded, end, found);
      return;
    }
    while (index !== -1) {
      const entry = this.#entries[index];
      if (entry === undefined) return;
      this.#compare(entry, folded, end, found);
      index = entry.next;
    }
  }

  #compare(entry: Anchored, folded: string, end: number, found: (payload: number) => void): void {
    const { literal } = entry;
    const start = end - this.#window - entry.offset;
    if (start < 0 || folded.charCodeAt(start) !== entry.first) return;
    if (folded.charCodeAt(start + (literal.length >> 1)) !== entry.middle) return;
    if (folded.startsWith(literal, start)) found(entry.payload);
  }

  /** Of the block that ends before a place of a folded text; characters beyond ASCII count by their lowest bits. */
  #slotBefore(folded: string, end: number): number {
    let block = foldedBlockAt(folded, end - BLOCK);
    if (this.#isLong) block ^= Math.imul(foldedBlockAt(folded, end - BLOCK_LONG), PRIME);
    return Math.imul(block, SPREAD) >>> this.#shift;
  }
}
