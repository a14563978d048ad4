/**
 * The table of correlation types. A type says which parts of a rule it needs and how it sums up the entries of a
 * window; windows, groups, order and re-firing are the correlator's, the same for all.
 */
import type { ParsedCorrelation } from '../types.ts';
import { expressionHolds } from './expression.ts';
import type { RuleExpression } from './expression.ts';

/** One contribution to a window. */
export interface Entry {
  timeMs: number;
  /** Which of the correlation's rules it came from. */
  rule: number;
  /** Identity of the value for value_count; null where the event has none. */
  key: string | null;
  /** Number for sums; undefined where the event has none. */
  number: number | undefined;
  /** The host's name for the contributing event. */
  ref: string | undefined;
}

/** Sums up a window as entries come in at its end and leave at its start. */
export interface Aggregate {
  add(entry: Entry): void;
  remove(entry: Entry): void;
  /** `window` is in time order. Undefined: no value, no condition can hold. */
  value(window: Window): number | undefined;
}

export interface Window {
  readonly size: number;
  at(index: number): Entry;
}

export interface TypeParameters {
  ruleCount: number;
  percentile: number | undefined;
}

export interface CorrelationType {
  /** The condition's `field`: not allowed, or what is made of it. */
  value: 'none' | 'key' | 'number';
  /** Stands in where the rule gives no condition; undefined = the rule must give one. */
  defaultCount?: 'all rules' | undefined;
  /** The condition may be an expression over rules. */
  expression?: boolean | undefined;
  /** Rules must occur in the order named. */
  ordered?: boolean | undefined;
  /** A reason to reject, or undefined. */
  check?(correlation: ParsedCorrelation): string | undefined;
  aggregate(parameters: TypeParameters): Aggregate;
}

export const CORRELATION_TYPES: ReadonlyMap<string, CorrelationType> = new Map<string, CorrelationType>([
  ['event_count', { value: 'none', aggregate: () => stateless((window) => window.size) }],
  ['value_count', { value: 'key', aggregate: distinctKeys }],
  ['temporal', { value: 'none', defaultCount: 'all rules', expression: true, aggregate: distinctRules }],
  [
    'temporal_ordered',
    {
      value: 'none',
      defaultCount: 'all rules',
      expression: true,
      ordered: true,
      aggregate: ({ ruleCount }) => stateless((window) => longestOrder(window, ruleCount)),
    },
  ],
  ['value_sum', { value: 'number', aggregate: () => sums((sum, count) => (count === 0 ? undefined : sum)) }],
  [
    'value_avg',
    { value: 'number', aggregate: () => sums((sum, count) => (count === 0 ? undefined : sum / count)) },
  ],
  [
    'value_percentile',
    {
      value: 'number',
      check: ({ percentile }) =>
        percentile === undefined || percentile < 0 || percentile > 100
          ? 'value_percentile needs "percentile" from 0 to 100 in its condition'
          : undefined,
      aggregate: ({ percentile = 50 }) => stateless((window) => nearestRank(window, percentile)),
    },
  ],
  ['value_median', { value: 'number', aggregate: () => stateless(median) }],
]);

function stateless(value: (window: Window) => number | undefined): Aggregate {
  return { add: () => undefined, remove: () => undefined, value };
}

/** Distinct values by a count each: constant time per event. */
function distinctKeys(): Aggregate {
  const counts = new Map<string, number>();
  return {
    add({ key }) {
      if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
    },
    remove({ key }) {
      if (key === null) return;
      const left = (counts.get(key) ?? 0) - 1;
      if (left > 0) counts.set(key, left);
      else counts.delete(key);
    },
    value: () => counts.size,
  };
}

/** 1 while an expression without absence holds over the window, else 0. */
export function holdingExpression(
  expression: RuleExpression,
  ruleCount: number,
  ordered: boolean,
): Aggregate {
  // Ordered expressions without absence or alternatives ask for all of their rules.
  if (ordered) return stateless((window) => (longestOrder(window, ruleCount) === ruleCount ? 1 : 0));
  const counts = new Uint32Array(ruleCount);
  const occurs = (input: number): boolean => (counts[input] ?? 0) > 0;
  return {
    add({ rule }) {
      counts[rule] = (counts[rule] ?? 0) + 1;
    },
    remove({ rule }) {
      counts[rule] = (counts[rule] ?? 0) - 1;
    },
    value: () => (expressionHolds(expression, occurs, occurs) ? 1 : 0),
  };
}

function distinctRules({ ruleCount }: TypeParameters): Aggregate {
  const counts = new Uint32Array(ruleCount);
  let distinct = 0;
  return {
    add({ rule }) {
      const before = counts[rule] ?? 0;
      if (before === 0) distinct += 1;
      counts[rule] = before + 1;
    },
    remove({ rule }) {
      const before = counts[rule] ?? 0;
      if (before === 1) distinct -= 1;
      counts[rule] = before - 1;
    },
    value: () => distinct,
  };
}

/** How many of the rules, from the first on, occur in this order. Equal times keep the order of arrival. */
export function longestOrder(window: Window, ruleCount: number): number {
  let next = 0;
  for (let index = 0; index < window.size && next < ruleCount; index += 1)
    if (window.at(index).rule === next) next += 1;
  return next;
}

function sums(value: (sum: number, count: number) => number | undefined): Aggregate {
  let sum = 0;
  let count = 0;
  return {
    add({ number }) {
      if (number === undefined) return;
      sum += number;
      count += 1;
    },
    remove({ number }) {
      if (number === undefined) return;
      sum -= number;
      count -= 1;
      if (count === 0) sum = 0;
    },
    value: () => value(sum, count),
  };
}

function sortedNumbers(window: Window): number[] {
  const numbers: number[] = [];
  for (let index = 0; index < window.size; index += 1) {
    const { number } = window.at(index);
    if (number !== undefined) numbers.push(number);
  }
  return numbers.sort((left, right) => left - right);
}

/** Nearest-rank percentile: the smallest value that at least p percent of the values do not exceed. */
function nearestRank(window: Window, percentile: number): number | undefined {
  const numbers = sortedNumbers(window);
  return numbers[Math.max(0, Math.ceil((percentile / 100) * numbers.length) - 1)];
}

function median(window: Window): number | undefined {
  const numbers = sortedNumbers(window);
  const [low, high] = [numbers[(numbers.length - 1) >> 1], numbers[numbers.length >> 1]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
