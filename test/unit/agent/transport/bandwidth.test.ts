import { expect, test } from 'vitest';
import { minuteOfDay } from '../../../../collector/protocol/time-of-day.ts';
import { Bandwidth } from '../../../../agent/transport/bandwidth.ts';
import type { BandwidthSettings } from '../../../../agent/transport/bandwidth.ts';
import { TokenBucket } from '../../../../agent/transport/token-bucket.ts';

/** A Wednesday, host's own time. */
const at = (hour: number, minute = 0): number => new Date(2026, 10, 25, hour, minute).getTime();

function bandwidth(settings: BandwidthSettings, nowMs: number): Bandwidth {
  return new Bandwidth({ now: () => nowMs, monotonicMs: () => nowMs }, settings);
}

test('a bucket lets one message overdraw it, then waits until that is earned, and saves one second', () => {
  let nowMs = 0;
  const bucket = new TokenBucket(() => nowMs);
  expect(bucket.waitMs(100)).toBe(0);
  bucket.take(350, 100);
  expect(bucket.waitMs(100)).toBe(2_510);
  nowMs += 2_510;
  expect(bucket.waitMs(100)).toBe(0);
  nowMs += 60_000;
  bucket.take(101, 100);
  expect(bucket.waitMs(100)).toBe(20);
  expect(bucket.waitMs(undefined)).toBe(0);
});

test.each<[string, number | undefined]>([
  ['06:59', undefined],
  ['07:00', 2_000],
  ['11:59', 2_000],
  ['12:00', undefined],
  ['22:00', 500],
  ['23:59', 500],
])('at %s of a Wednesday %s bytes a second', (time, expected) => {
  const minute = minuteOfDay(time) ?? 0;
  const hours = [
    { from: '07:00', to: '12:00', bytesPerSecondMax: 2_000, days: [1, 2, 3, 4, 5] },
    { from: '07:00', to: '12:00', bytesPerSecondMax: 9, days: [6, 7] },
    { from: '22:00', to: '06:00', bytesPerSecondMax: 500 },
  ];
  expect(bandwidth({ hours }, at(0, minute)).bytesPerSecondMax).toBe(expected);
});

test('hours over midnight belong to the day on which they begin', () => {
  const hours = [{ from: '22:00', to: '06:00', bytesPerSecondMax: 500, days: [2] }];
  expect(bandwidth({ hours }, at(5)).bytesPerSecondMax).toBe(500);
  expect(bandwidth({ hours }, at(23)).bytesPerSecondMax).toBeUndefined();
});

test('the lowest bound holds, whoever set it', () => {
  const own = bandwidth(
    { bytesPerSecondMax: 5_000, hours: [{ from: '00:00', to: '24:00', bytesPerSecondMax: 4_000 }] },
    at(8),
  );
  expect(own.bytesPerSecondMax).toBe(4_000);
  own.apply({ bytesPerSecondMax: 3_000 });
  expect(own.bytesPerSecondMax).toBe(3_000);
  own.apply({ bytesPerSecondMax: 30_000 });
  expect(own.bytesPerSecondMax).toBe(4_000);
  expect(own.frameBytesMax).toBe(4_000);
  own.apply({ catchUpBytesPerSecondMax: 1_000 });
  expect(own.frameBytesMax).toBe(1_000);
});

test('what refills a restored collector is bounded even where nothing else is', () => {
  const free = bandwidth({}, at(8));
  free.take(3_000_000, { kind: 'refill' });
  expect(free.waitMs()).toBe(0);
  expect(free.waitMsOf({ kind: 'old' })).toBe(0);
  expect(free.waitMsOf({ kind: 'refill' })).toBeGreaterThan(1_500);
});

test.each(['7', '07:60', '25:00', '24:01', 'noon', ''])('"%s" is no time of day', (text) => {
  expect(minuteOfDay(text)).toBeUndefined();
});
