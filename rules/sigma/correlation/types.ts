/**
 * The table of correlation types. A type says which parts of a rule it needs and how it sums up the entries of a
 * window; windows, groups, order and re-firing are the correlator's, the same for all.
 */
import type { ParsedCorrelation } from '../types.ts';
import {
  distinctRules,
  distinctValues,
  distinctValuesAfresh,
  longestOrder,
  median,
  nearestRank,
  ranked,
  sums,
} from './aggregate.ts';
import type { Aggregate } from './aggregate.ts';
import { CALLS_MAX, inRhythm } from './rhythm.ts';

export interface TypeParameters {
  ruleCount: number;
  percentile: number | undefined;
  spread: number | undefined;
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
  /** Undefined: the number of entries is the value. */
  aggregate?(parameters: TypeParameters): Aggregate;
  /** A quicker one, where there is one, for windows that are summed up afresh. */
  afresh?(): Aggregate;
}

/** Of a value_percentile that says none, as the specification's own example. */
export const PERCENTILE_DEFAULT = 50;

export const CORRELATION_TYPES: ReadonlyMap<string, CorrelationType> = new Map<string, CorrelationType>([
  ['event_count', { value: 'none' }],
  ['value_count', { value: 'key', aggregate: distinctValues, afresh: distinctValuesAfresh }],
  [
    'temporal',
    {
      value: 'none',
      defaultCount: 'all rules',
      expression: true,
      aggregate: ({ ruleCount }) => distinctRules(ruleCount),
    },
  ],
  [
    'temporal_ordered',
    {
      value: 'none',
      defaultCount: 'all rules',
      expression: true,
      ordered: true,
      aggregate: ({ ruleCount }) => longestOrder(ruleCount),
    },
  ],
  ['value_sum', { value: 'number', aggregate: () => sums((sum) => sum) }],
  ['value_avg', { value: 'number', aggregate: () => sums((sum, count) => sum / count) }],
  [
    'value_percentile',
    {
      value: 'number',
      check: ({ percentile }) =>
        percentile !== undefined && (percentile < 0 || percentile > 100)
          ? 'value_percentile needs "percentile" from 0 to 100 in its condition'
          : undefined,
      aggregate: ({ percentile = PERCENTILE_DEFAULT }) => ranked(nearestRank(percentile)),
    },
  ],
  ['value_median', { value: 'number', aggregate: () => ranked(median) }],
  [
    // Our own, not of the specification: events that come at regular intervals.
    'regular_count',
    {
      value: 'none',
      check: ({ spread, tests }) => {
        if (spread === undefined || spread <= 0 || spread > 100)
          return 'regular_count needs "spread" above 0, up to 100, in its condition: percent of the usual gap';
        return tests.some(({ value }) => value > CALLS_MAX)
          ? `regular_count looks at the newest ${String(CALLS_MAX)} events: ask for no more`
          : undefined;
      },
      aggregate: ({ spread = 0 }) => inRhythm(spread / 100),
    },
  ],
]);
