/** Days on which acts of law take effect: `YYYY-MM-DD` of Vietnam, which is seven hours before UTC all year. */
import { z } from 'zod';

const DAY_MS = 86_400_000;
const OFFSET_MS = 7 * 3_600_000;

/** A day that exists; texts compare as the days do. */
export const legalDaySchema = z.iso.date();

/** First moment of the day, milliseconds UTC. */
export function startOfDayMs(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) - OFFSET_MS;
}

/** The day in Vietnam at a moment. @param ms milliseconds UTC */
export function legalDayAt(ms: number): string {
  return new Date(ms + OFFSET_MS).toISOString().slice(0, 10);
}

/** The day so many days later; before, with a negative number. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** From its first day on, up to the day before `to`; null is without end on that side. */
export interface DaySpan {
  from: string | null;
  to: string | null;
}

export function holdsOn({ from, to }: DaySpan, day: string): boolean {
  return (from === null || from <= day) && (to === null || day < to);
}

export function overlap(one: DaySpan, other: DaySpan): boolean {
  return (
    (one.to === null || other.from === null || other.from < one.to) &&
    (other.to === null || one.from === null || one.from < other.to)
  );
}
