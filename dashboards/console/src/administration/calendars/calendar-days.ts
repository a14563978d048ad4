/** What a day of a year is by a calendar, and marking it: pure. Days are `YYYY-MM-DD`; what an agency says goes before the public holidays. */
import type { AgencyCalendarView } from '../../../../../collector/api/contract-calendars.ts';

type Calendar = AgencyCalendarView['calendar'];
export type Holidays = AgencyCalendarView['holidays'];

/** `work` and `rest`: as the week says. */
export type DayState = 'work' | 'rest' | 'holiday' | 'exchange' | 'own-off' | 'own-work';

const dayMs = 86_400_000;
const msOf = (day: string): number => Date.parse(`${day}T00:00Z`);
export const addDays = (day: string, days: number): string =>
  new Date(msOf(day) + days * dayMs).toISOString().slice(0, 10);

/** Monday is 1, Sunday 7. */
export const weekDayOf = (day: string): number => new Date(msOf(day)).getUTCDay() || 7;

export function stateOf(calendar: Calendar, holidays: Holidays, day: string): DayState {
  if (calendar.workDays.includes(day)) return 'own-work';
  if (calendar.daysOff.includes(day)) return 'own-off';
  if (calendar.vietnamHolidays && holidays !== null) {
    if (holidays.workDays.includes(day)) return 'exchange';
    if (holidays.daysOff.includes(day)) return 'holiday';
  }
  return calendar.weekDays.includes(weekDayOf(day)) ? 'work' : 'rest';
}

export const isWorked = (state: DayState): boolean =>
  state === 'work' || state === 'exchange' || state === 'own-work';

/** Days with this mark, or as they are without one. */
export function markDays(
  calendar: Calendar,
  days: readonly string[],
  mark: 'off' | 'working' | 'usual',
): Pick<Calendar, 'daysOff' | 'workDays'> {
  const said = new Set(days);
  const put = (list: readonly string[], own: boolean) =>
    [...list.filter((day) => !said.has(day)), ...(own ? days : [])].toSorted();
  return {
    daysOff: put(calendar.daysOff, mark === 'off'),
    workDays: put(calendar.workDays, mark === 'working'),
  };
}

/** A marked day loses its mark; another becomes the opposite of what it is. */
export function toggleDay(
  calendar: Calendar,
  holidays: Holidays,
  day: string,
): Pick<Calendar, 'daysOff' | 'workDays'> {
  const state = stateOf(calendar, holidays, day);
  if (state === 'own-off' || state === 'own-work') return markDays(calendar, [day], 'usual');
  return markDays(calendar, [day], isWorked(state) ? 'off' : 'working');
}

/** From the first to the last of them, at most `most`; empty when they are in no order. */
export function daysBetween(from: string, to: string, most: number): string[] {
  const days: string[] = [];
  for (let day = from; day <= to && days.length < most; day = addDays(day, 1)) days.push(day);
  return days;
}

/** Weeks of a month, Monday first; null where a day is another month's. */
export function weeksOf(year: number, month: number): (string | null)[][] {
  const first = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-01`;
  const cells: (string | null)[] = Array.from({ length: weekDayOf(first) - 1 }, () => null);
  for (let day = first; day.slice(0, 7) === first.slice(0, 7); day = addDays(day, 1)) cells.push(day);
  while (cells.length % 7 !== 0) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}

/** How many days of the year are worked, off beside the week, and worked in exchange. */
export function sumOf(calendar: Calendar, holidays: Holidays, year: number) {
  const sum = { worked: 0, off: 0, exchanged: 0 };
  const y = String(year).padStart(4, '0');
  for (let day = `${y}-01-01`; day <= `${y}-12-31`; day = addDays(day, 1)) {
    const state = stateOf(calendar, holidays, day);
    const usually = calendar.weekDays.includes(weekDayOf(day));
    if (isWorked(state)) sum.worked += 1;
    if (usually && !isWorked(state)) sum.off += 1;
    if (!usually && isWorked(state)) sum.exchanged += 1;
  }
  return sum;
}

/** The same calendar, in whatever order its days were marked. */
export function sameCalendar(a: Calendar, b: Calendar): boolean {
  const key = (one: Calendar) =>
    JSON.stringify([
      one.timeZone,
      one.from,
      one.to,
      one.vietnamHolidays,
      one.weekDays.toSorted((x, y) => x - y),
      one.daysOff.toSorted(),
      one.workDays.toSorted(),
    ]);
  return key(a) === key(b);
}
