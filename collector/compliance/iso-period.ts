/** Periods as the catalogue writes them (ISO 8601: P3M, P45D, PT15M, P1Y), and moments that lie so far back. */
import { z } from 'zod';

/** Calendar months and exact milliseconds apart: a month has no fixed length. */
export interface Period {
  iso: string;
  months: number;
  ms: number;
}

const DAY_MS = 86_400_000;
const PATTERN =
  /^P(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?$/;

/** Undefined when it is no period. */
export function parsePeriod(iso: string): Period | undefined {
  const found = PATTERN.exec(iso);
  if (found === null || !/\d[A-Z]$/.test(iso)) return undefined;
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(1)
    .map((part) => Number(part ?? 0));
  const ms = (weeks * 7 + days) * DAY_MS + hours * 3_600_000 + minutes * 60_000 + seconds * 1000;
  return { iso, months: years * 12 + months, ms };
}

export const periodSchema: z.ZodType<Period> = z.string().transform((text, context) => {
  const period = parsePeriod(text);
  if (period !== undefined) return period;
  context.addIssue({ code: 'custom', message: 'must be a period such as P3M, P45D or PT15M (ISO 8601)' });
  return z.NEVER;
});

/** The moment a period before another. The 31st becomes the last day of a shorter month. */
export function periodBefore(ms: number, period: Period): number {
  return shiftMonths(ms, -period.months) - period.ms;
}

/** The moment a period after another. */
export function periodAfter(ms: number, period: Period): number {
  return shiftMonths(ms, period.months) + period.ms;
}

function shiftMonths(ms: number, months: number): number {
  if (months === 0) return ms;
  const date = new Date(ms);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date.getTime();
}
