/**
 * The host's names of matches, small: hosts count (`agent/epoch/lane/1234`), so the text in front of the number is
 * kept once for all entries and the number beside each. Any text comes back exactly as it was given.
 */
import { Interner } from './interner.ts';

/** Heads that can be told apart; a name beyond is not kept. An entry has 21 bits for it, and 0 means none. */
const HEADS_MAX = 2 ** 21 - 1;
/** As many digits as a double holds exactly. */
const DIGITS_MAX = 15;

export class RefTable {
  readonly #heads = new Interner();
  /** The number behind the head that `take` gave last; -1 where there is none. */
  tail = -1;

  /** One more use of the name. @returns its head, 0 where it is not kept; its number is then in `tail`. */
  take(ref: string): number {
    let cut = ref.length;
    while (cut > 0 && ref.length - cut < DIGITS_MAX && isDigit(ref.charCodeAt(cut - 1))) cut -= 1;
    // `007` would come back as 7: its zeros belong to the head.
    while (cut < ref.length - 1 && ref.charCodeAt(cut) === ZERO) cut += 1;
    if (this.#heads.size >= HEADS_MAX) return 0;
    this.tail = cut === ref.length ? -1 : Number(ref.slice(cut));
    return this.#heads.take(ref.slice(0, cut)) + 1;
  }

  release(head: number): void {
    if (head !== 0) this.#heads.release(head - 1);
  }

  /** Undefined where the entry has no name. */
  text(head: number, tail: number): string | undefined {
    if (head === 0) return undefined;
    return this.head(head) + (tail < 0 ? '' : String(tail));
  }

  head(head: number): string {
    return this.#heads.text(head - 1);
  }
}

const ZERO = 48;

function isDigit(code: number): boolean {
  return code >= ZERO && code < ZERO + 10;
}
