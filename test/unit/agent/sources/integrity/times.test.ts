/** When scans are due. */
import { describe, expect, test } from 'vitest';
import { nextScanAt } from '../../../../../agent/sources/integrity/scan-times.ts';

const HOUR_MS = 3_600_000;

describe('the next scan', () => {
  const last = new Date(2026, 2, 10, 12, 0).getTime();

  test.each([
    ['every two hours', { everyMs: 2 * HOUR_MS }, 0, last + 2 * HOUR_MS],
    ['every six hours, when nothing is said', {}, 0, last + 6 * HOUR_MS],
    ['with half of the jitter', { everyMs: HOUR_MS, jitterMs: HOUR_MS }, 0.5, last + 1.5 * HOUR_MS],
    ['at a time of day, today', { at: ['14:30'] }, 0, new Date(2026, 2, 10, 14, 30).getTime()],
    ['at a time of day, tomorrow', { at: ['12:00'] }, 0, new Date(2026, 2, 11, 12, 0).getTime()],
    ['at the nearest of several', { at: ['11:00', '13:00'] }, 0, new Date(2026, 2, 10, 13, 0).getTime()],
    [
      'at a time of day and later by the jitter',
      { at: ['14:00'], jitterMs: HOUR_MS },
      0.25,
      new Date(2026, 2, 10, 14, 15).getTime(),
    ],
  ])('%s', (_name, times, share, expected) => {
    expect(nextScanAt(times, last, share)).toBe(expected);
  });

  test('is due at once when there was none', () => {
    expect(nextScanAt({ at: ['02:00'] }, undefined, 0)).toBe(Number.NEGATIVE_INFINITY);
  });
});
