/** Numeric parts of an event's time, as it is written: no zone is converted. */

export const TIME_PARTS = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const;
export type TimePart = (typeof TIME_PARTS)[number];

const WRITTEN = /^\s*([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})(?:[T ]+([0-9]{1,2}):([0-9]{2}))?(?![0-9])/;

/**
 * ISO-like text (`2025-08-02T21:59:59Z`, `2025/08/02 21:59`) or a number of seconds (below 1e11) or milliseconds
 * since 1970 in UTC. Undefined where the value is no time or lacks the part. `week` is the ISO 8601 week.
 */
export function timePart(value: unknown, part: TimePart): number | undefined {
  const time = readTime(value);
  if (time === undefined) return undefined;
  return part === 'week' ? isoWeek(time) : time[part];
}

interface Time {
  year: number;
  month: number;
  day: number;
  hour: number | undefined;
  minute: number | undefined;
}

function readTime(value: unknown): Time | undefined {
  if (typeof value === 'number' || (typeof value === 'string' && /^[0-9]{9,16}(?:\.[0-9]+)?$/.test(value))) {
    const number = Number(value);
    const date = new Date(Math.abs(number) < 1e11 ? number * 1000 : number);
    if (Number.isNaN(date.getTime())) return undefined;
    return {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      hour: date.getUTCHours(),
      minute: date.getUTCMinutes(),
    };
  }
  if (typeof value !== 'string') return undefined;
  const found = WRITTEN.exec(value);
  if (found === null) return undefined;
  const [, year, month, day, hour, minute] = found;
  const time = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: hour === undefined ? undefined : Number(hour),
    minute: minute === undefined ? undefined : Number(minute),
  };
  const valid =
    time.month >= 1 &&
    time.month <= 12 &&
    time.day >= 1 &&
    time.day <= 31 &&
    (time.hour ?? 0) < 24 &&
    (time.minute ?? 0) < 60;
  return valid ? time : undefined;
}

function isoWeek({ year, month, day }: Time): number {
  const date = new Date(Date.UTC(year, month - 1, day));
  // The week of a date is the week of its Thursday.
  date.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7));
  const start = Date.UTC(date.getUTCFullYear(), 0, 1);
  return Math.ceil(((date.getTime() - start) / 86_400_000 + 1) / 7);
}
