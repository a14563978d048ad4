/**
 * The entries of one group in time order, with the window that ends at the newest entry kept summed up.
 * An entry that comes in order costs constant time; one out of order re-judges the windows it falls into.
 */
import type { CompiledCorrelation } from './compile.ts';
import type { Aggregate, Entry, Window } from './types.ts';

export interface Fired {
  timeMs: number;
  firstMs: number;
  count: number;
  value: number;
  refs: readonly string[];
}

/** [timeMs, rule, key, number, ref, truth, fired] */
type EntrySnapshot = [number, number, string | null, number | null, string | null, 0 | 1, 0 | 1];

export interface GroupSnapshot {
  key: string;
  values: Record<string, string>;
  entries: EntrySnapshot[];
}

interface Kept extends Entry {
  /** The condition held for the window that ends here. */
  truth: boolean;
  /** A hit was given out for this entry. */
  fired: boolean;
}

const REFS_MAX = 100;

export class Group {
  readonly key: string;
  readonly values: Readonly<Record<string, string>>;
  readonly #correlation: CompiledCorrelation;
  readonly #entriesMax: number;
  /** Time order; equal times in order of arrival. Entries before `#head` are gone. */
  #entries: Kept[] = [];
  #head = 0;
  /** First entry of the window that ends at the newest entry. */
  #low = 0;
  #aggregate: Aggregate;

  constructor(
    key: string,
    values: Readonly<Record<string, string>>,
    correlation: CompiledCorrelation,
    entriesMax: number,
  ) {
    this.key = key;
    this.values = values;
    this.#correlation = correlation;
    const needed = Math.max(0, ...correlation.tests.map(({ value }) => Math.ceil(value) + 1));
    this.#entriesMax = Math.max(entriesMax, Math.min(needed, 1_000_000));
    this.#aggregate = this.#newAggregate();
  }

  get size(): number {
    return this.#entries.length - this.#head;
  }

  /** Puts the entry in its place. May drop the oldest entry to stay within bounds. */
  add(entry: Entry, test: (value: number) => boolean): Fired[] {
    const kept: Kept = { ...entry, truth: false, fired: false };
    const newest = this.#entries.at(-1);
    if (this.size > 0 && newest !== undefined && entry.timeMs < newest.timeMs)
      return this.#insert(kept, test);
    this.#entries.push(kept);
    this.#aggregate.add(kept);
    this.#shrinkTo(kept.timeMs - this.#correlation.timespanMs);
    const fired = this.#judge(this.#entries.length - 1, this.#low, this.#aggregate, test);
    this.#bound();
    return fired === undefined ? [] : [fired];
  }

  /** Forgets entries older than this time. */
  expire(beforeMs: number): void {
    while (this.#head < this.#entries.length && (this.#entries[this.#head]?.timeMs ?? 0) < beforeMs)
      this.#dropOldest();
    this.#compact();
  }

  snapshot(): GroupSnapshot {
    return {
      key: this.key,
      values: { ...this.values },
      entries: this.#entries
        .slice(this.#head)
        .map(({ timeMs, rule, key, number, ref, truth, fired }): EntrySnapshot => [
          timeMs,
          rule,
          key,
          number ?? null,
          ref ?? null,
          truth ? 1 : 0,
          fired ? 1 : 0,
        ]),
    };
  }

  static restore(snapshot: GroupSnapshot, correlation: CompiledCorrelation, entriesMax: number): Group {
    const values: Record<string, string> = Object.assign(
      Object.create(null) as Record<string, string>,
      snapshot.values,
    );
    const group = new Group(snapshot.key, values, correlation, entriesMax);
    group.#entries = snapshot.entries.map(([timeMs, rule, key, number, ref, truth, fired]) => ({
      timeMs,
      rule,
      key,
      number: number ?? undefined,
      ref: ref ?? undefined,
      truth: truth === 1,
      fired: fired === 1,
    }));
    for (const entry of group.#entries) group.#aggregate.add(entry);
    const newest = group.#entries.at(-1);
    if (newest !== undefined) group.#shrinkTo(newest.timeMs - correlation.timespanMs);
    return group;
  }

  #newAggregate(): Aggregate {
    const { type, inputs, percentile } = this.#correlation;
    return type.aggregate({ ruleCount: inputs.length, percentile });
  }

  /** Takes entries older than this time out of the newest window. */
  #shrinkTo(startMs: number): void {
    for (
      let entry = this.#entries[this.#low];
      entry !== undefined && entry.timeMs < startMs;
      entry = this.#entries[this.#low]
    ) {
      this.#aggregate.remove(entry);
      this.#low += 1;
    }
  }

  #dropOldest(): void {
    const oldest = this.#entries[this.#head];
    if (oldest === undefined) return;
    if (this.#low === this.#head) {
      this.#aggregate.remove(oldest);
      this.#low += 1;
    }
    this.#head += 1;
  }

  #bound(): void {
    while (this.size > this.#entriesMax) this.#dropOldest();
    this.#compact();
  }

  #compact(): void {
    if (this.#head < 64 || this.#head * 2 < this.#entries.length) return;
    this.#entries.splice(0, this.#head);
    this.#low -= this.#head;
    this.#head = 0;
  }

  /** Judges the window [low, index] and says whether a hit is due. */
  #judge(
    index: number,
    low: number,
    aggregate: Aggregate,
    test: (value: number) => boolean,
  ): Fired | undefined {
    const entry = this.#entries[index];
    if (entry === undefined) return undefined;
    const value = aggregate.value(this.#window(low, index));
    entry.truth = value !== undefined && test(value);
    if (value === undefined || !entry.truth || this.#stretchFired(index)) return undefined;
    entry.fired = true;
    const refs: string[] = [];
    for (let at = index; at >= low && refs.length < REFS_MAX; at -= 1) {
      const ref = this.#entries[at]?.ref;
      if (ref !== undefined) refs.push(ref);
    }
    const firstMs = this.#entries[low]?.timeMs ?? entry.timeMs;
    return { timeMs: entry.timeMs, firstMs, count: index - low + 1, value, refs: refs.reverse() };
  }

  #window(low: number, index: number): Window {
    const entries = this.#entries;
    return {
      size: index - low + 1,
      at: (offset) => {
        const entry = entries[low + offset];
        if (entry === undefined) throw new RangeError('outside the window');
        return entry;
      },
    };
  }

  /** Whether the stretch of true entries around `index`, broken by empty windows, already had its hit. */
  #stretchFired(index: number): boolean {
    for (let at = index; at >= this.#head; at -= 1) {
      const entry = this.#entries[at];
      if (entry === undefined || !entry.truth) break;
      if (entry.fired) return true;
      const before = this.#entries[at - 1];
      if (before === undefined || entry.timeMs - before.timeMs > this.#correlation.timespanMs) break;
    }
    for (let at = index + 1; at < this.#entries.length; at += 1) {
      const [before, entry] = [this.#entries[at - 1], this.#entries[at]];
      if (before === undefined || entry === undefined || !entry.truth) break;
      if (entry.timeMs - before.timeMs > this.#correlation.timespanMs) break;
      if (entry.fired) return true;
    }
    return false;
  }

  #insert(kept: Kept, test: (value: number) => boolean): Fired[] {
    let place = this.#entries.length;
    while (place > this.#head && (this.#entries[place - 1]?.timeMs ?? 0) > kept.timeMs) place -= 1;
    this.#entries.splice(place, 0, kept);
    // All windows that end at the new entry or at most a timespan behind it hold it now.
    const { timespanMs } = this.#correlation;
    const aggregate = this.#newAggregate();
    let low = place;
    while (low > this.#head && (this.#entries[low - 1]?.timeMs ?? 0) >= kept.timeMs - timespanMs) low -= 1;
    for (let at = low; at < place; at += 1) this.#addTo(aggregate, at);
    const fired: Fired[] = [];
    let last = place;
    const lows: { index: number; low: number }[] = [];
    for (let index = place; index < this.#entries.length; index += 1) {
      const entry = this.#entries[index];
      if (entry === undefined || entry.timeMs > kept.timeMs + timespanMs) break;
      aggregate.add(entry);
      for (
        let first = this.#entries[low];
        first !== undefined && first.timeMs < entry.timeMs - timespanMs;
        first = this.#entries[low]
      ) {
        aggregate.remove(first);
        low += 1;
      }
      const due = this.#judge(index, low, aggregate, test);
      if (due !== undefined) fired.push(due);
      last = index;
      lows.push({ index, low });
    }
    void last;
    void lows;
    this.#rebuild();
    this.#bound();
    return fired;
  }

  #addTo(aggregate: Aggregate, at: number): void {
    const entry = this.#entries[at];
    if (entry !== undefined) aggregate.add(entry);
  }

  /** Sums up the newest window afresh, after entries moved. */
  #rebuild(): void {
    const newest = this.#entries.at(-1);
    this.#aggregate = this.#newAggregate();
    this.#low = this.#entries.length;
    if (newest === undefined) return;
    const startMs = newest.timeMs - this.#correlation.timespanMs;
    while (this.#low > this.#head && (this.#entries[this.#low - 1]?.timeMs ?? 0) >= startMs) this.#low -= 1;
    for (let at = this.#low; at < this.#entries.length; at += 1) this.#addTo(this.#aggregate, at);
  }
}
