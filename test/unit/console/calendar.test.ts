/** Days of a working calendar as the console shows and marks them: the same as the collector's own. */
import { describe, expect, test } from 'vitest';
import { DEFAULT_CALENDAR, isWorkDay } from '../../../collector/liveness/calendar.ts';
import { HOLIDAY_YEARS, holidaysOf } from '../../../collector/liveness/holidays.ts';
import {
  daysBetween,
  isWorked,
  markDays,
  sameCalendar,
  stateOf,
  sumOf,
  toggleDay,
  weeksOf,
} from '../../../dashboards/console/src/administration/calendars/calendar-days.ts';
import { weekText } from '../../../dashboards/console/src/administration/calendars/calendar-words.ts';

const calendar = { ...DEFAULT_CALENDAR, daysOff: ['2027-04-29'], workDays: ['2027-02-04', '2027-04-24'] };
const holidays = (year: string) => {
  const table = holidaysOf(year);
  return table === undefined
    ? null
    : { ...table, daysOff: [...table.daysOff], workDays: [...table.workDays] };
};

describe('days of a calendar', () => {
  test('are worked or not as the collector says, each day of each year that it knows', () => {
    for (const year of HOLIDAY_YEARS)
      for (const one of [calendar, { ...calendar, vietnamHolidays: false, weekDays: [1, 2, 3, 4, 5, 6] }])
        for (const day of daysBetween(`${year}-01-01`, `${year}-12-31`, 366))
          expect([day, isWorked(stateOf(one, holidays(year), day))]).toEqual([day, isWorkDay(one, day)]);
  });

  test('turn into the opposite of what they are, and back', () => {
    const tet = '2027-02-05';
    expect(stateOf(calendar, holidays('2027'), tet)).toBe('holiday');
    const worked = { ...calendar, ...toggleDay(calendar, holidays('2027'), tet) };
    expect(stateOf(worked, holidays('2027'), tet)).toBe('own-work');
    const back = { ...worked, ...toggleDay(worked, holidays('2027'), tet) };
    expect(sameCalendar(back, calendar)).toBe(true);
    expect(sameCalendar(worked, calendar)).toBe(false);
  });

  test('are marked as a span, which takes the place of what was marked before', () => {
    const days = daysBetween('2027-04-23', '2027-04-30', 62);
    expect(days).toHaveLength(8);
    const marked = { ...calendar, ...markDays(calendar, days, 'off') };
    expect(marked.workDays).toEqual(['2027-02-04']);
    expect(marked.daysOff).toEqual(days);
    expect(markDays(marked, days, 'usual')).toEqual({ daysOff: [], workDays: ['2027-02-04'] });
    expect(daysBetween('2027-04-30', '2027-04-23', 62)).toEqual([]);
  });

  test('come in weeks from Monday, all of the month and nothing else', () => {
    const weeks = weeksOf(2027, 2);
    expect(weeks).toHaveLength(4);
    expect(weeks.flat()).toHaveLength(28);
    expect(weeks[0]?.[0]).toBe('2027-02-01');
    expect(
      weeksOf(2028, 2)
        .flat()
        .filter((day) => day !== null),
    ).toHaveLength(29);
    expect(weeksOf(2027, 8)[0]?.slice(0, 7)).toEqual([...Array(6).fill(null), '2027-08-01']);
  });

  test('are summed over the year', () => {
    const usual = sumOf(DEFAULT_CALENDAR, holidays('2026'), 2026);
    expect(usual.off).toBe(14);
    expect(usual.exchanged).toBe(2);
    expect(usual.worked).toBe(261 - 14 + 2);
  });

  test('of the week are named in runs', () => {
    expect(weekText('vi', { weekDays: [1, 2, 3, 4, 5, 7] })).toBe('Thứ 2–Thứ 6, CN');
    expect(weekText('en', { weekDays: [6, 1, 2] })).toBe('Mon, Tue, Sat');
  });
});
