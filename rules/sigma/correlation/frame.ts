/** What all groups of one correlation share; a group itself keeps only what is its own. */
import { compare } from '../evaluate.ts';
import { holdingExpression } from './aggregate.ts';
import type { Aggregate } from './aggregate.ts';
import type { CompiledCorrelation } from './compile.ts';
import type { EntryLog } from './entry-log.ts';
import { Interner } from './interner.ts';
import type { RefTable } from './ref-table.ts';

/** Steps of looking at entries again; `left` may go below zero by what one group takes. */
export class Work {
  left: number;
  spent = 0;
  readonly #max: number;

  constructor(max: number) {
    this.left = max;
    this.#max = max;
  }

  earn(steps: number): void {
    this.left = Math.min(this.#max, this.left + steps);
  }

  spend(steps: number): void {
    this.left -= steps;
    this.spent += steps;
  }
}

export interface Fired {
  timeMs: number;
  firstMs: number;
  count: number;
  value: number;
  refs: readonly string[];
}

export const NO_HITS: readonly Fired[] = [];

const REFS_MAX = 100;
/** Entries without a name are passed over, but not without end. */
const REFS_LOOKED_AT_MAX = 1_000;
const NEEDED_MAX = 1_000_000;

export class Frame {
  readonly correlation: CompiledCorrelation;
  /** Its place in the plan. */
  readonly index: number;
  readonly entriesMax: number;
  readonly refs: RefTable;
  readonly work: Work;
  /** Texts of the values that entries hold as numbers. */
  readonly values: Interner | undefined;
  /** For windows too small to keep a sum of their own; undefined where the number of entries is all. */
  readonly scratch: Aggregate | undefined;
  /** Entries of all its groups. */
  entries = 0;
  /** Entries dropped to stay within bounds. */
  evicted = 0;
  /** Told of each entry that is true and goes on with a stretch, which has its hit. */
  onContinue: ((key: string | null, timeMs: number) => void) | undefined = undefined;

  constructor(
    correlation: CompiledCorrelation,
    index: number,
    entriesMax: number,
    refs: RefTable,
    work: Work,
  ) {
    this.correlation = correlation;
    this.index = index;
    this.refs = refs;
    this.work = work;
    // A condition that needs more entries than the bound could never hold. The limit of a sum is no number of entries.
    const counts = correlation.type.value === 'number' ? [] : correlation.tests;
    const needed = Math.max(0, ...counts.map(({ value }) => Math.ceil(value) + 1));
    this.entriesMax = Math.max(entriesMax, Math.min(needed, NEEDED_MAX));
    this.values = correlation.type.value === 'key' ? new Interner() : undefined;
    this.scratch = correlation.type.afresh?.() ?? this.newAggregate();
  }

  newAggregate(): Aggregate | undefined {
    const { type, inputs, percentile, spread, expression } = this.correlation;
    if (expression !== undefined) return holdingExpression(expression, inputs.length, type.ordered === true);
    return type.aggregate?.({ ruleCount: inputs.length, percentile, spread });
  }

  holds(value: number): boolean {
    for (const test of this.correlation.tests) if (!compare(value, test.op, test.value)) return false;
    return true;
  }

  /**
   * More than may be kept. Entries not yet in order may be an eighth beside: putting them in order is worth it then,
   * however little each of them may spend.
   */
  crowded(log: EntryLog, sorted: number): boolean {
    const waiting = log.size - sorted;
    return log.size > this.entriesMax && (waiting === 0 || waiting > 16 + (sorted >> 3));
  }

  /** Lets go of what the entry holds; it is no more. */
  release(log: EntryLog, at: number): void {
    this.entries -= 1;
    this.refs.release(log.refHead(at));
    this.values?.release(log.value(at));
  }

  /** Names of the newest of the entries [low, at] that `counts` says yes to, oldest first. */
  refsOf(log: EntryLog, low: number, at: number, counts: (rule: number) => boolean = () => true): string[] {
    const refs: string[] = [];
    const last = Math.max(low, at - REFS_LOOKED_AT_MAX + 1);
    for (let index = at; index >= last && refs.length < REFS_MAX; index -= 1) {
      if (!counts(log.rule(index))) continue;
      const ref = this.refs.text(log.refHead(index), log.refTail(index));
      if (ref !== undefined) refs.push(ref);
    }
    return refs.toReversed();
  }
}
