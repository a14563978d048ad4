/**
 * Received days as the event store partitions them: UTC days written as the number YYYYMMDD.
 * Months are counted as the Civil Code counts a term in months (Article 148): it ends on the same day of the last
 * month, or on that month's last day where there is no such day.
 */
export const DAY_MS = 86_400_000;

/** YYYYMMDD, e.g. 20261122. */
export type Day = number;

/** The UTC day of a time in milliseconds since 1970. */
export function dayOf(ms: number): Day {
  const at = new Date(ms);
  return at.getUTCFullYear() * 10_000 + (at.getUTCMonth() + 1) * 100 + at.getUTCDate();
}

/** Milliseconds since 1970 of the day's first moment. */
export function dayStartMs(day: Day): number {
  return Date.UTC(Math.trunc(day / 10_000), (Math.trunc(day / 100) % 100) - 1, day % 100);
}

/** So many days later, or earlier. */
export function addDays(day: Day, days: number): Day {
  return dayOf(dayStartMs(day) + days * DAY_MS);
}

/** The same day so many months later; the last day of that month when it has no such day. */
export function addMonths(day: Day, months: number): Day {
  const month = Math.trunc(day / 10_000) * 12 + (Math.trunc(day / 100) % 100) - 1 + months;
  const [year, monthOfYear] = [Math.trunc(month / 12), month % 12];
  const lastDay = new Date(Date.UTC(year, monthOfYear + 1, 0)).getUTCDate();
  return year * 10_000 + (monthOfYear + 1) * 100 + Math.min(day % 100, lastDay);
}

/** `YYYY-MM-DD`, as people and the API write it. */
export function dayText(day: Day): string {
  const text = String(day).padStart(8, '0');
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
}
