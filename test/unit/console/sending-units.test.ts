/** A day of a line, as the console draws it and the collector divides it. */
import { expect, it } from 'vitest';
import {
  byHour,
  fromKilobits,
  hourText,
  kilobitsMin,
  toKilobits,
} from '../../../dashboards/console/src/administration/host-groups/sending-units.ts';

it('has the least of the caps in each hour, over midnight too, and none where nothing is set', () => {
  const day = byHour([
    { fromHour: 7, toHour: 18, bytesPerSecond: 32_000 },
    { fromHour: 17, toHour: 8, bytesPerSecond: 64_000 },
    { fromHour: 12, toHour: 13, bytesPerSecond: 16_000 },
  ]);
  expect([6, 7, 12, 17, 18].map((hour) => day[hour])).toEqual([64_000, 32_000, 16_000, 32_000, 64_000]);
  expect(byHour([{ fromHour: 0, toHour: 24, bytesPerSecond: 1 }])).toEqual(Array(24).fill(1));
  expect(byHour([])).toEqual(Array(24).fill(null));
});

it('is said in kilobits, never below what the protocol takes', () => {
  expect(toKilobits(fromKilobits(256))).toBe(256);
  expect(fromKilobits(kilobitsMin)).toBeGreaterThanOrEqual(256);
  expect(hourText(7)).toBe('07:00');
});
