/**
 * Headers of syslog lines: RFC 3164 with and without priority, RFC 5424 with its structured data, ISO 8601 as current
 * rsyslog and Debian write it, and what devices make of these.
 */
import { put } from './draft.ts';
import type { NormalEvent } from './event.ts';
import { calendarMs, inferYearMs, MONTHS, parseIsoMs, wallReading, wallToUtcMs } from './time.ts';

export const PRIORITY = /^<(\d{1,3})>/;
const RFC3164 =
  /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (?:(\d{4}) )?(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?: (\d{4}))?:? (\S{1,255}) +/;
const ISO_HEADER = /^(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}\S{0,16}) (\S{1,255}) +/;
const RFC5424 = /^1 (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) /;

/** Header of a line: what it said, and where its text starts. */
export interface Header {
  timeMs: number | undefined;
  hostname: string;
  text: string;
  /** Name of the first element of structured data. */
  element?: string | undefined;
}

/** `[id name="value" ...]` blocks, with `\]` escaped; NILVALUE is a dash. @returns where the message starts. */
function structuredDataEnd(text: string): number {
  if (!text.startsWith('[')) return text.startsWith('-') ? 1 : 0;
  let at = 0;
  while (text[at] === '[') {
    let quoted = false;
    let index = at + 1;
    for (; index < text.length; index += 1) {
      const char = text[index];
      if (char === '\\') index += 1;
      else if (char === '"') quoted = !quoted;
      else if (char === ']' && !quoted) break;
    }
    at = index + 1;
  }
  return Math.min(at, text.length);
}

const ELEMENT = /^\[([^\s\]="]{1,64})/;
const STRUCTURED_VALUE = /([^\s=\]"]{1,64})="((?:[^"\\]|\\.){0,1024})"/g;
const STRUCTURED_VALUES_MAX = 64;
const STRUCTURED_CHARS_MAX = 16_384;

function putStructuredData(event: NormalEvent, text: string): void {
  let count = 0;
  for (const [, name = '', value = ''] of text.slice(0, STRUCTURED_CHARS_MAX).matchAll(STRUCTURED_VALUE)) {
    put(event, `syslog.sd.${name}`, value.replaceAll(/\\(["\\\]])/g, '$1'));
    count += 1;
    if (count >= STRUCTURED_VALUES_MAX) return;
  }
}

function readRfc5424(event: NormalEvent, text: string, timeZone: string): Header | undefined {
  const match = RFC5424.exec(text);
  if (match === null) return undefined;
  const [whole, time = '', hostname = '', program = '', pid = '', messageId = ''] = match;
  const rest = text.slice(whole.length);
  const end = structuredDataEnd(rest);
  if (end > 1) putStructuredData(event, rest.slice(0, end));
  if (messageId !== '-') put(event, 'event.code', messageId);
  const body = rest.slice(end).replace(/^ ?(?:\u{FEFF})?/u, '');
  const tag = program === '-' ? '' : `${program}${/^\d{1,10}$/.test(pid) ? `[${pid}]` : ''}: `;
  return {
    timeMs: time === '-' ? undefined : parseIsoMs(time, timeZone),
    hostname: hostname === '-' ? '' : hostname,
    text: tag + body,
    element: end > 1 ? ELEMENT.exec(rest)?.[1] : undefined,
  };
}

function readRfc3164(text: string, timeZone: string, receivedMs: number): Header | undefined {
  const match = RFC3164.exec(text);
  if (match === null) return undefined;
  const [whole, name = '', day, yearBefore, hour, minute, second, fraction, yearAfter, hostname = ''] = match;
  const month = MONTHS.get(name);
  if (month === undefined) return undefined;
  const reading = wallReading(month, day, hour, minute, second, fraction);
  const year = yearBefore ?? yearAfter;
  let timeMs: number | undefined;
  if (year === undefined) timeMs = inferYearMs(reading, timeZone, receivedMs);
  else {
    const wallMs = calendarMs(Number(year), ...reading);
    if (wallMs !== undefined) timeMs = wallToUtcMs(wallMs, timeZone, receivedMs);
  }
  return { timeMs, hostname, text: text.slice(whole.length) };
}

function readIso(text: string, timeZone: string, receivedMs: number): Header | undefined {
  const match = ISO_HEADER.exec(text);
  if (match === null) return undefined;
  const [whole, time = '', hostname = ''] = match;
  const timeMs = parseIsoMs(time, timeZone, receivedMs);
  return timeMs === undefined ? undefined : { timeMs, hostname, text: text.slice(whole.length) };
}

/** Reads the header of a line; undefined when it has none. */
export function readHeader(
  event: NormalEvent,
  line: string,
  timeZone: string,
  receivedMs: number,
): Header | undefined {
  let text = line;
  const priority = PRIORITY.exec(line);
  if (priority !== null) {
    const code = Number(priority[1]);
    if (code <= 191) {
      put(event, 'log.syslog.facility.code', code >> 3);
      put(event, 'log.syslog.severity.code', code & 7);
    }
    text = line.slice(priority[0].length);
    const header = readRfc5424(event, text, timeZone);
    if (header !== undefined) return header;
  }
  return readIso(text, timeZone, receivedMs) ?? readRfc3164(text, timeZone, receivedMs);
}

const COLON = 0x3a;

/** Devices that leave out their name (`Jun 15 09:00:00 filterlog[1]: ...`) or put a colon behind it. */
export function settleHost(header: Header): void {
  const { hostname, text } = header;
  if (hostname.charCodeAt(hostname.length - 1) !== COLON || hostname.endsWith('::')) return;
  if (text.startsWith('%')) header.hostname = hostname.slice(0, -1);
  else {
    header.hostname = '';
    header.text = `${hostname} ${text}`;
  }
}
