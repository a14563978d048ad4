/** Maintenance windows in the register: the form that agents have them in, and when one is open. */
import { z } from 'zod';
import {
  isRecurring,
  openWindow,
  type MaintenanceWindow,
  type RecurringWindow,
} from '../protocol/maintenance-window.ts';
import { minuteOfDay } from '../protocol/time-of-day.ts';
import { ExceptionInvalidError } from './condition.ts';

const HOUR_MS = 3_600_000;
const MINUTES_DAY = 1_440;
/** Longer is no maintenance. */
const RECURRING_HOURS_MAX = 12;
const ONCE_DAYS_MAX = 14;
/** Of a window that names none: the collector's own zone may be another than its hosts'. */
const TIME_ZONE = 'Asia/Ho_Chi_Minh';

const timeOfDay = z
  .string()
  .max(5)
  .refine((text) => minuteOfDay(text) !== undefined, 'a time of day is HH:MM');
const timeZone = z
  .string()
  .max(64)
  .refine((text) => isTimeZone(text), 'there is no such time zone');
const reason = z.string().max(200).default('');

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

export const maintenanceWindowSchema = z.union([
  z.strictObject({
    from: timeOfDay,
    to: timeOfDay,
    days: z.array(z.int().min(1).max(7)).min(1).max(7).optional(),
    weeks: z
      .array(z.union([z.int().min(1).max(5), z.literal(-1)]))
      .min(1)
      .max(6)
      .optional(),
    timeZone: timeZone.default(TIME_ZONE),
    reason,
  }),
  z.strictObject({
    from: z.iso.datetime({ offset: true }),
    to: z.iso.datetime({ offset: true }),
    reason,
  }),
]);

function lengthMs(window: RecurringWindow): number {
  const [from, to] = [minuteOfDay(window.from) ?? 0, minuteOfDay(window.to) ?? 0];
  return (to > from ? to - from : to + MINUTES_DAY - from) * 60_000;
}

/** @throws ExceptionInvalidError */
export function checkWindow(window: MaintenanceWindow): void {
  const refuse = (message: string): never => {
    throw new ExceptionInvalidError('window', message);
  };
  if (isRecurring(window)) {
    if (lengthMs(window) > RECURRING_HOURS_MAX * HOUR_MS)
      refuse(`a window that comes again is open ${RECURRING_HOURS_MAX} hours at most`);
    return;
  }
  const span = Date.parse(window.to) - Date.parse(window.from);
  if (!(span > 0)) refuse('the window ends before it begins');
  if (span > ONCE_DAYS_MAX * 24 * HOUR_MS) refuse(`a window is open ${ONCE_DAYS_MAX} days at most`);
}

export function isOpen(window: MaintenanceWindow, atMs: number): boolean {
  return openWindow([window], atMs) !== undefined;
}
