import { expect, test } from 'vitest';
import { hostsOf, POPULATIONS } from '../../../collector/simulate/profiles.ts';

test.each(Object.entries(POPULATIONS))('the shares of %s make up a whole', (_name, parts) => {
  const sum = (of: 'hosts' | 'events'): number => parts.reduce((total, part) => total + part[of], 0);
  expect(sum('hosts')).toBeCloseTo(1, 9);
  expect(sum('events')).toBeCloseTo(1, 9);
});

test.each([
  [1, [1, 0, 0]],
  [10, [10, 0, 0]],
  [100, [96, 4, 0]],
  [10_000, [9_580, 400, 20]],
])('of %i hosts of a province some are of each kind', (count, want) => {
  expect(hostsOf(POPULATIONS.province, count)).toEqual(want);
});
