/**
 * Values that one place of many events had last. A value that comes again is the same string: it need not be cut out,
 * and whoever looks it up in a table finds its hash already there. Invariants: what is remembered is bounded and keeps
 * no longer text alive; a place whose values change all the time is soon left alone.
 */

/** Values remembered of one place, and the longest of them, UTF-16 units. */
const VALUES_MAX = 8;
const CHARS_MAX = 128;
/** Shorter slices are copies already. */
const SLICE_CHARS_MIN = 13;

/** A value found again pays for half of one that was looked for in vain. */
const CREDIT_FIRST = 32;
const CREDIT_MAX = 64;
const MISS_COST = 2;
/** Values after which a place that was left alone is tried again. */
const REST = 8_192;

export class RecentValues {
  readonly #values: string[] = [];
  #next = 0;
  #credit = CREDIT_FIRST;

  /** The text from `from` to before `to`. */
  cut(text: string, from: number, to: number): string {
    const length = to - from;
    if (length === 0) return '';
    if (this.#credit <= 0) {
      this.#credit -= 1;
      if (this.#credit < -REST) this.#credit = CREDIT_FIRST;
      return text.slice(from, to);
    }
    const value = text.slice(from, to);
    const values = this.#values;
    // Compared by what is cheap to look at first: values of one place often are of one length.
    const last = text.charCodeAt(to - 1);
    for (let at = 0; at < values.length; at += 1) {
      const known = values[at];
      if (known === undefined || known.length !== length || known.charCodeAt(length - 1) !== last) continue;
      if (known !== value) continue;
      if (this.#credit < CREDIT_MAX) this.#credit += 1;
      return known;
    }
    this.#credit -= MISS_COST;
    if (length > CHARS_MAX) return value;
    // Well-formed text: what peers send is mended before.
    const kept = length < SLICE_CHARS_MIN ? value : Buffer.from(value, 'utf8').toString('utf8');
    values[this.#next] = kept;
    this.#next = (this.#next + 1) % VALUES_MAX;
    return kept;
  }
}
