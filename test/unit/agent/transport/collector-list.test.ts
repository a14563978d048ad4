import { beforeEach, expect, test } from 'vitest';
import { CollectorList } from '../../../../agent/transport/collector-list.ts';

const HOME = 'https://home:1';
const A = 'https://a:1';
const B = 'https://b:1';

let nowMs: number;

beforeEach(() => {
  nowMs = 1_000_000;
});

function make(preferred: readonly string[] = []): CollectorList {
  return new CollectorList({ home: HOME, random: () => 0.5, monotonicMs: () => nowMs }, preferred);
}

test('the one enrolled with is the last resort, and keeps its place where it is named', () => {
  expect(make().urls).toEqual([HOME]);
  expect(make([A, B]).urls).toEqual([A, B, HOME]);
  expect(make([HOME, A]).urls).toEqual([HOME, A]);
  expect(make([A, A]).urls).toEqual([A, HOME]);
});

test('after a failure the next one is tried soon, and the failed one not before its back-off is over', () => {
  const list = make([A, B]);
  expect(list.next()).toEqual({ url: A, waitMs: 0 });
  list.ended(A, 60_000);
  // Spread over two seconds, since thousands fail over at once.
  expect(list.next()).toEqual({ url: B, waitMs: 1_000 });
  nowMs += 1_000;
  expect(list.next()).toEqual({ url: B, waitMs: 0 });
  list.ended(B, 60_000);
  nowMs += 1_000;
  expect(list.next().url).toBe(HOME);
  list.ended(HOME, 3_600_000);
  expect(list.next()).toMatchObject({ url: A });
});

test('a preferred one is looked for only when it is due', () => {
  const list = make([A, B]);
  list.ended(A, 60_000);
  nowMs += 5_000;
  expect(list.betterThan(B)).toBeUndefined();
  expect(list.betterThan(A)).toBeUndefined();
  nowMs += 120_000;
  expect(list.betterThan(B)).toBe(A);
  expect(list.betterThan(HOME)).toBe(A);
});

test('what is known of a collector that stays in the list, stays', () => {
  const list = make([A]);
  list.ended(A, 60_000);
  list.update([B, A]);
  expect(list.urls).toEqual([B, A, HOME]);
  expect(list.next().url).toBe(B);
  list.ended(B, 60_000);
  nowMs += 2_000;
  expect(list.next().url).toBe(HOME);
});

test('only when all of them do not want this agent is it unwanted', () => {
  const list = make([A]);
  expect(list.refused(A)).toBe(false);
  list.healthy(A);
  expect(list.refused(HOME)).toBe(false);
  expect(list.refused(A)).toBe(true);
  expect(make().refused(HOME)).toBe(true);
});
