/**
 * Times of log lines: wall-clock time in a host's zone to milliseconds since 1970, and the year a line leaves out.
 * Invariants: the answer depends on the arguments alone (caches only repeat it); an unknown zone counts as UTC;
 * a time later than a day after arrival is not believed.
 */
const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;
const ZONES_MAX = 1_024;
const OFFSETS_PER_ZONE_MAX = 8_192;
/** Feb 29 may lie eight years back, around 1900 and 2100. */
const YEARS_BACK_MAX = 8;

export const MONTHS: ReadonlyMap<string, number> = new Map(
  ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map((name, index) => [
    name,
    index + 1,
  ]),
);

interface Zone {
  /** undefined: UTC, or a zone this runtime does not know. */
  format: Intl.DateTimeFormat | undefined;
  /** Start of a quarter of an hour -> offset; zones change only at such starts. */
  offsets: Map<number, number>;
}

const zones = new Map<string, Zone>();

function openZone(name: string): Zone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  let format: Intl.DateTimeFormat | undefined;
  if (name !== '' && name !== 'UTC') {
    try {
      format = new Intl.DateTimeFormat('en-US', {
        timeZone: name,
        timeZoneName: 'longOffset',
        year: 'numeric',
      });
    } catch (error) {
      // An agent may name any zone; what this runtime does not know counts as UTC, as the header says.
      if (!(error instanceof RangeError)) throw error;
    }
  }
  const zone = { format, offsets: new Map<number, number>() };
  if (zones.size >= ZONES_MAX) zones.clear();
  zones.set(name, zone);
  return zone;
}

function askOffset(format: Intl.DateTimeFormat, utcMs: number): number {
  const name = format.formatToParts(utcMs).find((part) => part.type === 'timeZoneName')?.value ?? '';
  const match = /^GMT([+-])(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(name);
  if (match === null) return 0;
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = match;
  const size = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  return sign === '-' ? -size : size;
}

/** Milliseconds that the zone's wall clock is ahead of UTC at an instant. */
export function zoneOffsetMs(timeZone: string, utcMs: number): number {
  const zone = openZone(timeZone);
  if (zone.format === undefined) return 0;
  const quarter = Math.floor(utcMs / QUARTER_MS);
  const known = zone.offsets.get(quarter);
  if (known !== undefined) return known;
  const offset = askOffset(zone.format, quarter * QUARTER_MS);
  if (zone.offsets.size >= OFFSETS_PER_ZONE_MAX) zone.offsets.clear();
  zone.offsets.set(quarter, offset);
  return offset;
}

/**
 * @param wallMs the wall clock's reading, as if it were UTC.
 * @param notAfterMs decides an hour that the clock shows twice: the later reading, unless it lies after this.
 */
export function wallToUtcMs(wallMs: number, timeZone: string, notAfterMs = Number.POSITIVE_INFINITY): number {
  const before = zoneOffsetMs(timeZone, wallMs - DAY_MS);
  const after = zoneOffsetMs(timeZone, wallMs + DAY_MS);
  if (before === after) {
    const utcMs = wallMs - before;
    if (zoneOffsetMs(timeZone, utcMs) === before) return utcMs;
  }
  const candidates = [wallMs - before, wallMs - after]
    .filter((utcMs) => utcMs + zoneOffsetMs(timeZone, utcMs) === wallMs)
    .sort((a, b) => b - a);
  const chosen = candidates.find((utcMs) => utcMs <= notAfterMs) ?? candidates.at(-1);
  // An hour the clock skips: read it with the offset that held before the jump.
  return chosen ?? wallMs - before;
}

/** A calendar reading as if it were UTC; undefined when there is no such day or time. Second 60 counts as 59. */
export function calendarMs(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  fractionMs = 0,
): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) {
    return undefined;
  }
  if (year < 1970 || year > 9999) return undefined;
  const ms = Date.UTC(year, month - 1, day, hour, minute, Math.min(second, 59), fractionMs);
  return day > 28 && new Date(ms).getUTCDate() !== day ? undefined : ms;
}

/** Month, day, hour, minute, second, milliseconds. */
export type WallReading = readonly [number, number, number, number, number, number];

/** What a pattern found, as numbers. @param month 1-12 */
export function wallReading(
  month: number,
  day = '',
  hour = '',
  minute = '',
  second = '',
  fraction?: string,
): WallReading {
  return [month, Number(day), Number(hour), Number(minute), Number(second), fractionToMs(fraction)];
}

/**
 * A time without a year: the latest year that puts it at most a day after arrival.
 */
export function inferYearMs(reading: WallReading, timeZone: string, receivedMs: number): number | undefined {
  const yearNow = new Date(receivedMs).getUTCFullYear();
  for (let year = yearNow + 1; year >= yearNow - YEARS_BACK_MAX; year -= 1) {
    const wallMs = calendarMs(year, ...reading);
    if (wallMs === undefined || wallMs > receivedMs + 3 * DAY_MS) continue;
    const utcMs = wallToUtcMs(wallMs, timeZone, receivedMs);
    if (utcMs <= receivedMs + DAY_MS) return utcMs;
  }
  return undefined;
}

/** Digits after the decimal point to whole milliseconds. */
export function fractionToMs(digits: string | undefined): number {
  return digits === undefined ? 0 : Number(digits.slice(0, 3).padEnd(3, '0'));
}

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(?:([Zz])|([+-])(\d{2}):?(\d{2}))?$/;

/** The number that `count` digits make; NaN where one is none. */
function digitsAt(text: string, at: number, count: number): number {
  let number = 0;
  for (let place = at; place < at + count; place += 1) {
    const digit = text.charCodeAt(place) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

/** `2026-11-25T08:00:00.1234567Z`, as every Windows event has it: several times as fast as the pattern below. */
function parseZuluMs(text: string): number | undefined {
  const { length } = text;
  if (length < 24 || length > 30 || text.charAt(length - 1) !== 'Z') return undefined;
  if (text.charAt(4) !== '-' || text.charAt(7) !== '-' || text.charAt(10) !== 'T') return undefined;
  if (text.charAt(13) !== ':' || text.charAt(16) !== ':' || text.charAt(19) !== '.') return undefined;
  if (Number.isNaN(digitsAt(text, 23, length - 24))) return undefined;
  const [year, month, day] = [digitsAt(text, 0, 4), digitsAt(text, 5, 2), digitsAt(text, 8, 2)];
  const [hour, minute, second] = [digitsAt(text, 11, 2), digitsAt(text, 14, 2), digitsAt(text, 17, 2)];
  const fractionMs = digitsAt(text, 20, 3);
  if (Number.isNaN(year + month + day + hour + minute + second + fractionMs)) return undefined;
  return calendarMs(year, month, day, hour, minute, second, fractionMs);
}

/** ISO 8601 / RFC 3339; without an offset it is read in the host's zone. */
export function parseIsoMs(text: string, timeZone: string, receivedMs?: number): number | undefined {
  const zuluMs = parseZuluMs(text);
  if (zuluMs !== undefined) return zuluMs;
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zulu, sign, offsetHours, offsetMinutes] = match;
  const wallMs = calendarMs(Number(year), ...wallReading(Number(month), day, hour, minute, second, fraction));
  if (wallMs === undefined) return undefined;
  if (zulu !== undefined) return wallMs;
  if (sign === undefined) return wallToUtcMs(wallMs, timeZone, receivedMs);
  const offsetMs = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000;
  return sign === '-' ? wallMs + offsetMs : wallMs - offsetMs;
}

/** A time that can be believed: not before 1970 and at most a day after arrival; otherwise when the agent read it. */
export function believableMs(timeMs: number | undefined, atMs: number, receivedMs: number): number {
  const latest = receivedMs + DAY_MS;
  if (timeMs !== undefined && timeMs >= 0 && timeMs <= latest) return timeMs;
  return atMs <= latest ? atMs : receivedMs;
}
