/** Budgets and the nearness of the disk's reserve. */
import { describe, expect, test } from 'vitest';
import { budgetShare, budgetState, isDiskFilling } from '../../../collector/retention/room-state.ts';

describe('a budget', () => {
  test.each([
    ['none', null, null, 0, 'within'],
    ['of events, little used', 1_000, null, 0.5, 'within'],
    ['of events, four fifths used', 625, null, 0.8, 'near'],
    ['used to the last event', 500, null, 1, 'near'],
    ['exceeded in events', 400, null, 1.25, 'over'],
    ['exceeded in bytes only', 1_000, 1_000, 2, 'over'],
    ['of nothing', 0, null, 500, 'over'],
  ] as const)('%s', (_, eventsPerDay, bytesPerDay, share, state) => {
    expect(budgetShare({ eventsPerDay, bytesPerDay }, { events: 500, bytes: 2_000 })).toBe(share);
    expect(budgetState(share)).toBe(state);
  });
});

describe('the disk', () => {
  test.each([
    // free, days until full, told before, whether it is filling
    [900, null, false, false],
    [124, null, false, true],
    [126, null, false, false],
    [126, null, true, true],
    [151, null, true, false],
    [900, 14, false, true],
    [900, 15, false, false],
    [900, 17, true, true],
    [900, 18, true, false],
  ])('%i free of a reserve of 100, full in %s days, told: %s', (freeBytes, daysUntilFull, isTold, want) => {
    const room = { freeBytes, totalBytes: 10_000, reserveBytes: 100 };
    expect(isDiskFilling({ room, forecast: { daysUntilFull }, alertDays: 14, isTold })).toBe(want);
  });
});
