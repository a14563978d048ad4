/**
 * What happens to a request by itself, and when: reminded of on the working day before it is due, overdue when it is
 * not answered by then, told higher up two working days later, and reminded of a last time after five.
 */
import { localDay, momentOf, type WorkCalendar } from '../liveness/calendar.ts';
import { addWorkDays } from './due-day.ts';
import type { TimedAct } from './request-words.ts';

export const ESCALATION_DAYS = 2;
export const LAST_REMINDER_DAYS = 5;

export interface PlannedAct {
  kind: TimedAct;
  atMs: number;
}

/**
 * @param after what happened last; undefined when it was just sent, returned, or given another day
 * @param nowMs nothing is planned before it
 */
export function nextAct(
  calendar: WorkCalendar,
  dueMs: number,
  after: TimedAct | undefined,
  nowMs: number,
): PlannedAct | undefined {
  const day = localDay(calendar, dueMs);
  const morningOf = (days: number): number =>
    momentOf(calendar, addWorkDays(calendar, day, days), calendar.from);
  switch (after) {
    case undefined: {
      const atMs = morningOf(-1);
      return atMs > nowMs ? { kind: 'reminder', atMs } : { kind: 'overdue', atMs: dueMs };
    }
    case 'reminder':
      return { kind: 'overdue', atMs: dueMs };
    case 'overdue':
      return { kind: 'escalation', atMs: Math.max(morningOf(ESCALATION_DAYS), nowMs) };
    case 'escalation':
      return { kind: 'last-reminder', atMs: Math.max(morningOf(LAST_REMINDER_DAYS), nowMs) };
    case 'last-reminder':
      return undefined;
  }
}
