import { expect, test } from 'vitest';
import { BackOff } from '../../../../agent/transport/back-off.ts';

function make(random: number): BackOff {
  return new BackOff({ minMs: 1_000, maxMs: 300_000, random: () => random });
}

test('waiting times double up to the maximum, jitter spreads them from the minimum', () => {
  const longest = make(0.999_999_9);
  expect([1, 2, 3, 4].map(() => longest.next())).toEqual([2_000, 4_000, 8_000, 16_000]);
  for (let round = 0; round < 100; round += 1) longest.next();
  expect(longest.next()).toBe(300_000);
  const shortest = make(0);
  expect([1, 2, 3].map(() => shortest.next())).toEqual([1_000, 1_000, 1_000]);
});

test('a healthy session sets it back to the beginning', () => {
  const backOff = make(0.999_999_9);
  for (let round = 0; round < 10; round += 1) backOff.next();
  backOff.reset();
  expect(backOff.next()).toBe(2_000);
});

test('a hint of the peer is waited for, with jitter on top; a senseless one is cut', () => {
  expect(make(0).next(30_000)).toBe(30_000);
  expect(make(0.5).next(30_000)).toBe(30_500);
  expect(make(0).next(10)).toBe(1_000);
  expect(make(0).next(Number.MAX_SAFE_INTEGER)).toBe(3_600_000);
});
