/** When agencies are at work: the week, the hours, the holidays of Vietnam and the days worked in exchange. */
import { describe, expect, test } from 'vitest';
import {
  calendarSchema,
  DEFAULT_CALENDAR,
  hourOfWeek,
  isWorkTime,
} from '../../../collector/liveness/calendar.ts';
import { HOLIDAY_YEARS, isHoliday, isMakeUpDay } from '../../../collector/liveness/holidays.ts';

const at = (text: string): number => Date.parse(`${text}+07:00`);
const DAY_MS = 86_400_000;

describe('the usual week', () => {
  test.each([
    ['Wednesday morning', '2026-11-25T07:00', true],
    ['just before', '2026-11-25T06:59', false],
    ['Wednesday evening', '2026-11-25T17:59', true],
    ['when everybody has left', '2026-11-25T18:00', false],
    ['Saturday', '2026-11-28T10:00', false],
    ['Sunday', '2026-11-29T10:00', false],
    ['Tết', '2026-02-17T10:00', false],
    ['a Saturday worked in exchange', '2026-08-22T10:00', true],
    ['the Monday it was exchanged for', '2026-08-31T10:00', false],
    ['Culture Day', '2026-11-24T10:00', false],
    ['the Monday a year before there was one', '2025-11-24T10:00', true],
    ['the Thursday with which Tết 2027 begins', '2027-02-04T10:00', false],
    ['the Thursday after Tết 2027', '2027-02-11T10:00', true],
    ['Giỗ Tổ 2027', '2027-04-16T10:00', false],
  ])('%s (%s): %s', (_, text, working) => {
    expect(isWorkTime(DEFAULT_CALENDAR, at(text))).toBe(working);
  });

  test('hours of the week are those of the zone', () => {
    expect(hourOfWeek(DEFAULT_CALENDAR, at('2026-11-23T00:30'))).toBe(0);
    expect(hourOfWeek(DEFAULT_CALENDAR, at('2026-11-29T23:30'))).toBe(167);
  });
});

describe('an agency of its own', () => {
  const calendar = calendarSchema.parse({
    timeZone: 'Asia/Ho_Chi_Minh',
    weekDays: [1, 2, 3, 4, 5, 6],
    from: '00:00',
    to: '12:00',
    daysOff: ['2026-11-25'],
    workDays: ['2026-02-17', '2026-11-29'],
  });

  test('its own days go before all others', () => {
    expect(isWorkTime(calendar, at('2026-11-25T10:00'))).toBe(false);
    expect(isWorkTime(calendar, at('2026-02-17T10:00'))).toBe(true);
    expect(isWorkTime(calendar, at('2026-11-29T10:00'))).toBe(true);
    expect(isWorkTime(calendar, at('2026-11-28T10:00'))).toBe(true);
    expect(isWorkTime(calendar, at('2026-11-28T12:00'))).toBe(false);
  });

  test('what makes no calendar is refused', () => {
    expect(calendarSchema.safeParse({ ...calendar, timeZone: 'Hà Nội' }).success).toBe(false);
    expect(calendarSchema.safeParse({ ...calendar, from: '7 giờ' }).success).toBe(false);
  });
});

describe('the table of holidays', () => {
  const lunar = new Intl.DateTimeFormat('en-u-ca-chinese', {
    timeZone: 'Asia/Ho_Chi_Minh',
    month: 'numeric',
    day: 'numeric',
  });
  const days = HOLIDAY_YEARS.flatMap((year) =>
    Array.from({ length: 365 }, (_, day) => Date.parse(`${year}-01-01T05:00Z`) + day * DAY_MS),
  );
  const isoDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  const isWeekend = (ms: number): boolean => [0, 6].includes(new Date(ms).getUTCDay());
  /** In these years the months of the Chinese and the Vietnamese calendar begin on the same days at these dates. */
  const onLunarDay = (monthDay: string): number[] => days.filter((ms) => lunar.format(ms) === monthDay);

  test('has Tết and Giỗ Tổ where the lunar calendar has them, or makes them up', () => {
    for (const day of ['1/1', '1/2', '1/3', '3/10']) {
      const found = onLunarDay(day);
      expect(found).toHaveLength(HOLIDAY_YEARS.length);
      for (const ms of found)
        expect([isoDay(ms), isWeekend(ms) || isHoliday(isoDay(ms))]).toEqual([isoDay(ms), true]);
    }
  });

  test.each(['01-01', '04-30', '05-01', '09-02'])('has %s of each year, or makes it up', (day) => {
    for (const year of HOLIDAY_YEARS) {
      const ms = Date.parse(`${year}-${day}T05:00Z`);
      const free = isHoliday(isoDay(ms)) || isWeekend(ms);
      expect([isoDay(ms), free]).toEqual([isoDay(ms), true]);
    }
  });

  test('has eleven days off in a year at least, none on a weekend, and works only weekends in exchange', () => {
    for (const year of HOLIDAY_YEARS) {
      const off = days.filter((ms) => isoDay(ms).startsWith(year) && isHoliday(isoDay(ms)));
      expect([year, off.length >= 11, off.some(isWeekend)]).toEqual([year, true, false]);
    }
    for (const ms of days.filter((one) => isMakeUpDay(isoDay(one)))) expect(isWeekend(ms)).toBe(true);
  });
});
