/**
 * Web server logs: access lines (common and combined form of Apache and nginx, with a virtual host before them or not)
 * in Sigma's webserver taxonomy, and the servers' error lines, which often stand in the same files.
 */
import { isIP } from 'node:net';
import type { NormalEvent } from './event.ts';
import { logSources, numberOrText, put, putSource } from './draft.ts';
import { calendarMs, MONTHS, wallReading } from './time.ts';
import { readErrorLine } from './web-error.ts';
import { putRequest, quotedAt, unescape } from './web-request.ts';

const ACCESS_TIME = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})$/;
const STATUS = /^ (\d{3}) (\d{1,15}|-)/;
/** Virtual host, client, ident and user before the time. */
const HEAD_CHARS_MAX = 2_048;
function readAccessTime(text: string): number | undefined {
  const match = ACCESS_TIME.exec(text);
  if (match === null) return undefined;
  const [, day, name = '', year, hour, minute, second, sign, offsetHours, offsetMinutes] = match;
  const wallMs = calendarMs(Number(year), ...wallReading(MONTHS.get(name) ?? 0, day, hour, minute, second));
  const offsetMs = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000;
  return wallMs === undefined ? undefined : sign === '-' ? wallMs + offsetMs : wallMs - offsetMs;
}

interface Peer {
  client: string;
  user: string;
  /** `name` or `name:port`, in the form that puts it first. */
  virtualHost: string | undefined;
}

/** What stands before the time: `[host] client ident user`; the user may hold spaces. */
function readPeer(head: string): Peer | undefined {
  const words = head.split(' ', 64);
  const [first = '', second = ''] = words;
  const hasHost = isIP(first) === 0 && isIP(second) !== 0;
  const clientAt = hasHost ? 1 : 0;
  const client = words[clientAt] ?? '';
  const user = words.slice(clientAt + 2).join(' ');
  if (client === '' || user === '' || !/^[A-Za-z0-9_.:%-]{1,255}$/.test(client)) return undefined;
  return { client, user, virtualHost: hasHost ? first : undefined };
}

interface AccessLine {
  peer: Peer;
  timeMs: number;
  request: string;
  status: string;
  bytes: string;
  /** Where the referer and the user agent may follow. */
  end: number;
}

/** Takes the line apart; undefined when it is no access line. */
function scanAccess(line: string): AccessLine | undefined {
  const open = line.slice(0, HEAD_CHARS_MAX).indexOf(' [');
  if (open === -1 || line[open + 28] !== ']') return undefined;
  const timeMs = readAccessTime(line.slice(open + 2, open + 28));
  const peer = readPeer(line.slice(0, open));
  if (timeMs === undefined || peer === undefined) return undefined;
  const request = quotedAt(line, open + 30);
  if (request === undefined) return undefined;
  const status = STATUS.exec(line.slice(request.end, request.end + 24));
  if (status === null) return undefined;
  return {
    peer,
    timeMs,
    request: request.value,
    status: status[1] ?? '',
    bytes: status[2] ?? '-',
    end: request.end + status[0].length,
  };
}

function putPeer(event: NormalEvent, { client, user, virtualHost }: Peer): void {
  put(event, 'c-ip', client);
  putSource(event, client);
  if (user !== '-') put(event, 'cs-username', unescape(user));
  if (virtualHost === undefined) return;
  const port = /:(\d{1,5})$/.exec(virtualHost);
  put(event, 'cs-host', port === null ? virtualHost : virtualHost.slice(0, port.index));
  if (port !== null) put(event, 's-port', Number(port[1]));
}

function readAccess(event: NormalEvent, line: string): number | undefined {
  const access = scanAccess(line);
  if (access === undefined) return undefined;
  event.logsources = WEBSERVER;
  event.parsed = true;
  put(event, 'event.action', 'http_request');
  put(event, 'event.outcome', Number(access.status) < 400 ? 'success' : 'failure');
  putPeer(event, access.peer);
  putRequest(event, access.request);
  put(event, 'sc-status', Number(access.status));
  if (access.bytes !== '-') put(event, 'sc-bytes', numberOrText(access.bytes));
  const referer = quotedAt(line, access.end + 1);
  const agent = referer === undefined ? undefined : quotedAt(line, referer.end + 1);
  if (referer !== undefined && referer.value !== '-') put(event, 'cs-referer', unescape(referer.value));
  if (agent !== undefined) put(event, 'cs-user-agent', unescape(agent.value));
  return access.timeMs;
}

const WEBSERVER = logSources({ category: 'webserver' });

/** @returns the line's own time, when it says one. */
export function readWebAccess(
  event: NormalEvent,
  text: string,
  timeZone: string,
  receivedMs: number,
): number | undefined {
  const line = text.trimEnd();
  event.logsources = WEBSERVER;
  return readAccess(event, line) ?? readErrorLine(event, line, timeZone, receivedMs);
}
