/** When scans are due, and when maintenance is. */
import { describe, expect, test } from 'vitest';
import { openWindow } from '../../../../../agent/sources/integrity/maintenance-calendar.ts';
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

describe('a maintenance window', () => {
  // A Sunday.
  const weekly = {
    days: [7],
    at: '22:00',
    durationMs: 4 * HOUR_MS,
    timeZone: 'Asia/Ho_Chi_Minh',
    reason: 'updates',
  };
  const single = { from: '2026-03-02T08:00:00Z', until: '2026-03-02T09:00:00Z', reason: 'once' };

  test.each([
    ['before it', '2026-03-01T21:59:59+07:00', undefined],
    ['at its beginning', '2026-03-01T22:00:00+07:00', 'updates'],
    ['after midnight', '2026-03-02T01:59:59+07:00', 'updates'],
    ['after it', '2026-03-02T02:00:00+07:00', undefined],
    ['on another day', '2026-03-03T23:00:00+07:00', undefined],
    ['a single one', '2026-03-02T08:30:00Z', 'once'],
  ])('%s', (_name, at, reason) => {
    expect(openWindow([weekly, single], Date.parse(at))?.reason).toBe(reason);
  });

  test('begins at the time of its zone also where clocks change', () => {
    const window = { at: '12:00', durationMs: HOUR_MS, timeZone: 'Europe/Berlin', reason: 'r' };
    for (const day of ['2026-03-28T11:30:00Z', '2026-03-29T10:30:00Z', '2026-10-25T11:30:00Z']) {
      expect(openWindow([window], Date.parse(day))?.startsAt).toBe(Date.parse(day) - HOUR_MS / 2);
    }
  });
});
