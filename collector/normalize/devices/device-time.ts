/**
 * Times as devices and security products write them: counts since 1970, ISO 8601, month by name, and forms that a line
 * itself describes in letters. Invariants: linear in the text; a form that is a peer's is walked, never made a pattern.
 */
import {
  calendarMs,
  fractionToMs,
  inferYearMs,
  MONTHS,
  parseIsoMs,
  wallReading,
  wallToUtcMs,
  zoneOffsetMs,
} from '../time.ts';
import type { WallReading } from '../time.ts';

/** How times without a zone or a year are read. */
export interface LineClock {
  /** IANA zone of the host. */
  timeZone: string;
  receivedMs: number;
}

const CHARS_MAX = 64;
const COUNT = /^\d{9,19}(?:\.\d{1,9})?$/;
const OFFSET = /^(?:GMT|UTC)?([+-])(\d{1,2}):?(\d{2})?$/;
const NAMED =
  /^(?:[A-Z][a-z]{2},? )?([A-Z][a-z]{2}) {1,2}(\d{1,2})(?:,? (\d{4}))?,? (\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(?: ([A-Za-z0-9_/+:-]{1,48}))?$/;
const SLASHED =
  /^(\d{4})\/(\d{2})\/(\d{2}) (\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(?: ([A-Za-z0-9_/+:-]{1,48}))?$/;
const KNOWN_OFFSETS_HOURS: ReadonlyMap<string, number> = new Map([
  ['Z', 0],
  ['UTC', 0],
  ['GMT', 0],
  ['ICT', 7],
  ['WIB', 7],
  ['SGT', 8],
  ['HKT', 8],
  ['JST', 9],
  ['KST', 9],
  ['CET', 1],
  ['CEST', 2],
  ['MSK', 3],
  ['EST', -5],
  ['EDT', -4],
  ['CST', -6],
  ['CDT', -5],
  ['MST', -7],
  ['MDT', -6],
  ['PST', -8],
  ['PDT', -7],
]);

/** `+0700`, `+07:00`, `GMT+7`, `ICT`: milliseconds ahead of UTC; undefined for what is no such zone. */
export function offsetMsOf(zone: string): number | undefined {
  const hours = KNOWN_OFFSETS_HOURS.get(zone);
  if (hours !== undefined) return hours * 3_600_000;
  const match = OFFSET.exec(zone);
  if (match === null) return undefined;
  const [, sign, hour = '0', minute = '0'] = match;
  const offsetMs = (Number(hour) * 60 + Number(minute)) * 60_000;
  return sign === '-' ? -offsetMs : offsetMs;
}

/** @param zone an offset, an abbreviation or an IANA name; undefined or unknown means the host's zone */
export function zonedMs(wallMs: number, zone: string | undefined, clock: LineClock): number {
  if (zone !== undefined) {
    const offsetMs = offsetMsOf(zone);
    if (offsetMs !== undefined) return wallMs - offsetMs;
    if (zone.includes('/') && zoneOffsetMs(zone, wallMs) !== 0)
      return wallToUtcMs(wallMs, zone, clock.receivedMs);
  }
  return wallToUtcMs(wallMs, clock.timeZone, clock.receivedMs);
}

/** Seconds, milli-, micro- or nanoseconds since 1970, told apart by their size. */
function countMs(text: string): number {
  const number = Number(text);
  if (number < 1e11) return Math.round(number * 1e3);
  if (number < 1e14) return Math.round(number);
  return number < 1e17 ? Math.round(number / 1e3) : Math.round(number / 1e6);
}

/** Any of the usual forms; undefined for what is no time. @param zone for times that have none of their own */
export function parseDeviceTime(text: string, clock: LineClock, zone?: string): number | undefined {
  if (text.length > CHARS_MAX) return undefined;
  if (COUNT.test(text)) return countMs(text);
  const named = NAMED.exec(text);
  if (named !== null) {
    const [, name = '', day, year, hour, minute, second, fraction, ownZone] = named;
    const month = MONTHS.get(name);
    if (month === undefined) return undefined;
    const reading = wallReading(month, day, hour, minute, second, fraction);
    if (year === undefined) return yearlessMs(reading, ownZone ?? zone, clock);
    const wallMs = calendarMs(Number(year), ...reading);
    return wallMs === undefined ? undefined : zonedMs(wallMs, ownZone ?? zone, clock);
  }
  const slashed = SLASHED.exec(text);
  if (slashed !== null) {
    const [, year, month, day, hour, minute, second, fraction, ownZone] = slashed;
    const wallMs = calendarMs(
      Number(year),
      ...wallReading(Number(month), day, hour, minute, second, fraction),
    );
    return wallMs === undefined ? undefined : zonedMs(wallMs, ownZone ?? zone, clock);
  }
  const isZoned = /(?:[Zz]|[+-]\d{2}:?\d{2})$/.test(text.slice(19));
  if (isZoned || zone === undefined) return parseIsoMs(text, clock.timeZone, clock.receivedMs);
  const wallMs = parseIsoMs(text, 'UTC');
  return wallMs === undefined ? undefined : zonedMs(wallMs, zone, clock);
}

function yearlessMs(reading: WallReading, zone: string | undefined, clock: LineClock): number | undefined {
  const offsetMs = zone === undefined ? undefined : offsetMsOf(zone);
  if (offsetMs === undefined) {
    const isNamed = zone?.includes('/') === true;
    return inferYearMs(reading, isNamed ? zone : clock.timeZone, clock.receivedMs);
  }
  const wallMs = inferYearMs(reading, 'UTC', clock.receivedMs + offsetMs);
  return wallMs === undefined ? undefined : wallMs - offsetMs;
}

const ZONE_CHAR = /[A-Za-z0-9_/+:-]/;

/** Parts of a time as a form's letters take them off a text. */
class FormReader {
  readonly parts = new Map<string, string>();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isDone(): boolean {
    return this.#at >= this.#text.length;
  }

  literal(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  /** @param count how often the letter stands in the form */
  letter(letter: string, count: number): boolean {
    const from = this.#at;
    if (letter === 'E' || letter === 'a' || (letter === 'M' && count >= 3)) this.#while(/[A-Za-z]/, 12);
    else if (letter === 'z' || letter === 'Z' || letter === 'X' || letter === 'V') this.#while(ZONE_CHAR, 48);
    else this.#while(/\d/, letter === 'S' ? 9 : letter === 'y' && count !== 2 ? 4 : 2);
    this.parts.set(letter, this.#text.slice(from, this.#at));
    return this.#at > from;
  }

  #while(kind: RegExp, charsMax: number): void {
    const end = Math.min(this.#text.length, this.#at + charsMax);
    while (this.#at < end && kind.test(this.#text.charAt(this.#at))) this.#at += 1;
  }
}

function readForm(text: string, form: string): ReadonlyMap<string, string> | undefined {
  const reader = new FormReader(text);
  let at = 0;
  while (at < form.length) {
    const char = form.charAt(at);
    if (char === "'") {
      const close = form.indexOf("'", at + 1);
      const quoted = form.slice(at + 1, close === -1 ? form.length : close);
      if (!reader.literal(quoted === '' ? "'" : quoted)) return undefined;
      at = close === -1 ? form.length : close + 1;
      continue;
    }
    let count = 1;
    if (/[A-Za-z]/.test(char)) {
      while (form.charAt(at + count) === char) count += 1;
      if (!reader.letter(char, count)) return undefined;
    } else if (!reader.literal(char)) return undefined;
    at += count;
  }
  return reader.isDone ? reader.parts : undefined;
}

function hourOf(parts: ReadonlyMap<string, string>): number {
  const half = parts.get('a')?.toLowerCase();
  const hour = Number(parts.get('H') ?? parts.get('h') ?? parts.get('K') ?? parts.get('k') ?? '0');
  if (half === undefined) return hour;
  return (hour % 12) + (half.startsWith('p') ? 12 : 0);
}

/**
 * A time by the form that the line gives for it, in the letters of Java's SimpleDateFormat.
 * @returns undefined when the text is not of that form
 */
export function parseTimeByForm(text: string, form: string, clock: LineClock): number | undefined {
  if (text.length > CHARS_MAX || form.length > CHARS_MAX) return undefined;
  const parts = readForm(text, form);
  if (parts === undefined) return undefined;
  const monthText = parts.get('M') ?? '';
  const month = /^\d/.test(monthText) ? Number(monthText) : MONTHS.get(monthText.slice(0, 3));
  if (month === undefined) return undefined;
  const reading = [
    month,
    Number(parts.get('d') ?? '1'),
    hourOf(parts),
    Number(parts.get('m') ?? '0'),
    Number(parts.get('s') ?? '0'),
    fractionToMs(parts.get('S')),
  ] as const;
  const zone = parts.get('z') ?? parts.get('Z') ?? parts.get('X') ?? parts.get('V');
  const year = parts.get('y') ?? parts.get('u');
  if (year === undefined) return yearlessMs(reading, zone, clock);
  const wallMs = calendarMs(year.length === 2 ? 2000 + Number(year) : Number(year), ...reading);
  return wallMs === undefined ? undefined : zonedMs(wallMs, zone, clock);
}
