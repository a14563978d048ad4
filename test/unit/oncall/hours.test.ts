import { describe, expect, it } from 'vitest';
import { DEFAULT_CALENDAR } from '../../../collector/liveness/calendar.ts';
import { hoursSchema, inHours, lastTimeMs, type Hours } from '../../../collector/oncall/hours.ts';
import { leavesNow, ROUTING } from '../../../collector/oncall/routing.ts';

const NIGHT: Hours = hoursSchema.parse({ from: '22:00', to: '06:00' });
const FRIDAY_NIGHT: Hours = hoursSchema.parse({ days: [5], from: '22:00', to: '06:00' });
const LUNCH: Hours = hoursSchema.parse({ days: [1, 2, 3, 4, 5], from: '11:30', to: '13:00' });

describe('hours', () => {
  it.each<[string, Hours, string, boolean]>([
    ['always', 'always', '2026-02-17T03:00+07:00', true],
    ['at work', 'working', '2026-11-26T09:00+07:00', true],
    ['on a Sunday', 'working', '2026-11-29T09:00+07:00', false],
    ['at Tết', 'working', '2026-02-17T09:00+07:00', false],
    ['off work at Tết', 'off-hours', '2026-02-17T09:00+07:00', true],
    ['over midnight, before', NIGHT, '2026-11-26T23:00+07:00', true],
    ['over midnight, after', NIGHT, '2026-11-27T05:59+07:00', true],
    ['its end', NIGHT, '2026-11-27T06:00+07:00', false],
    ['its beginning', NIGHT, '2026-11-26T22:00+07:00', true],
    ['a night that began on Friday', FRIDAY_NIGHT, '2026-11-28T05:00+07:00', true],
    ['the night before it', FRIDAY_NIGHT, '2026-11-27T05:00+07:00', false],
    [
      'a Sunday night into Monday',
      hoursSchema.parse({ days: [7], from: '22:00', to: '06:00' }),
      '2026-11-30T05:00+07:00',
      true,
    ],
    ['lunch', LUNCH, '2026-11-26T12:59+07:00', true],
    ['lunch of a Saturday', LUNCH, '2026-11-28T12:00+07:00', false],
  ])('%s', (_name, hours, at, expected) => {
    expect(inHours(hours, { calendar: DEFAULT_CALENDAR }, Date.parse(at))).toBe(expected);
  });

  it('are those of the zone that is asked for, and follow its summer time', () => {
    const berlin = { calendar: DEFAULT_CALENDAR, timeZone: 'Europe/Berlin' };
    const at = (time: string) => inHours(NIGHT, berlin, Date.parse(time));
    // Clocks go from 02:00 to 03:00 on 29 March, and back on 25 October.
    expect([at('2026-03-29T03:59Z'), at('2026-03-29T04:00Z')]).toEqual([true, false]);
    expect([at('2026-03-28T04:59Z'), at('2026-03-28T05:00Z')]).toEqual([true, false]);
    expect([at('2026-10-25T04:59Z'), at('2026-10-25T05:00Z')]).toEqual([true, false]);
  });
});

describe('a digest', () => {
  it('leaves at the first of its times after what waits', () => {
    const routing = { ...ROUTING, digestAt: ['08:00', '16:00'] };
    const leaves = (waiting: string, now: string) =>
      leavesNow(routing, {
        timeZone: 'Asia/Ho_Chi_Minh',
        waitingSinceMs: Date.parse(waiting),
        nowMs: Date.parse(now),
      });
    expect(leaves('2026-11-26T09:00+07:00', '2026-11-26T15:59+07:00')).toBeUndefined();
    expect(leaves('2026-11-26T09:00+07:00', '2026-11-26T16:00+07:00')).toBe('informational');
    expect(leaves('2026-11-26T20:00+07:00', '2026-11-27T07:59+07:00')).toBeUndefined();
    expect(leaves('2026-11-26T20:00+07:00', '2026-11-27T08:01+07:00')).toBe('informational');
    expect(lastTimeMs(['08:00'], 'UTC', Date.parse('2026-11-26T07:00Z'))).toBe(
      Date.parse('2026-11-25T08:00Z'),
    );
  });

  it('and in quiet time what is serious enough', () => {
    const quiet = {
      window: { days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '06:00' },
      severityMin: 'critical' as const,
    };
    const at = (now: string) =>
      leavesNow(
        { ...ROUTING, quiet },
        { timeZone: 'Asia/Ho_Chi_Minh', waitingSinceMs: 0, nowMs: Date.parse(now) },
      );
    expect([at('2026-11-26T23:00+07:00'), at('2026-11-27T06:00+07:00')]).toEqual([
      'critical',
      'informational',
    ]);
  });
});
