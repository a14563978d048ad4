/** Made-up hosts, people and numbers for the benchmarks' records, from a seed: the same seed gives the same ones. */

/** Small, fast generator (mulberry32); good enough for made-up logs. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const PEOPLE = ['nguyen.van.an', 'tran.thi.binh', 'le.hoang', 'pham.thu.ha', 'vo.minh', 'do.quang.huy'];

/** One event's surroundings: when it is, and where its numbers come from. */
export class MadeUp {
  readonly nowMs: number;
  readonly #random: () => number;

  constructor(random: () => number, nowMs: number) {
    this.#random = random;
    this.nowMs = nowMs;
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  /** A whole number from 0 up to, not including, `max`. */
  number(max: number): number {
    return Math.floor(this.#random() * max);
  }

  pick(list: readonly string[]): string {
    return list[this.number(list.length)] ?? '';
  }

  hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += this.number(16).toString(16);
    return text;
  }

  guid(): string {
    const text = this.hex(32).toUpperCase();
    return `{${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}}`;
  }

  ip(): string {
    return `10.${this.number(4)}.${this.number(256)}.${this.number(256)}`;
  }

  person(): string {
    return this.pick(PEOPLE);
  }

  server(): string {
    return `srv-${this.number(40)}`;
  }

  iso(): string {
    return new Date(this.nowMs).toISOString();
  }
}
