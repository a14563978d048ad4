/**
 * When a maintenance window is open. Invariants: a day begins and ends by the clocks of the window's zone, also where
 * they change; a time that a change of clocks leaves out is taken for the one as long after it, one that comes twice for
 * its second.
 */
import { minuteOfDay } from './time-of-day.ts';

/** Every day, or on days of weeks and months. */
export interface RecurringWindow {
  /** `HH:MM`. */
  from: string;
  /** `HH:MM`, on the next day when it is not later than `from`. */
  to: string;
  /** On which it begins, 1 Monday ... 7 Sunday; left out: every day. */
  days?: readonly number[] | undefined;
  /** Of the month, 1 to 5; -1 is the last. Left out: every week. */
  weeks?: readonly number[] | undefined;
  /** As `Asia/Ho_Chi_Minh`; left out: that of the machine. */
  timeZone?: string | undefined;
  reason: string;
}

/** Once, between two moments in ISO form. */
export interface OnceWindow {
  from: string;
  to: string;
  reason: string;
}

export type MaintenanceWindow = RecurringWindow | OnceWindow;

export interface OpenWindow {
  /** Milliseconds since 1970. */
  startsAt: number;
  endsAt: number;
  reason: string;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const WEEK_DAYS = 7;

/** The window that is open at a moment; of several the one that ends last. */
export function openWindow(windows: readonly MaintenanceWindow[], now: number): OpenWindow | undefined {
  let last: OpenWindow | undefined;
  for (const window of windows) {
    for (const { startsAt, endsAt } of spans(window, now)) {
      if (now < startsAt || now >= endsAt || (last !== undefined && last.endsAt >= endsAt)) continue;
      last = { startsAt, endsAt, reason: window.reason };
    }
  }
  return last;
}

function spans(window: MaintenanceWindow, now: number): Omit<OpenWindow, 'reason'>[] {
  if (!isRecurring(window)) return [{ startsAt: Date.parse(window.from), endsAt: Date.parse(window.to) }];
  const { from, to, days, weeks, timeZone } = window;
  const begin = (minuteOfDay(from) ?? 0) * MINUTE_MS;
  const end = (minuteOfDay(to) ?? 0) * MINUTE_MS;
  const lengthMs = end > begin ? end - begin : end + DAY_MS - begin;
  const today = Math.floor(wallClock(now, timeZone) / DAY_MS) * DAY_MS;
  // One of yesterday may go on over midnight.
  return [today, today - DAY_MS]
    .filter((day) => isOn(day, days, weeks))
    .map((day) => {
      const startsAt = momentOf(day + begin, timeZone);
      const endsAt = momentOf(day + begin + lengthMs, timeZone);
      return { startsAt, endsAt: endsAt > startsAt ? endsAt : startsAt + lengthMs };
    });
}

export function isRecurring(window: MaintenanceWindow): window is RecurringWindow {
  return minuteOfDay(window.from) !== undefined;
}

/** @param day its midnight, as if it were UTC */
function isOn(day: number, days: RecurringWindow['days'], weeks: RecurringWindow['weeks']): boolean {
  const date = new Date(day);
  const weekday = date.getUTCDay() === 0 ? WEEK_DAYS : date.getUTCDay();
  if (days !== undefined && !days.includes(weekday)) return false;
  if (weeks === undefined || weeks.includes(Math.ceil(date.getUTCDate() / WEEK_DAYS))) return true;
  const weekLater = new Date(day + WEEK_DAYS * DAY_MS);
  return weeks.includes(-1) && weekLater.getUTCMonth() !== date.getUTCMonth();
}

/** By zone; as many as settings name. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** What clocks of a zone show at a moment, as if it were UTC. */
function wallClock(moment: number, timeZone: string | undefined): number {
  if (timeZone === undefined) {
    // Whatever the zone, without the tables of all of them.
    const at = new Date(moment);
    const [year, month, day] = [at.getFullYear(), at.getMonth(), at.getDate()];
    return Date.UTC(year, month, day, at.getHours(), at.getMinutes(), at.getSeconds(), at.getMilliseconds());
  }
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const [year, month, day] = [part('year'), part('month') - 1, part('day')];
  const seconds = Date.UTC(year, month, day, part('hour'), part('minute'), part('second'));
  return seconds + (moment - Math.floor(moment / 1_000) * 1_000);
}

/** The moment at which clocks of a zone show that. */
function momentOf(shown: number, timeZone: string | undefined): number {
  let moment = shown;
  // Twice, since the offset may be another one on the other side of a change of clocks.
  for (let pass = 0; pass < 2; pass += 1) moment = shown - (wallClock(moment, timeZone) - moment);
  return moment;
}
