/**
 * Row numbers by their hash: open addressing with linear steps, never more than half full. Before it stand sixteen bits for
 * each row, one of them set: nearly every hash that has no row is ruled out by them, in a piece of memory that stays near.
 */
import type { SharedSlots } from './shared-index.ts';

const SLOTS_MIN = 4_096;
const BITS_PER_SLOT = 8;

function sharedNumbers(length: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(length * Uint32Array.BYTES_PER_ELEMENT));
}

export class HashSlots {
  /** In pairs: a row's number and 1 (0: empty), and its hash. */
  #slots: Uint32Array;
  #bits: Uint32Array;
  #mask: number;
  #size = 0;
  /** Grows when its memory is another. */
  layout = 0;

  /** @param rows for so many it need not grow, which would take its time at once */
  constructor(rows: number) {
    let slots = SLOTS_MIN;
    while (slots < rows * 2) slots *= 2;
    this.#slots = sharedNumbers(slots * 2);
    this.#bits = sharedNumbers((slots * BITS_PER_SLOT) / 32);
    this.#mask = slots - 1;
  }

  /** Somebody else's, to be looked into. */
  static over({ slots, bits }: SharedSlots): HashSlots {
    const over = new HashSlots(0);
    over.#slots = slots;
    over.#bits = bits;
    over.#mask = slots.length / 2 - 1;
    return over;
  }

  share(): SharedSlots {
    return { slots: this.#slots, bits: this.#bits };
  }

  /** How many rows it holds before it grows. */
  get room(): number {
    return (this.#mask + 1) / 2;
  }

  get bytes(): number {
    return this.#slots.byteLength + this.#bits.byteLength;
  }

  /** Rows are added in the order of their numbers, from 0. */
  add(hash: number): void {
    if ((this.#size + 1) * 2 > this.#mask + 1) this.#double();
    this.#size += 1;
    this.#put(hash, this.#size);
  }

  /** False: certainly no row has the hash. */
  mayHold(hash: number): boolean {
    const bit = hash & (this.#mask * BITS_PER_SLOT + BITS_PER_SLOT - 1);
    return (((this.#bits[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 1;
  }

  /** The rows of a hash: `for (let s = first(h); (s = next(s, h)) >= 0; s += 1) row(s)`. */
  first(hash: number): number {
    return hash & this.#mask;
  }

  /** The next slot from `slot` on with that hash; -1: there is none. A slot may be one beyond the last. */
  next(slot: number, hash: number): number {
    const slots = this.#slots;
    const mask = this.#mask;
    for (let at = slot & mask; slots[at * 2] !== 0; at = (at + 1) & mask)
      if (slots[at * 2 + 1] === hash) return at;
    return -1;
  }

  row(slot: number): number {
    return (this.#slots[slot * 2] ?? 0) - 1;
  }

  #put(hash: number, entry: number): void {
    const bit = hash & (this.#mask * BITS_PER_SLOT + BITS_PER_SLOT - 1);
    this.#bits[bit >>> 5] = (this.#bits[bit >>> 5] ?? 0) | (1 << (bit & 31));
    let at = hash & this.#mask;
    while (this.#slots[at * 2] !== 0) at = (at + 1) & this.#mask;
    this.#slots[at * 2 + 1] = hash;
    Atomics.store(this.#slots, at * 2, entry);
  }

  #double(): void {
    const old = this.#slots;
    this.#slots = sharedNumbers(old.length * 2);
    this.#bits = sharedNumbers(this.#bits.length * 2);
    this.layout += 1;
    this.#mask = this.#mask * 2 + 1;
    for (let at = 0; at < old.length; at += 2) {
      const entry = old[at] ?? 0;
      if (entry > 0) this.#put(old[at + 1] ?? 0, entry);
    }
  }
}
