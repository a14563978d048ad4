/**
 * The entries of a group as numbers in one array: time, mark (flags, rule, head of the name), number of the name and,
 * where the type asks for it, the value. 24 or 32 bytes an entry, at most half as much again for room to grow.
 * Indexes count from the oldest entry kept. Times ascend up to where the caller has put the entries in order.
 */
const GROWTH = 1.5;
/** Below so many entries it doubles: growing costs more than what it saves. */
const SMALL = 32;
const RULE_STEP = 8;
const HEAD_STEP = 2 ** 32;
/** Flags of an entry: three bits. */
const FLAGS = RULE_STEP - 1;

const NOTHING = new Float64Array(0);

export class EntryLog {
  readonly #stride: number;
  #data = NOTHING;
  /** Entries before the oldest one kept. */
  #gone = 0;
  #size = 0;

  constructor(withValue: boolean) {
    this.#stride = withValue ? 4 : 3;
  }

  get size(): number {
    return this.#size;
  }

  push(timeMs: number, rule: number, value: number, head: number, tail: number): void {
    const stride = this.#stride;
    let place = (this.#gone + this.#size) * stride;
    if (place + stride > this.#data.length) {
      this.#makeRoom();
      place = (this.#gone + this.#size) * stride;
    }
    const data = this.#data;
    data[place] = timeMs;
    data[place + 1] = head * HEAD_STEP + rule * RULE_STEP;
    data[place + 2] = tail;
    if (stride === 4) data[place + 3] = value;
    this.#size += 1;
  }

  timeMs(at: number): number {
    return this.#data[(this.#gone + at) * this.#stride] ?? Number.NaN;
  }

  rule(at: number): number {
    return this.#mark(at) >>> 3;
  }

  flags(at: number): number {
    return this.#mark(at) & FLAGS;
  }

  setFlags(at: number, flags: number): void {
    const mark = this.#mark(at);
    this.#data[(this.#gone + at) * this.#stride + 1] = mark - (mark & FLAGS) + flags;
  }

  /** What `RefTable` calls the head of a name. */
  refHead(at: number): number {
    return Math.floor(this.#mark(at) / HEAD_STEP);
  }

  refTail(at: number): number {
    return this.#data[(this.#gone + at) * this.#stride + 2] ?? -1;
  }

  /** 0 where the type has no values. */
  value(at: number): number {
    return this.#stride === 4 ? (this.#data[(this.#gone + at) * 4 + 3] ?? 0) : 0;
  }

  /** The first of the entries [low, high), which are in order, at this time or later; `high` if none. */
  firstFrom(timeMs: number, low: number, high: number): number {
    let [from, to] = [low, high];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.timeMs(middle) >= timeMs) to = middle;
      else from = middle + 1;
    }
    return from;
  }

  /** The first of them later than this time. */
  firstAfter(timeMs: number, low: number, high: number): number {
    let [from, to] = [low, high];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.timeMs(middle) > timeMs) to = middle;
      else from = middle + 1;
    }
    return from;
  }

  /** The least time of the entries from here on. */
  leastTimeMs(from: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (let at = from; at < this.#size; at += 1) least = Math.min(least, this.timeMs(at));
    return least;
  }

  dropOldest(): void {
    this.#gone += 1;
    this.#size -= 1;
    const capacity = this.#data.length / this.#stride;
    if (this.#size === 0) {
      this.#gone = 0;
      if (capacity > 16) this.#data = NOTHING;
    } else if (capacity > 16 && this.#size * 4 < capacity) this.#resize(this.#size * GROWTH);
  }

  /**
   * Puts the entries from `sorted` on in order among those before them, which are in order; equal times stay in the
   * order of arrival. Nothing before `place` moves.
   */
  merge(sorted: number, place: number): void {
    const stride = this.#stride;
    const data = this.#data;
    const base = this.#gone * stride;
    const late = data.slice(base + sorted * stride, base + this.#size * stride);
    const order = Array.from({ length: late.length / stride }, (_, index) => index * stride);
    order.sort((left, right) => (late[left] ?? 0) - (late[right] ?? 0));
    let from = base + (sorted - 1) * stride;
    let to = base + (this.#size - 1) * stride;
    const first = base + place * stride;
    for (let next = order.length - 1; next >= 0; to -= stride) {
      const one = order[next] ?? 0;
      if (from >= first && (data[from] ?? 0) > (late[one] ?? 0)) {
        for (let slot = 0; slot < stride; slot += 1) data[to + slot] = data[from + slot] ?? 0;
        from -= stride;
      } else {
        for (let slot = 0; slot < stride; slot += 1) data[to + slot] = late[one + slot] ?? 0;
        next -= 1;
      }
    }
  }

  #mark(at: number): number {
    return this.#data[(this.#gone + at) * this.#stride + 1] ?? 0;
  }

  #makeRoom(): void {
    const capacity = this.#data.length / this.#stride;
    if (this.#gone * 4 > capacity) {
      const start = this.#gone * this.#stride;
      this.#data.copyWithin(0, start, start + this.#size * this.#stride);
      this.#gone = 0;
    } else this.#resize(capacity < SMALL ? Math.max(2, capacity * 2) : capacity * GROWTH);
  }

  #resize(entries: number): void {
    const old = this.#data;
    const data = new Float64Array(Math.ceil(entries) * this.#stride);
    const start = this.#gone * this.#stride;
    const length = this.#size * this.#stride;
    // Most are short: a view to copy from would cost more than the copy.
    for (let slot = 0; slot < length; slot += 1) data[slot] = old[start + slot] ?? 0;
    this.#data = data;
    this.#gone = 0;
  }
}
