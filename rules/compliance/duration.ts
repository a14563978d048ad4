/** ISO 8601 durations as thresholds have them: whole numbers, years to seconds; a month is a calendar month. */
const PATTERN =
  /^P(?=[\dT])(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?$/;

export interface Duration {
  /** Years are twelve of them. */
  months: number;
  days: number;
  seconds: number;
}

export function isDuration(text: string): boolean {
  return PATTERN.test(text);
}

/** Whether a text seems meant as a duration. */
export function looksLikeDuration(text: string): boolean {
  return /^P[T\d]/.test(text);
}

/** @throws RangeError when the text is no duration */
export function parseDuration(text: string): Duration {
  const parts = PATTERN.exec(text);
  if (parts === null) throw new RangeError(`"${text}" is no ISO 8601 duration such as P3M, P45D or PT24H`);
  const [years, months, weeks, days, hours, minutes, seconds] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  return {
    months: 12 * (years ?? 0) + (months ?? 0),
    days: 7 * (weeks ?? 0) + (days ?? 0),
    seconds: 3600 * (hours ?? 0) + 60 * (minutes ?? 0) + (seconds ?? 0),
  };
}

/**
 * The moment a duration before another; months are counted on the calendar of the time zone (Vietnam: UTC+7 all year),
 * the last day of a shorter month standing for later ones.
 */
export function beforeMoment(atMs: number, text: string, zoneOffsetMs: number = 7 * 3_600_000): number {
  return shift(atMs, parseDuration(text), -1, zoneOffsetMs);
}

/** The moment a duration after another, counted in the same way. */
export function afterMoment(atMs: number, text: string, zoneOffsetMs: number = 7 * 3_600_000): number {
  return shift(atMs, parseDuration(text), 1, zoneOffsetMs);
}

function shift(
  atMs: number,
  { months, days, seconds }: Duration,
  sign: 1 | -1,
  zoneOffsetMs: number,
): number {
  const local = new Date(atMs + zoneOffsetMs);
  const day = local.getUTCDate();
  local.setUTCDate(1);
  local.setUTCMonth(local.getUTCMonth() + sign * months);
  const last = new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 0)).getUTCDate();
  local.setUTCDate(Math.min(day, last));
  return local.getTime() - zoneOffsetMs + sign * (days * 86_400_000 + seconds * 1000);
}
