import { expect, test } from 'vitest';
import { RateMeter } from '../../../collector/telemetry/rate-meter.ts';

test('the rate is the mean over the last thirty seconds, and old counts fade', () => {
  let nowMs = 1_000_000;
  const meter = new RateMeter(() => nowMs);
  meter.add(300);
  expect(meter.perSecond()).toBe(10);
  nowMs += 15_000;
  meter.add(300);
  expect(meter.perSecond()).toBe(20);
  nowMs += 20_000;
  expect(meter.perSecond()).toBe(10);
  nowMs += 3_600_000;
  expect(meter.perSecond()).toBe(0);
});

test('a clock that goes back neither fails nor counts twice', () => {
  let nowMs = 1_000_000;
  const meter = new RateMeter(() => nowMs);
  meter.add(30);
  nowMs -= 10_000;
  meter.add(30);
  expect(meter.perSecond()).toBe(2);
});
