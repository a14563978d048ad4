/**
 * A group whose condition asks for the absence of a rule. For each entry the required rules are looked for in the
 * timespan up to it, the unwanted ones in the timespan before and after it: exactly where `a and b` would not hold.
 * Invariant: an entry is judged once, in time order, when nothing that matters to it can come any more.
 */
import type { CompiledCorrelation } from './compile.ts';
import { expressionHolds, inputsOf } from './expression.ts';
import type { RuleExpression } from './expression.ts';
import type { EntrySnapshot, Fired, GroupSnapshot, GroupState } from './group.ts';
import { longestOrder } from './types.ts';
import type { Entry } from './types.ts';

const REFS_MAX = 100;

export class AbsenceGroup implements GroupState {
  readonly key: string;
  readonly values: Readonly<Record<string, string>>;
  readonly #correlation: CompiledCorrelation;
  readonly #expression: RuleExpression;
  readonly #required: readonly number[];
  readonly #entriesMax: number;
  #entries: Entry[] = [];
  /** Entries before this one are judged. */
  #judged = 0;
  /** Time of the last entry whose condition held; what follows within the timespan goes on with its stretch. */
  #lastTrueMs: number | undefined;

  constructor(
    key: string,
    values: Readonly<Record<string, string>>,
    correlation: CompiledCorrelation,
    expression: RuleExpression,
    entriesMax: number,
  ) {
    this.key = key;
    this.values = values;
    this.#correlation = correlation;
    this.#expression = expression;
    this.#required = [...inputsOf(expression).positive].toSorted((left, right) => left - right);
    this.#entriesMax = entriesMax;
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Time after which the next entry can be judged. */
  get dueMs(): number {
    const next = this.#entries[this.#judged];
    return next === undefined ? Number.POSITIVE_INFINITY : next.timeMs + this.#correlation.timespanMs;
  }

  add(entry: Entry): Fired[] {
    let place = this.#entries.length;
    while (place > this.#judged && (this.#entries[place - 1]?.timeMs ?? 0) > entry.timeMs) place -= 1;
    this.#entries.splice(place, 0, entry);
    while (this.#entries.length > this.#entriesMax) this.#dropOldest();
    return [];
  }

  /** Judges the entries whose windows end before this time. */
  close(closedMs: number): Fired[] {
    const fired: Fired[] = [];
    const { timespanMs } = this.#correlation;
    while (this.dueMs < closedMs) {
      const entry = this.#entries[this.#judged];
      if (entry === undefined) break;
      const hit = this.#judge(entry, this.#judged);
      this.#judged += 1;
      if (hit === undefined) continue;
      const goesOn = this.#lastTrueMs !== undefined && entry.timeMs - this.#lastTrueMs <= timespanMs;
      this.#lastTrueMs = entry.timeMs;
      if (!goesOn) fired.push(hit);
    }
    return fired;
  }

  /** Forgets judged entries that no later entry looks back to. */
  expire(beforeMs: number): void {
    const keepMs = Math.min(
      beforeMs,
      (this.#entries[this.#judged]?.timeMs ?? Number.POSITIVE_INFINITY) - this.#correlation.timespanMs,
    );
    while (this.#judged > 0 && (this.#entries[0]?.timeMs ?? 0) < keepMs) this.#dropOldest();
  }

  snapshot(): GroupSnapshot {
    return {
      key: this.key,
      values: { ...this.values },
      entries: this.#entries.map(({ timeMs, rule, key, number, ref }): EntrySnapshot => [
        timeMs,
        rule,
        key,
        number ?? null,
        ref ?? null,
        0,
      ]),
      judged: this.#judged,
      lastTrueMs: this.#lastTrueMs ?? null,
    };
  }

  restore({ entries, judged, lastTrueMs }: GroupSnapshot): void {
    this.#entries = entries.map(([timeMs, rule, key, number, ref]) => ({
      timeMs,
      rule,
      key,
      number: number ?? undefined,
      ref: ref ?? undefined,
    }));
    this.#judged = Math.min(judged ?? 0, entries.length);
    this.#lastTrueMs = lastTrueMs ?? undefined;
  }

  #judge(entry: Entry, index: number): Fired | undefined {
    const { timespanMs, type, inputs } = this.#correlation;
    const before: Entry[] = [];
    for (let at = index; at >= 0 && (this.#entries[at]?.timeMs ?? 0) >= entry.timeMs - timespanMs; at -= 1) {
      const one = this.#entries[at];
      if (one !== undefined) before.unshift(one);
    }
    // Equal times that arrived later belong to the window too.
    const around = new Set(before.map(({ rule }) => rule));
    for (
      let at = index + 1;
      (this.#entries[at]?.timeMs ?? Number.POSITIVE_INFINITY) <= entry.timeMs + timespanMs;
      at += 1
    ) {
      const one = this.#entries[at];
      if (one !== undefined) around.add(one.rule);
    }
    const seen = new Set(before.map(({ rule }) => rule));
    if (
      !expressionHolds(
        this.#expression,
        (input) => seen.has(input),
        (input) => around.has(input),
      )
    )
      return undefined;
    const wanted = before.filter(({ rule }) => this.#required.includes(rule));
    if (type.ordered === true) {
      const order = wanted.map((one) => ({ ...one, rule: this.#required.indexOf(one.rule) }));
      const window = { size: order.length, at: (offset: number): Entry => order[offset] ?? entry };
      if (longestOrder(window, Math.min(inputs.length, this.#required.length)) < this.#required.length)
        return undefined;
    }
    const refs = wanted.flatMap(({ ref }) => (ref === undefined ? [] : [ref])).slice(-REFS_MAX);
    const firstMs = wanted[0]?.timeMs ?? entry.timeMs;
    return { timeMs: entry.timeMs + timespanMs, firstMs, count: wanted.length, value: 1, refs };
  }

  #dropOldest(): void {
    this.#entries.shift();
    this.#judged = Math.max(0, this.#judged - 1);
  }
}
