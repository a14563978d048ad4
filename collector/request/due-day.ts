/** By when something is asked for: the end of a working day of the agency's own calendar. */
import type { Severity } from '../api/contract.ts';
import { addCalendarDays, isWorkDay, localDay, momentOf, type WorkCalendar } from '../liveness/calendar.ts';

/** Working days an agency has, by severity; the day on which it is asked does not count. */
export const WORK_DAYS: Readonly<Record<Severity, number>> = {
  critical: 1,
  high: 3,
  medium: 5,
  low: 10,
  informational: 15,
};

/** A calendar without working days ends the search there. */
const DAYS_MAX = 400;

/** The day so many working days after (or, with a negative number, before) this one. */
export function addWorkDays(calendar: WorkCalendar, day: string, count: number): string {
  const way = Math.sign(count);
  let at = day;
  for (let left = Math.abs(count), looked = 0; left > 0 && looked < DAYS_MAX; looked += 1) {
    at = addCalendarDays(at, way);
    if (isWorkDay(calendar, at)) left -= 1;
  }
  return at;
}

/** The end of work on that day, milliseconds UTC. */
export function endOfWork(calendar: WorkCalendar, day: string): number {
  return momentOf(calendar, day, calendar.to);
}

/** By severity, from a moment on. @returns milliseconds UTC */
export function dueAfter(calendar: WorkCalendar, fromMs: number, severity: Severity): number {
  return endOfWork(calendar, addWorkDays(calendar, localDay(calendar, fromMs), WORK_DAYS[severity]));
}
