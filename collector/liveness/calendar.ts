/** When an agency is at work. Times of day are those of its zone; the clock is an argument. */
import { z } from 'zod';
import { isHoliday, isMakeUpDay } from './holidays.ts';

const day = z.iso.date();
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

export const calendarSchema = z.strictObject({
  /** IANA zone. */
  timeZone: z
    .string()
    .max(64)
    .refine((zone) => isZone(zone), 'not a time zone'),
  /** Days of the week at work: 1 Monday to 7 Sunday. */
  weekDays: z.array(z.int().min(1).max(7)).max(7),
  from: timeOfDay,
  to: timeOfDay,
  /** Further days off, `YYYY-MM-DD`. */
  daysOff: z.array(day).max(366).default([]),
  /** Further days at work: they go before every day off. */
  workDays: z.array(day).max(366).default([]),
  /** The public holidays of Vietnam (holidays.ts). */
  vietnamHolidays: z.boolean().default(true),
});
export type WorkCalendar = z.infer<typeof calendarSchema>;

/** The usual week of a Vietnamese agency, with room at both ends. */
export const DEFAULT_CALENDAR: WorkCalendar = {
  timeZone: 'Asia/Ho_Chi_Minh',
  weekDays: [1, 2, 3, 4, 5],
  from: '07:00',
  to: '18:00',
  daysOff: [],
  workDays: [],
  vietnamHolidays: true,
};

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' });
    formats.set(timeZone, format);
  }
  return format;
}

/** Monday is 1. */
function weekDayOf(date: string): number {
  return new Date(`${date}T00:00Z`).getUTCDay() || 7;
}

/** @param date `YYYY-MM-DD` */
export function isWorkDay(calendar: WorkCalendar, date: string): boolean {
  if (calendar.workDays.includes(date)) return true;
  if (calendar.daysOff.includes(date)) return false;
  if (calendar.vietnamHolidays) {
    if (isMakeUpDay(date)) return true;
    if (isHoliday(date)) return false;
  }
  return calendar.weekDays.includes(weekDayOf(date));
}

/** Whether the agency is at work at that moment. */
export function isWorkTime(calendar: WorkCalendar, ms: number): boolean {
  // e.g. `2026-02-17 07:30`
  const [date = '', time = ''] = formatOf(calendar.timeZone).format(ms).split(' ');
  return time >= calendar.from && time < calendar.to && isWorkDay(calendar, date);
}

/** Hour of the week in the calendar's zone: 0 is Monday from midnight, 167 Sunday before midnight. */
export function hourOfWeek(calendar: WorkCalendar, ms: number): number {
  const [date = '', time = ''] = formatOf(calendar.timeZone).format(ms).split(' ');
  return (weekDayOf(date) - 1) * 24 + Number(time.slice(0, 2));
}

/** The day of a moment in the calendar's zone, `YYYY-MM-DD`. */
export function localDay(calendar: WorkCalendar, ms: number): string {
  const [date = ''] = formatOf(calendar.timeZone).format(ms).split(' ');
  return date;
}

/** The time of day of a moment in the calendar's zone, `HH:MM`. */
export function localTime(calendar: WorkCalendar, ms: number): string {
  const [, time = ''] = formatOf(calendar.timeZone).format(ms).split(' ');
  return time;
}

const DAY_MS = 86_400_000;

export function addCalendarDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** When it is that time of day there, milliseconds UTC. @param time `HH:MM` */
export function momentOf(calendar: WorkCalendar, day: string, time: string): number {
  const asUtc = Date.parse(`${day}T${time}Z`);
  let ms = asUtc;
  // The second time settles the days on which clocks are changed.
  for (let round = 0; round < 2; round += 1) {
    const shown = Date.parse(`${formatOf(calendar.timeZone).format(ms).replace(' ', 'T')}Z`);
    ms += asUtc - shown;
  }
  return ms;
}
