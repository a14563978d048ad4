/** What charts over time are drawn from. */
import { describe, expect, test } from 'vitest';
import { spanOf, stacked, stepOf, timesOf } from '../../../dashboards/console/src/ui/chart-data.ts';

describe('stacked', () => {
  test('puts each series on those before it; what is unknown everywhere stays unknown', () => {
    const series = [
      { key: 'a', label: 'a', tone: 'high', values: [1, null, null] },
      { key: 'b', label: 'b', tone: 'low', values: [2, 3, null] },
    ] as const;
    expect(stacked(series)).toEqual([
      [1, null, null],
      [3, 3, null],
    ]);
  });
});

describe('spanOf', () => {
  const times = timesOf(1_000, 100, 5);

  test.each([
    ['inside one span', 1_010, 1_020, { fromMs: 1_000, toMs: 1_100 }],
    ['from right to left', 1_250, 1_110, { fromMs: 1_100, toMs: 1_300 }],
    ['beyond both ends', 0, 9_000, { fromMs: 1_000, toMs: 1_500 }],
    ['beside the chart', 2_000, 3_000, undefined],
  ])('%s', (_name, from, to, span) => {
    expect(spanOf(times, 100, from, to)).toEqual(span);
  });
});

test('the step of times is their least distance, or what is given for one', () => {
  expect(stepOf([0, 200, 300], 7)).toBe(100);
  expect(stepOf([5], 7)).toBe(7);
});
