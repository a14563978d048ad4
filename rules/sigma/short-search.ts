/**
 * Literals of one or two characters looked for in one walk over a text: rules ask for many of them (` /`, `^`, and every
 * look-alike of a dash), and one search each would read a command line hundreds of times.
 * Invariant: exactly those that stand in the folded text are reported, each once.
 */

interface Short {
  literal: string;
  payload: number;
}

const ASCII = 128;
const NONE = -1;
/** Stands before a literal of one character. */
const ALONE = 0;

/** Place in the table of ASCII: the character before, or ALONE, and the last one. */
const slotOf = (before: number, last: number): number => before * ASCII + last;
/** The same for characters beyond ASCII. */
const keyOf = (before: number, last: number): number => before * 65_536 + last;

/** Filled, built, then searched. */
export class ShortSearch {
  readonly #entries: Short[] = [];
  /** Payloads by place. */
  readonly #payloads: number[][] = [];
  /** By `slotOf`: a place, or NONE. */
  #ascii = new Int32Array(0);
  /** By `keyOf`, where one of the characters is beyond ASCII. */
  readonly #beyond = new Map<number, number>();
  /** By place: the walk that reported it last. */
  readonly #reported: number[] = [];
  #walks = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** `literal` is folded, of one or two characters. */
  add(literal: string, payload: number): void {
    this.#entries.push({ literal, payload });
  }

  /** Gives its literals away. */
  empty(): Short[] {
    return this.#entries.splice(0);
  }

  /** Must be called after the last `add`. */
  build(): void {
    if (this.#entries.length === 0) return;
    this.#ascii = new Int32Array((ASCII + 1) * ASCII).fill(NONE);
    const places = new Map<string, number>();
    for (const { literal, payload } of this.#entries) {
      const known = places.get(literal);
      if (known === undefined) places.set(literal, this.#place(literal, payload));
      else this.#payloads[known]?.push(payload);
    }
  }

  #place(literal: string, payload: number): number {
    const place = this.#payloads.push([payload]) - 1;
    this.#reported.push(0);
    const last = literal.charCodeAt(literal.length - 1);
    const before = literal.length === 1 ? ALONE : literal.charCodeAt(0) + 1;
    if (last < ASCII && before <= ASCII) this.#ascii[slotOf(before, last)] = place;
    else this.#beyond.set(keyOf(before, last), place);
    return place;
  }

  scan(folded: string, found: (payload: number) => void): void {
    this.#walks += 1;
    const ascii = this.#ascii;
    let before = ALONE;
    for (let at = 0; at < folded.length; at += 1) {
      const code = folded.charCodeAt(at);
      if (code < ASCII && before <= ASCII) {
        const alone = ascii[code] ?? NONE;
        if (alone !== NONE) this.#meet(alone, found);
        const pair = before === ALONE ? NONE : (ascii[slotOf(before, code)] ?? NONE);
        if (pair !== NONE) this.#meet(pair, found);
      } else {
        this.#meetBeyond(ALONE, code, found);
        if (before !== ALONE) this.#meetBeyond(before, code, found);
      }
      before = code + 1;
    }
  }

  /** One of the two characters is beyond ASCII; a literal of the last alone may yet be of it. */
  #meetBeyond(before: number, last: number, found: (payload: number) => void): void {
    const place =
      last < ASCII && before <= ASCII
        ? (this.#ascii[slotOf(before, last)] ?? NONE)
        : (this.#beyond.get(keyOf(before, last)) ?? NONE);
    if (place !== NONE) this.#meet(place, found);
  }

  #meet(place: number, found: (payload: number) => void): void {
    if (this.#reported[place] === this.#walks) return;
    this.#reported[place] = this.#walks;
    for (const payload of this.#payloads[place] ?? []) found(payload);
  }
}
