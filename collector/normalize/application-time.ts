/** The forms of time that applications begin their lines with. Invariant: each pattern is anchored and bounded. */
import { calendarMs, fractionToMs, inferYearMs, MONTHS, parseIsoMs, wallToUtcMs } from './time.ts';

export interface LeadingTime {
  /** undefined: it says a time of day alone. */
  timeMs: number | undefined;
  /** Where the rest begins. */
  end: number;
}

interface Zone {
  timeZone: string;
  receivedMs: number;
}

interface Form {
  pattern: RegExp;
  read: (groups: readonly (string | undefined)[], zone: Zone) => number | undefined;
}

/** `[`, `(` or a quote before the time, closed behind it. */
const OPEN = String.raw`^[[("]?`;
const CLOSE = String.raw`[\])"]?`;

function wall(
  year: string | undefined,
  month: number | undefined,
  day: string | undefined,
  clock: string | undefined,
  fraction: string | undefined,
  { timeZone, receivedMs }: Zone,
): number | undefined {
  const [hour, minute, second] = (clock ?? '').split(':').map(Number);
  const reading = [
    month ?? 0,
    Number(day),
    hour ?? 99,
    minute ?? 99,
    second ?? 99,
    fractionToMs(fraction),
  ] as const;
  if (year === undefined) return inferYearMs(reading, timeZone, receivedMs);
  const wallMs = calendarMs(Number(year), ...reading);
  return wallMs === undefined ? undefined : wallToUtcMs(wallMs, timeZone, receivedMs);
}

/** `1:05:09` in the afternoon is `13:05:09`. */
function twelveHours(clock: string | undefined, half: string | undefined): string | undefined {
  if (half === undefined || clock === undefined) return clock;
  const [hour = '', ...rest] = clock.split(':');
  return [String((Number(hour) % 12) + (half.toUpperCase() === 'PM' ? 12 : 0)), ...rest].join(':');
}

const form = (pattern: string, read: Form['read']): Form => ({
  pattern: new RegExp(`${OPEN}${pattern}${CLOSE}`),
  read,
});

const FORMS: readonly Form[] = [
  form(
    String.raw`(\d{4})[-/.](\d{2})[-/.](\d{2})[T ,] ?(\d{2}:\d{2}:\d{2})(?:[.,](\d{1,9}))? ?(Z|UTC|[+-]\d{2}:?\d{2})?`,
    ([year, month, day, clock, fraction, offset], { timeZone, receivedMs }) => {
      const text = `${year ?? ''}-${month ?? ''}-${day ?? ''}T${clock ?? ''}`;
      const exact = fraction === undefined ? text : `${text}.${fraction}`;
      return parseIsoMs(exact + (offset === 'UTC' ? 'Z' : (offset ?? '')), timeZone, receivedMs);
    },
  ),
  // Tomcat, and the common form of web servers.
  form(
    String.raw`(\d{1,2})[-/ ]([A-Z][a-z]{2})[-/ ](\d{4})[: ](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,9}))?(?: [+-]\d{4})?`,
    ([day, month, year, clock, fraction], zone) =>
      wall(year, MONTHS.get(month ?? ''), day, clock, fraction, zone),
  ),
  // java.util.logging
  form(
    String.raw`([A-Z][a-z]{2}) (\d{1,2}), (\d{4}),? (\d{1,2}:\d{2}:\d{2})[ \u202F](AM|PM|am|pm)`,
    ([month, day, year, clock, half], zone) =>
      wall(year, MONTHS.get(month ?? ''), day, twelveHours(clock, half), undefined, zone),
  ),
  form(
    String.raw`[A-Z][a-z]{2},? ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))? (?:[A-Z]{2,5} )?(\d{4})`,
    ([month, day, clock, fraction, year], zone) =>
      wall(year, MONTHS.get(month ?? ''), day, clock, fraction, zone),
  ),
  form(
    String.raw`([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?`,
    ([month, day, clock, fraction], zone) =>
      wall(undefined, MONTHS.get(month ?? ''), day, clock, fraction, zone),
  ),
  // Day first, as it is written in Viet Nam.
  form(
    String.raw`(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})[ ,T] ?(\d{2}:\d{2}:\d{2})(?:[.,](\d{1,9}))?`,
    ([day, month, year, clock, fraction], zone) => wall(year, Number(month), day, clock, fraction, zone),
  ),
  form(
    String.raw`(\d{10})(?:\.(\d{1,9})|(\d{3}))?(?=[\] \t"])`,
    ([seconds, fraction, millis]) =>
      Number(seconds) * 1_000 + (millis === undefined ? fractionToMs(fraction) : Number(millis)),
  ),
  form(String.raw`\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?=[\] \t])`, () => undefined),
];

/** klog: the level's letter, month and day, and the time. */
const KLOG =
  /^([IWEF])(\d{2})(\d{2}) (\d{2}:\d{2}:\d{2})\.(\d{1,9}) {1,8}(\d{1,10}) ([\w.-]{1,128}:\d{1,6})\] /;
const KLOG_LEVELS: Readonly<Record<string, string>> = { I: 'info', W: 'warning', E: 'error', F: 'fatal' };

export interface KlogHead extends LeadingTime {
  level: string;
  pid: string;
  place: string;
}

export function klogHead(line: string, timeZone: string, receivedMs: number): KlogHead | undefined {
  const match = KLOG.exec(line);
  if (match === null) return undefined;
  const [whole, letter = '', month, day, clock, fraction, pid = '', place = ''] = match;
  const timeMs = wall(undefined, Number(month), day, clock, fraction, { timeZone, receivedMs });
  return { timeMs, end: whole.length, level: KLOG_LEVELS[letter] ?? '', pid, place };
}

/** The time a line begins with; undefined when it begins with none. */
export function leadingTime(line: string, timeZone: string, receivedMs: number): LeadingTime | undefined {
  const head = line.slice(0, 64);
  for (const { pattern, read } of FORMS) {
    const match = pattern.exec(head);
    if (match !== null)
      return { timeMs: read(match.slice(1), { timeZone, receivedMs }), end: match[0].length };
  }
  return undefined;
}
