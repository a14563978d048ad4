/**
 * What was found out about the values of one field, by value: paths, users and command lines repeat from event to
 * event. A field whose values seldom repeat is left alone for a while.
 * Invariant: what all memos of a budget keep is bounded, whatever values come.
 */

/** Values that can be remembered. */
export type MemoKey = string | number | boolean | null;

/** Longer texts are seldom the same twice. */
const LENGTH_MAX = 2_000;
const ENTRIES_MAX = 2_000;
const TRIAL_LOOKUPS = 512;
/** Of a trial's look-ups at least one in so many must find something. */
const WORTH_ONE_IN = 16;
const PAUSE_LOOKUPS = 16_384;
/** Guess of what an entry costs besides its text, bytes. */
const ENTRY_BYTES = 1_000;

/** Shared by the memos of one matcher. */
export class MemoBudget {
  #bytes = 0;
  readonly #bytesMax: number;
  readonly #memos: { clear(): void }[] = [];

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  join(memo: { clear(): void }): void {
    this.#memos.push(memo);
  }

  /** Forgets everything when the budget is used up. */
  spend(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes <= this.#bytesMax) return;
    this.#bytes = 0;
    for (const memo of this.#memos) memo.clear();
  }
}

/** Outlines of values that came before; a power of two. */
const OUTLINES = 1_024;
/** Characters of a text that its outline is made of: command lines may differ in one number alone. */
const OUTLINE_CHARS = 64;

/** A number that other texts seldom have, from a few of the characters; never 0. */
function outlineOf(text: string): number {
  const { length } = text;
  let outline = length;
  const step = length <= OUTLINE_CHARS ? 1 : length / OUTLINE_CHARS;
  for (let at = length - 1; at >= 0; at -= step)
    outline = Math.imul(outline ^ text.charCodeAt(at), 0x01000193);
  outline ^= outline >>> 15;
  return outline | 1;
}

/** Places of the latest values; a power of two. */
const LATEST = 128;

/**
 * Entries by value, kept while they are worth it. The latest ones are found by a few of their characters: a map would
 * read all characters of every text first.
 */
export class ValueMemo<Entry extends { readonly value: unknown }> {
  readonly #entries = new Map<MemoKey, Entry>();
  readonly #latest: (Entry | undefined)[] = Array.from({ length: LATEST }, () => undefined);
  /** Made when the field first has a text. */
  #outlines: Int32Array | undefined;
  readonly #budget: MemoBudget;
  #lookups = 0;
  #found = 0;
  #pause = 0;

  constructor(budget: MemoBudget) {
    this.#budget = budget;
    budget.join(this);
  }

  clear(): void {
    this.#entries.clear();
    this.#latest.fill(undefined);
  }

  /** Whether the value would be remembered now. */
  takes(value: unknown): value is MemoKey {
    if (this.#pause > 0) {
      this.#pause -= 1;
      return false;
    }
    if (typeof value === 'string') return value.length <= LENGTH_MAX;
    return typeof value === 'number' || typeof value === 'boolean' || value === null;
  }

  get(value: MemoKey): Entry | undefined {
    const place = typeof value === 'string' ? placeOf(value) : 0;
    let entry = this.#latest[place];
    if (entry?.value !== value) {
      entry = this.#entries.get(value);
      if (entry !== undefined) this.#latest[place] = entry;
    }
    if (entry !== undefined) this.#found += 1;
    this.#lookups += 1;
    if (this.#lookups === TRIAL_LOOKUPS) this.#judge();
    return entry;
  }

  /**
   * Whether the value was asked for before, as far as its outline tells: what comes once, as most times, numbers and
   * hashes do, is not worth remembering.
   */
  isKnown(value: MemoKey): boolean {
    if (typeof value !== 'string') return true;
    const outline = outlineOf(value);
    const outlines = (this.#outlines ??= new Int32Array(OUTLINES));
    const place = outline & (OUTLINES - 1);
    if (outlines[place] === outline) return true;
    outlines[place] = outline;
    return false;
  }

  /** @param value that of the entry, a text of its own and not a part of a longer one */
  set(value: MemoKey, entry: Entry, bytes: number): void {
    if (this.#entries.size >= ENTRIES_MAX) this.clear();
    this.#entries.set(value, entry);
    this.#budget.spend(bytes + ENTRY_BYTES);
  }

  #judge(): void {
    if (this.#found * WORTH_ONE_IN < this.#lookups) {
      this.#pause = PAUSE_LOOKUPS;
      this.clear();
    }
    this.#lookups = 0;
    this.#found = 0;
  }
}

/** Of texts that begin alike the ends differ, and of paths the middle. */
function placeOf(text: string): number {
  const { length } = text;
  const hash =
    length * 7 +
    text.charCodeAt(length - 1) * 31 +
    text.charCodeAt(length - 6) * 17 +
    text.charCodeAt(length >> 1) * 5;
  return hash & (LATEST - 1);
}
