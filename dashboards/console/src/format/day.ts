/** Legal days (`YYYY-MM-DD` of Vietnam), which are days and no moments: they are never moved between time zones. */

const pattern = /^(\d{4})-(\d{2})-(\d{2})$/u;

/** 14/12/2026, as both languages write it here; what is no day is shown as it came. */
export function dayText(day: string): string {
  const found = pattern.exec(day);
  return found === null ? day : `${found[3]}/${found[2]}/${found[1]}`;
}

/** Vietnam has had one time, without summer time, since 1975. */
const vietnamMs = 7 * 3_600_000;

/** The legal day of a moment. */
export function dayOf(ms: number): string {
  return new Date(ms + vietnamMs).toISOString().slice(0, 10);
}

/** Days from one legal day to another; negative when it has passed. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00Z`) - Date.parse(`${from}T00:00Z`)) / 86_400_000);
}

export const dayLengthMs = 86_400_000;

/** When a legal day begins, milliseconds since 1970. */
export function dayMs(day: string): number {
  return Date.parse(`${day}T00:00Z`) - vietnamMs;
}
