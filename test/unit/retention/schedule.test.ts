import { expect, test } from 'vitest';
import { isRunDue, trustedDay } from '../../../collector/retention/schedule.ts';

const at = (day: number, hour: number, minute = 0): number => new Date(2026, 10, day, hour, minute).getTime();

test.each([
  ['never ran', at(22, 12), undefined, true],
  ['ran at two today', at(22, 12), at(22, 2), false],
  ['ran by hand at one today, two has struck since', at(22, 2), at(22, 1), true],
  ['ran yesterday, two has not struck yet', at(22, 1, 59), at(21, 2), false],
  ['ran yesterday, two has struck', at(22, 2), at(21, 2), true],
  ['was off for days', at(22, 1), at(18, 2), true],
])('%s: due %#', (_what, nowMs, lastMs, due) => {
  expect(isRunDue(nowMs, lastMs, 2)).toBe(due);
});

test.each([
  ['the first run', 20261122, undefined, false, 20261122, false],
  ['the next day', 20261123, 20261122, false, 20261123, false],
  ['a week later', 20261129, 20261122, false, 20261129, false],
  ['a jump ahead', 20361122, 20261122, false, 20261129, true],
  ['a jump that someone vouches for', 20361122, 20261122, true, 20361122, false],
  ['a jump back', 20250101, 20261122, false, 20250101, false],
])('%s', (_what, day, lastDay, isTrusted, today, isHeldBack) => {
  const nowMs = Date.UTC(Math.trunc(day / 10_000), (Math.trunc(day / 100) % 100) - 1, day % 100, 5);
  expect(trustedDay(nowMs, lastDay, isTrusted)).toEqual({ today, isHeldBack });
});
