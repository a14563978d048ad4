/**
 * Long literals anywhere in a text (hashes, paths), found by looking at a few characters only and jumping as far as none
 * can stand (Wu and Manber, 1994). Of each literal a window as long as the shortest is looked for, the one with the
 * rarest end. Invariant: exactly the literals that stand in the folded text are reported, at least once.
 */
import { addTo } from './add-to.ts';
import { bytesOf, type FoldedText } from './folded-text.ts';

/** Shorter literals make jumps too short to be worth it. */
export const JUMP_LITERAL_MIN = 16;

interface Anchored {
  literal: string;
  bytes: Uint8Array;
  payload: number;
  /** Where its window begins. */
  offset: number;
  next: number;
}

const WINDOW_MAX = 32;
/** Characters hashed together. */
const BLOCK = 6;
/** Literals with one block that are tried one by one. */
const CHAIN_MAX = 16;
const NONE = -1;
const CROWD = -2;
const BITS_MIN = 10;
const BITS_MAX = 18;
const PRIME = 0x01000193;
const SPREAD = 0x9e3779b1;

export class JumpSearch {
  readonly #entries: Anchored[] = [];
  #window = WINDOW_MAX;
  /** By the block before a place: how far on the next window can end; 0 where one ends here. */
  #jumps = new Uint8Array(0);
  /** First literal whose window ends in a block; NONE, or CROWD where there are too many to try one by one. */
  #heads = new Int32Array(0);
  /** Those of the crowded blocks, by the whole window. */
  readonly #crowds = new Map<string, Anchored[]>();
  #shift = 32 - BITS_MIN;

  get size(): number {
    return this.#entries.length;
  }

  /** `literal` is folded, of at least JUMP_LITERAL_MIN characters. */
  add(literal: string, payload: number): void {
    this.#window = Math.min(this.#window, literal.length);
    this.#entries.push({ literal, bytes: bytesOf(literal), payload, offset: 0, next: NONE });
  }

  /** Must be called after the last `add`. */
  build(): void {
    const count = this.#entries.length;
    if (count === 0) return;
    const window = this.#window;
    const jumpMax = window - BLOCK + 1;
    const bits = Math.min(BITS_MAX, Math.max(BITS_MIN, Math.ceil(Math.log2(count * jumpMax * 8))));
    this.#shift = 32 - bits;
    this.#jumps = new Uint8Array(1 << bits).fill(jumpMax);
    this.#heads = new Int32Array(1 << bits).fill(NONE);
    const often = this.#countBlocks();
    for (const [index, entry] of this.#entries.entries()) {
      const { bytes } = entry;
      let rarest = Number.POSITIVE_INFINITY;
      for (let offset = 0; offset + window <= bytes.length; offset += 1) {
        const count = often.get(this.#slotBefore(bytes, offset + window)) ?? 0;
        if (count >= rarest) continue;
        rarest = count;
        entry.offset = offset;
      }
      for (let jump = 0; jump < jumpMax; jump += 1) {
        const slot = this.#slotBefore(bytes, entry.offset + window - jump);
        if (jump < (this.#jumps[slot] ?? 0)) this.#jumps[slot] = jump;
      }
      const last = this.#slotBefore(bytes, entry.offset + window);
      entry.next = this.#heads[last] ?? NONE;
      this.#heads[last] = index;
    }
    for (const slot of this.#heads.keys()) this.#scatter(slot);
  }

  #countBlocks(): ReadonlyMap<number, number> {
    const often = new Map<number, number>();
    for (const { bytes } of this.#entries) {
      for (let end = BLOCK; end <= bytes.length; end += 1) {
        const slot = this.#slotBefore(bytes, end);
        often.set(slot, (often.get(slot) ?? 0) + 1);
      }
    }
    return often;
  }

  /** Literals that differ only before their last block would make every place of a text cost as many comparisons. */
  #scatter(slot: number): void {
    const chain: Anchored[] = [];
    for (let entry = this.#entryOf(this.#heads[slot]); entry !== undefined; entry = this.#entryOf(entry.next))
      chain.push(entry);
    if (chain.length <= CHAIN_MAX) return;
    this.#heads[slot] = CROWD;
    for (const entry of chain)
      addTo(this.#crowds, entry.literal.slice(entry.offset, entry.offset + this.#window), entry);
  }

  #entryOf(index: number | undefined): Anchored | undefined {
    return index === undefined || index < 0 ? undefined : this.#entries[index];
  }

  scan(text: FoldedText, found: (payload: number) => void): void {
    const { bytes, length } = text;
    const jumps = this.#jumps;
    for (let end = this.#window; end <= length;) {
      const slot = this.#slotBefore(bytes, end);
      const jump = jumps[slot] ?? 1;
      if (jump === 0) this.#check(text, end, slot, found);
      end += jump === 0 ? 1 : jump;
    }
  }

  /** @param slot - of the block that ends there */
  #check(text: FoldedText, end: number, slot: number, found: (payload: number) => void): void {
    const head = this.#heads[slot] ?? NONE;
    if (head === CROWD) {
      for (const entry of this.#crowds.get(text.folded.slice(end - this.#window, end)) ?? [])
        this.#compare(entry, text, end, found);
      return;
    }
    for (let entry = this.#entryOf(head); entry !== undefined; entry = this.#entryOf(entry.next))
      this.#compare(entry, text, end, found);
  }

  #compare(
    { literal, bytes, offset, payload }: Anchored,
    text: FoldedText,
    end: number,
    found: (payload: number) => void,
  ): void {
    if (text.startsAt(end - this.#window - offset, literal, bytes)) found(payload);
  }

  /** Of the block that ends before a place. */
  #slotBefore(bytes: Uint8Array, end: number): number {
    const near = ((bytes[end - 3] ?? 0) << 16) | ((bytes[end - 2] ?? 0) << 8) | (bytes[end - 1] ?? 0);
    const far = ((bytes[end - 6] ?? 0) << 16) | ((bytes[end - 5] ?? 0) << 8) | (bytes[end - 4] ?? 0);
    return Math.imul(near ^ Math.imul(far, PRIME), SPREAD) >>> this.#shift;
  }
}
