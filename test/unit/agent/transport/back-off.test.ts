import { expect, test } from 'vitest';
import { BackOff } from '../../../../agent/transport/back-off.ts';

function make(random: number): BackOff {
  return new BackOff({ minMs: 1_000, maxMs: 300_000, random: () => random });
}

test('each wait lies between the least and three times the last, up to the maximum', () => {
  const longest = make(0.999_999_9);
  expect([1, 2, 3, 4].map(() => longest.next())).toEqual([3_000, 9_000, 27_000, 81_000]);
  for (let round = 0; round < 100; round += 1) longest.next();
  expect(longest.next()).toBe(300_000);
  const shortest = make(0);
  expect([1, 2, 3].map(() => shortest.next())).toEqual([1_000, 1_000, 1_000]);
});

test('a healthy session sets it back to the beginning', () => {
  const backOff = make(0.999_999_9);
  for (let round = 0; round < 10; round += 1) backOff.next();
  backOff.reset();
  expect(backOff.next()).toBe(3_000);
});

test('a hint of the peer is waited for and spread to twice as long; a senseless one is cut', () => {
  expect(make(0).next(30_000)).toBe(30_000);
  expect(make(0.5).next(30_000)).toBe(45_000);
  expect(make(0.999_999_9).next(30_000)).toBe(60_000);
  expect(make(0).next(10)).toBe(1_000);
  expect(make(0).next(Number.MAX_SAFE_INTEGER)).toBe(3_600_000);
});

test('ten thousand agents that lost one collector come back spread out, nearly all within a minute', () => {
  let seed = 1;
  const random = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  // It is away for 15 seconds.
  const backMs = Array.from({ length: 10_000 }, () => {
    const backOff = new BackOff({ minMs: 1_000, maxMs: 300_000, random });
    let atMs = 0;
    while (atMs < 15_000) atMs += backOff.next();
    return atMs;
  });
  const inSecond = new Map<number, number>();
  for (const ms of backMs) {
    const second = Math.floor(ms / 1_000);
    inSecond.set(second, (inSecond.get(second) ?? 0) + 1);
  }
  expect(Math.max(...inSecond.values())).toBeLessThan(3_000);
  expect(backMs.filter((ms) => ms < 60_000).length).toBeGreaterThan(9_900);
});
