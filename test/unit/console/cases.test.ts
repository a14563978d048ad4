/** What the pages about cases work out by themselves: time that is left, legal days, next steps as they are typed. */
import { describe, expect, test } from 'vitest';
import { actOf } from '../../../dashboards/console/src/cases/case-acts.ts';
import { readSteps } from '../../../dashboards/console/src/cases/handover-steps.ts';
import { timeLeft } from '../../../dashboards/console/src/cases/time-left.ts';
import { dayOf, daysBetween, dayText } from '../../../dashboards/console/src/format/day.ts';

const now = Date.parse('2026-11-26T10:00:00Z');

describe('time that is left of a legal clock', () => {
  test.each([
    ['2026-11-27T09:43:30Z', { over: false, days: 0, hours: 23, minutes: 43 }],
    ['2026-11-29T11:00:00Z', { over: false, days: 3, hours: 1, minutes: 0 }],
    ['2026-11-26T10:00:00Z', { over: false, days: 0, hours: 0, minutes: 0 }],
    ['2026-11-26T09:58:59Z', { over: true, days: 0, hours: 0, minutes: 1 }],
    ['2026-11-24T08:00:00Z', { over: true, days: 2, hours: 2, minutes: 0 }],
  ])('until %s', (due, left) => {
    expect(timeLeft(due, now)).toEqual(left);
  });
});

describe('legal days', () => {
  test('are those of Vietnam, and are written with the day first', () => {
    expect(dayOf(Date.parse('2026-12-13T16:59:59Z'))).toBe('2026-12-13');
    expect(dayOf(Date.parse('2026-12-13T17:00:00Z'))).toBe('2026-12-14');
    expect(dayText('2026-12-14')).toBe('14/12/2026');
    expect(dayText('Quý IV')).toBe('Quý IV');
    expect(daysBetween('2026-11-27', '2026-12-14')).toBe(17);
    expect(daysBetween('2027-01-01', '2026-12-31')).toBe(-1);
  });
});

test('next steps are lines that name a case; other lines are none', () => {
  expect(readSteps('VG-2026-0012: chờ đơn vị trả lời\n\nvg-2026-0003 = gọi lại\nkhông có số')).toEqual([
    { case: 'VG-2026-0012', text: 'chờ đơn vị trả lời' },
    { case: 'VG-2026-0003', text: 'gọi lại' },
  ]);
});

test('an act that has no words here keeps its name', () => {
  expect(actOf('case.close')[0]).toBe('Đóng vụ việc');
  expect(actOf('case.something-new')).toEqual(['case.something-new', 'case.something-new']);
  expect(actOf('toString')).toEqual(['toString', 'toString']);
});
