/**
 * Moments as ISO 8601 in UTC. Not by `toISOString`: V8 asks for the name of the local time zone meanwhile, and with it come
 * the zones' tables, 1 MB of a running agent for good.
 */

const digits = (value: number, count: number): string => String(value).padStart(count, '0');

/** Years of other than four digits have six and a sign, as the language has it. */
function dayOf(date: Date): string {
  const year = date.getUTCFullYear();
  if (Number.isNaN(year)) throw new RangeError('no such time');
  const plain = year >= 0 && year <= 9_999;
  const written = plain ? digits(year, 4) : `${year < 0 ? '-' : '+'}${digits(Math.abs(year), 6)}`;
  return `${written}-${digits(date.getUTCMonth() + 1, 2)}-${digits(date.getUTCDate(), 2)}`;
}

/** `2026-11-26`. @param ms milliseconds since 1970. @throws RangeError where a date cannot hold it */
export function isoDay(ms: number): string {
  return dayOf(new Date(ms));
}

/** `2026-11-26T14:27:52.000Z`. @param ms milliseconds since 1970. @throws RangeError where a date cannot hold it */
export function isoTime(ms: number): string {
  const date = new Date(ms);
  const [hour, minute, second] = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()];
  const time = `${digits(hour, 2)}:${digits(minute, 2)}:${digits(second, 2)}.${digits(date.getUTCMilliseconds(), 3)}`;
  return `${dayOf(date)}T${time}Z`;
}
