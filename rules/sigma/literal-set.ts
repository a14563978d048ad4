/**
 * Many literals searched in one pass over a text: a rolling hash of four characters selects the few literals that may
 * stand there, and a comparison decides. Invariant: every literal that occurs is reported, at least once.
 */

export type Place = 'anywhere' | 'start' | 'end';

interface Entry {
  literal: string;
  place: Place;
  /** Where the hashed characters stand in the literal. */
  offset: number;
  payload: number;
  next: number;
}

const GRAM = 4;
const MASK = 0xfffffff;

/** Literals to be found in texts, each with a payload: filled, built, then searched. */
export class LiteralSet {
  readonly #long: Entry[] = [];
  /** Too short to hash: searched one by one. */
  readonly #short: { literal: string; place: Place; payload: number }[] = [];
  #heads = new Int32Array(0);
  #shift = 32;

  get size(): number {
    return this.#long.length + this.#short.length;
  }

  /** `payload` is handed to `scan`'s callback. */
  add(literal: string, place: Place, payload: number): void {
    if (literal.length < GRAM) this.#short.push({ literal, place, payload });
    else this.#long.push({ literal, place, offset: 0, payload, next: -1 });
  }

  /** Must be called after the last `add`. */
  build(): void {
    const bits = Math.min(20, Math.max(6, Math.ceil(Math.log2(this.#long.length * 8 + 1))));
    this.#shift = 32 - bits;
    this.#heads = new Int32Array(1 << bits).fill(-1);
    const frequency = new Map<number, number>();
    for (const { literal } of this.#long) {
      for (const gram of grams(literal)) frequency.set(gram, (frequency.get(gram) ?? 0) + 1);
    }
    for (const [index, entry] of this.#long.entries()) {
      // What is rare among literals is rare in events too: `\rub` selects better than `.exe`.
      let best = Number.POSITIVE_INFINITY;
      for (const [offset, gram] of grams(entry.literal).entries()) {
        const count = frequency.get(gram) ?? 0;
        if (count < best) {
          best = count;
          entry.offset = offset;
        }
      }
      const slot = this.#slot(gramAt(entry.literal, entry.offset));
      entry.next = this.#heads[slot] ?? -1;
      this.#heads[slot] = index;
    }
  }

  /** Calls `found` for every literal that stands in the text in its place; may repeat. */
  scan(text: string, found: (payload: number) => void): void {
    for (const { literal, place, payload } of this.#short) if (stands(text, literal, place)) found(payload);
    if (this.#long.length === 0 || text.length < GRAM) return;
    const heads = this.#heads;
    const shift = this.#shift;
    let gram =
      ((text.charCodeAt(0) & 127) << 14) | ((text.charCodeAt(1) & 127) << 7) | (text.charCodeAt(2) & 127);
    for (let at = GRAM - 1; at < text.length; at += 1) {
      gram = ((gram << 7) | (text.charCodeAt(at) & 127)) & MASK;
      const head = heads[Math.imul(gram, 0x9e3779b1) >>> shift];
      if (head !== undefined && head !== -1) this.#check(text, at - GRAM + 1, head, found);
    }
  }

  #check(text: string, at: number, head: number, found: (payload: number) => void): void {
    for (let index = head; index !== -1;) {
      const entry = this.#long[index];
      if (entry === undefined) return;
      const start = at - entry.offset;
      const fits =
        entry.place === 'anywhere' ||
        (entry.place === 'start' ? start === 0 : start + entry.literal.length === text.length);
      if (fits && start >= 0 && text.startsWith(entry.literal, start)) found(entry.payload);
      index = entry.next;
    }
  }

  #slot(gram: number): number {
    return Math.imul(gram, 0x9e3779b1) >>> this.#shift;
  }
}

function stands(text: string, literal: string, place: Place): boolean {
  if (place === 'start') return text.startsWith(literal);
  return place === 'end' ? text.endsWith(literal) : text.includes(literal);
}

function gramAt(text: string, at: number): number {
  let gram = 0;
  for (let index = at; index < at + GRAM; index += 1)
    gram = ((gram << 7) | (text.charCodeAt(index) & 127)) & MASK;
  return gram;
}

function grams(text: string): number[] {
  return Array.from({ length: text.length - GRAM + 1 }, (_, at) => gramAt(text, at));
}
