/**
 * The entries of one group in time order, with the window that ends at the newest entry kept summed up.
 * An entry that comes in order costs constant time; one out of order re-judges the windows it falls into.
 * A hit is due where a stretch of true entries begins; a stretch is broken by a false entry or an empty window.
 */
import type { CompiledCorrelation } from './compile.ts';
import { holdingExpression } from './types.ts';
import type { Aggregate, Entry, Window } from './types.ts';

export interface Fired {
  timeMs: number;
  firstMs: number;
  count: number;
  value: number;
  refs: readonly string[];
}

/** [timeMs, rule, key, number, ref, 0 = false, 1 = true, 2 = true and a hit was given here] */
export type EntrySnapshot = [number, number, string | null, number | null, string | null, 0 | 1 | 2];

export interface GroupSnapshot {
  key: string;
  values: Record<string, string>;
  entries: EntrySnapshot[];
  /** Of groups that wait for the end of their windows. */
  judged?: number | undefined;
  lastTrueMs?: number | null | undefined;
}

/** What the correlator asks of a group, whether hits are due at once or when windows end. */
export interface GroupState {
  readonly key: string;
  readonly values: Readonly<Record<string, string>>;
  readonly size: number;
  /** Time after which `close` has something to judge; Infinity when it never has. */
  readonly dueMs: number;
  add(entry: Entry, test: (value: number) => boolean): Fired[];
  close(closedMs: number): Fired[];
  expire(beforeMs: number): void;
  snapshot(): GroupSnapshot;
  restore(snapshot: GroupSnapshot): void;
}

interface Kept extends Entry {
  /** The condition held for the window that ends here. */
  truth: boolean;
  /** A hit was given for this entry, or for one of its stretch that is forgotten by now. */
  hit: boolean;
}

const REFS_MAX = 100;
const NEEDED_MAX = 1_000_000;

/** A window over the kept entries, reused for every judgement. */
class KeptWindow implements Window {
  entries: readonly Kept[] = [];
  low = 0;
  size = 0;
  at(index: number): Entry {
    const entry = index < this.size ? this.entries[this.low + index] : undefined;
    if (entry === undefined) throw new RangeError('outside the window');
    return entry;
  }
}

export class Group implements GroupState {
  readonly key: string;
  readonly values: Readonly<Record<string, string>>;
  readonly #correlation: CompiledCorrelation;
  readonly #entriesMax: number;
  readonly #window = new KeptWindow();
  /** Equal times in order of arrival. Entries before `#head` are gone. */
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
    // A condition that needs more entries than the bound could never hold.
    const needed = Math.max(0, ...correlation.tests.map(({ value }) => Math.ceil(value) + 1));
    this.#entriesMax = Math.max(entriesMax, Math.min(needed, NEEDED_MAX));
    this.#aggregate = this.#newAggregate();
  }

  get size(): number {
    return this.#entries.length - this.#head;
  }

  readonly dueMs = Number.POSITIVE_INFINITY;

  /** Nothing waits here. */
  close(): Fired[] {
    return [];
  }

  /** Puts the entry in its place; returns the hits that are due. May drop the oldest entries to stay within bounds. */
  add(entry: Entry, test: (value: number) => boolean): Fired[] {
    const kept: Kept = { ...entry, truth: false, hit: false };
    const newest = this.size > 0 ? this.#entries.at(-1) : undefined;
    const fired =
      newest !== undefined && entry.timeMs < newest.timeMs
        ? this.#insert(kept, test)
        : this.#append(kept, test);
    while (this.size > this.#entriesMax) this.#dropOldest();
    this.#compact();
    return fired;
  }

  /** Forgets entries older than this time. */
  expire(beforeMs: number): void {
    while (this.size > 0 && (this.#entries[this.#head]?.timeMs ?? 0) < beforeMs) this.#dropOldest();
    this.#compact();
  }

  snapshot(): GroupSnapshot {
    return {
      key: this.key,
      values: { ...this.values },
      entries: this.#entries
        .slice(this.#head)
        .map(({ timeMs, rule, key, number, ref, truth, hit }): EntrySnapshot => [
          timeMs,
          rule,
          key,
          number ?? null,
          ref ?? null,
          truth ? (hit ? 2 : 1) : 0,
        ]),
    };
  }

  restore(snapshot: GroupSnapshot): void {
    this.#entries = snapshot.entries.map(([timeMs, rule, key, number, ref, truth]) => ({
      timeMs,
      rule,
      key,
      number: number ?? undefined,
      ref: ref ?? undefined,
      truth: truth !== 0,
      hit: truth === 2,
    }));
    this.#head = 0;
    this.#rebuild();
  }

  #newAggregate(): Aggregate {
    const { type, inputs, percentile, expression } = this.#correlation;
    if (expression !== undefined) return holdingExpression(expression, inputs.length, type.ordered === true);
    return type.aggregate({ ruleCount: inputs.length, percentile });
  }

  #append(kept: Kept, test: (value: number) => boolean): Fired[] {
    const index = this.#entries.push(kept) - 1;
    this.#aggregate.add(kept);
    const startMs = kept.timeMs - this.#correlation.timespanMs;
    for (let first = this.#entries[this.#low]; first !== undefined && first.timeMs < startMs;) {
      this.#aggregate.remove(first);
      this.#low += 1;
      first = this.#entries[this.#low];
    }
    const value = this.#judge(index, this.#low, this.#aggregate, test);
    if (value === undefined || this.#joined(index)) return [];
    return [this.#hit(index, this.#low, value)];
  }

  /** Judges again all windows that the new entry falls into, then finds stretches that had no hit before. */
  #insert(kept: Kept, test: (value: number) => boolean): Fired[] {
    let place = this.#entries.length;
    while (place > this.#head && (this.#entries[place - 1]?.timeMs ?? 0) > kept.timeMs) place -= 1;
    this.#entries.splice(place, 0, kept);
    const { timespanMs } = this.#correlation;
    const aggregate = this.#newAggregate();
    let low = place;
    while (low > this.#head && (this.#entries[low - 1]?.timeMs ?? 0) >= kept.timeMs - timespanMs) low -= 1;
    for (let at = low; at < place; at += 1) this.#addTo(aggregate, at);

    const judged: { low: number; value: number | undefined; truthBefore: boolean }[] = [];
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
      const truthBefore = entry.truth;
      judged.push({ low, value: this.#judge(index, low, aggregate, test), truthBefore });
    }
    this.#rebuild();
    return [...this.#newStretches(place, judged), ...this.#splitStretches(place)];
  }

  #newStretches(
    place: number,
    judged: readonly { low: number; value: number | undefined; truthBefore: boolean }[],
  ): Fired[] {
    const fired: Fired[] = [];
    for (let at = 0; at < judged.length;) {
      const first = judged[at];
      if (first?.value === undefined) {
        at += 1;
        continue;
      }
      // The first entry's left neighbour stands outside what was judged, or was false.
      let hadHit = at === 0 && this.#joined(place);
      let end = at;
      do {
        hadHit ||= judged[end]?.truthBefore === true;
        end += 1;
      } while (end < judged.length && judged[end]?.value !== undefined && this.#joined(place + end));
      if (end === judged.length)
        hadHit ||= this.#joined(place + end) && this.#entries[place + end]?.truth === true;
      if (!hadHit) fired.push(this.#hit(place + at, first.low, first.value));
      at = end;
    }
    return fired;
  }

  /** A false entry between two true ones makes two stretches of one: each needs a hit of its own. */
  #splitStretches(place: number): Fired[] {
    const [before, kept, after] = [this.#entries[place - 1], this.#entries[place], this.#entries[place + 1]];
    if (place === this.#head || kept?.truth !== false || before?.truth !== true || after?.truth !== true)
      return [];
    if (after.timeMs - before.timeMs > this.#correlation.timespanMs) return [];
    let first = place - 1;
    while (this.#entries[first]?.hit === false && this.#joined(first)) first -= 1;
    let last = place + 1;
    while (
      this.#entries[last]?.hit === false &&
      this.#joined(last + 1) &&
      this.#entries[last + 1]?.truth === true
    )
      last += 1;
    return [first, ...(this.#entries[last]?.hit === true ? [] : [place + 1])].flatMap((index) => {
      const entry = this.#entries[index];
      if (entry === undefined || entry.hit) return [];
      let low = index;
      while (
        low > this.#head &&
        (this.#entries[low - 1]?.timeMs ?? 0) >= entry.timeMs - this.#correlation.timespanMs
      )
        low -= 1;
      const aggregate = this.#newAggregate();
      for (let at = low; at <= index; at += 1) this.#addTo(aggregate, at);
      const value = aggregate.value(this.#windowOf(low, index));
      return value === undefined ? [] : [this.#hit(index, low, value)];
    });
  }

  #windowOf(low: number, index: number): Window {
    this.#window.entries = this.#entries;
    this.#window.low = low;
    this.#window.size = index - low + 1;
    return this.#window;
  }

  /** The value where the condition holds for the window [low, index]; undefined where it does not. */
  #judge(
    index: number,
    low: number,
    aggregate: Aggregate,
    test: (value: number) => boolean,
  ): number | undefined {
    const entry = this.#entries[index];
    if (entry === undefined) return undefined;
    const value = aggregate.value(this.#windowOf(low, index));
    entry.truth = value !== undefined && test(value);
    return entry.truth ? value : undefined;
  }

  /** Whether the entry before this one is true and still in reach, so that this one goes on with its stretch. */
  #joined(index: number): boolean {
    const [before, entry] = [index > this.#head ? this.#entries[index - 1] : undefined, this.#entries[index]];
    if (before === undefined || entry === undefined || !before.truth) return false;
    return entry.timeMs - before.timeMs <= this.#correlation.timespanMs;
  }

  #hit(index: number, low: number, value: number): Fired {
    const entry = this.#entries[index];
    if (entry !== undefined) entry.hit = true;
    const timeMs = entry?.timeMs ?? 0;
    const refs: string[] = [];
    for (let at = index; at >= low && refs.length < REFS_MAX; at -= 1) {
      const ref = this.#entries[at]?.ref;
      if (ref !== undefined) refs.push(ref);
    }
    const firstMs = this.#entries[low]?.timeMs ?? timeMs;
    return { timeMs, firstMs, count: index - low + 1, value, refs: refs.toReversed() };
  }

  #dropOldest(): void {
    const oldest = this.#entries[this.#head];
    if (oldest === undefined) return;
    const next = this.#entries[this.#head + 1];
    if (next?.truth === true && this.#joined(this.#head + 1)) next.hit = true;
    if (this.#low === this.#head) {
      this.#aggregate.remove(oldest);
      this.#low += 1;
    }
    this.#head += 1;
  }

  #compact(): void {
    if (this.#head < 64 || this.#head * 2 < this.#entries.length) return;
    this.#entries.splice(0, this.#head);
    this.#low -= this.#head;
    this.#head = 0;
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
