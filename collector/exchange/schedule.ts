/**
 * When a link's next document is made: by the clock of Vietnam, on a day of the week, month, quarter or year. Pure; what was missed
 * while nothing ran is one document.
 */
import { z } from 'zod';
import { addDays, legalDayAt, startOfDayMs } from '../agency/legal-day.ts';

export const SCHEDULE_EVERY = ['day', 'week', 'month', 'quarter', 'year'] as const;
/** Days that every month has. */
const DAY_MAX = 28;
const WEEK_DAYS = 7;
const MINUTE_MS = 60_000;
/** Months from which a turn may be, and that lie between two. */
const MONTHS: Readonly<Record<'month' | 'quarter' | 'year', number>> = { month: 1, quarter: 3, year: 12 };

export const scheduleSchema = z
  .strictObject({
    every: z.enum(SCHEDULE_EVERY),
    /** Of the week from Monday, else of the period's last month. */
    day: z.int().min(1).max(DAY_MAX).default(1),
    at: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time as 06:30')
      .default('06:00'),
  })
  .refine(({ every, day }) => every !== 'week' || day <= WEEK_DAYS, {
    message: 'a day of the week is 1 (Monday) to 7',
    path: ['day'],
  });
export type ExchangeSchedule = z.infer<typeof scheduleSchema>;

const two = (value: number): string => String(value).padStart(2, '0');

/** From 1, Monday. */
const weekDayOf = (day: string): number => ((new Date(`${day}T00:00Z`).getUTCDay() + 6) % WEEK_DAYS) + 1;

function isTurn({ every, day: wanted }: ExchangeSchedule, day: string): boolean {
  if (every === 'day') return true;
  if (every === 'week') return weekDayOf(day) === wanted;
  return day.endsWith(`-${two(wanted)}`) && Number(day.slice(5, 7)) % MONTHS[every] === 0;
}

/** A year has one of each, leap days and all. */
const DAYS_MAX = 400;

/** The first turn after that moment, milliseconds UTC. */
export function nextTurnMs(schedule: ExchangeSchedule, afterMs: number): number {
  const [hours = '0', minutes = '0'] = schedule.at.split(':');
  const intoDayMs = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
  const today = legalDayAt(afterMs);
  for (let days = 0; days <= DAYS_MAX; days += 1) {
    const day = addDays(today, days);
    const ms = startOfDayMs(day) + intoDayMs;
    if (ms > afterMs && isTurn(schedule, day)) return ms;
  }
  throw new RangeError(`no turn of every ${schedule.every} on day ${schedule.day} comes within a year`);
}

const DAY_MS = 86_400_000;
const LENGTH_DAYS = { day: 1, week: 7, month: 31, quarter: 92, year: 366 } as const;

/** What a turn's document tells: since the one before, a period when there is none, and at most two. */
export function spanOf(
  { every }: ExchangeSchedule,
  toMs: number,
  madeToMs: number | null,
): { fromMs: number; toMs: number } {
  const lengthMs = LENGTH_DAYS[every] * DAY_MS;
  const fromMs = madeToMs === null || madeToMs >= toMs ? toMs - lengthMs : madeToMs;
  return { fromMs: Math.max(fromMs, toMs - 2 * lengthMs), toMs };
}
