/** Hours in which something holds: always, at work, off work, or a window of the day, which may go over midnight. The clock is an argument. */
import { z } from 'zod';
import { isWorkTime, type WorkCalendar } from '../liveness/calendar.ts';

export const timeOfDaySchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

export const windowSchema = z
  .strictObject({
    /** Days on which it begins: 1 Monday to 7 Sunday. */
    days: z.array(z.int().min(1).max(7)).min(1).max(7).default([1, 2, 3, 4, 5, 6, 7]),
    from: timeOfDaySchema,
    /** Not in it any more; before `from`, it is of the next day. */
    to: timeOfDaySchema,
  })
  .refine(({ from, to }) => from !== to, { path: ['to'], error: 'it begins and ends at once' });
export type Window = z.infer<typeof windowSchema>;

/** `working` and `off-hours` go by the agency's calendar with its holidays. */
export const hoursSchema = z.union([z.enum(['always', 'working', 'off-hours']), windowSchema]);
export type Hours = z.infer<typeof hoursSchema>;

export interface LocalClock {
  /** `YYYY-MM-DD` */
  date: string;
  /** `HH:MM` */
  time: string;
  /** Monday is 1. */
  weekDay: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What clock and calendar on the wall show. */
export function localClock(timeZone: string, ms: number): LocalClock {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' });
    formats.set(timeZone, format);
  }
  const [date = '', time = ''] = format.format(ms).split(' ');
  return { date, time, weekDay: new Date(`${date}T00:00Z`).getUTCDay() || 7 };
}

export function inWindow({ days, from, to }: Window, { time, weekDay }: LocalClock): boolean {
  if (from < to) return days.includes(weekDay) && time >= from && time < to;
  const before = weekDay === 1 ? 7 : weekDay - 1;
  return (days.includes(weekDay) && time >= from) || (days.includes(before) && time < to);
}

export interface Place {
  calendar: WorkCalendar;
  /** Of windows; the calendar's own by default. */
  timeZone?: string | undefined;
}

export function inHours(
  hours: Hours,
  { calendar, timeZone = calendar.timeZone }: Place,
  ms: number,
): boolean {
  switch (hours) {
    case 'always':
      return true;
    case 'working':
      return isWorkTime(calendar, ms);
    case 'off-hours':
      return !isWorkTime(calendar, ms);
    default:
      return inWindow(hours, localClock(timeZone, ms));
  }
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** When the clock on the wall last showed one of these times. On a day when clocks are changed it may be an hour off. */
export function lastTimeMs(times: readonly string[], timeZone: string, ms: number): number {
  const now = minuteOf(localClock(timeZone, ms).time);
  const ago = Math.min(...times.map((time) => (now - minuteOf(time) + DAY_MINUTES) % DAY_MINUTES));
  return (Math.floor(ms / MINUTE_MS) - ago) * MINUTE_MS;
}
