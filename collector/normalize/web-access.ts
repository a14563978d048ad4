/**
 * Web server logs: access lines (common and combined form of Apache and nginx, with a virtual host before them or not)
 * in Sigma's webserver taxonomy, and the servers' error lines, which often stand in the same files.
 * Scanned by hand: quoted parts come from strangers and may be as long as a line.
 */
import { isIP } from 'node:net';
import type { NormalEvent } from './event.ts';
import { logSources, numberOrText, put, putAction, putSource } from './draft.ts';
import { calendarMs, fractionToMs, MONTHS, parseIsoMs, wallToUtcMs } from './time.ts';

const ACCESS_TIME = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})$/;
const STATUS = /^ (\d{3}) (\d{1,15}|-)/;
/** Virtual host, client, ident and user before the time. */
const HEAD_CHARS_MAX = 2_048;
/** Decoding twice shows what a doubly encoded attack means; longer addresses are cut before it. */
const DECODE_ROUNDS = 2;
const DECODE_CHARS_MAX = 16_384;

/** The text of a quoted part that opens at `at`, escapes left as they are, and where it ends. */
function quotedAt(text: string, at: number): { value: string; end: number } | undefined {
  if (text[at] !== '"') return undefined;
  for (let index = at + 1; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x5c) index += 1;
    else if (code === 0x22) return { value: text.slice(at + 1, index), end: index + 1 };
  }
  return undefined;
}

/** Apache writes \" and \\, both write \xHH (bytes of UTF-8), for what cannot stand in a line. */
function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(
    /((?:\\x[0-9a-fA-F]{2})+)|\\(["\\])/g,
    (_, bytes: string | undefined, char: string | undefined) =>
      bytes === undefined ? (char ?? '') : Buffer.from(bytes.replaceAll('\\x', ''), 'hex').toString('utf8'),
  );
}

function percentDecode(text: string): string {
  return text.replaceAll(/(?:%[0-9a-fA-F]{2})+/g, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}

/** What an address means after percent-decoding; undefined when that changes nothing. */
export function decodeUrl(url: string): string | undefined {
  if (!url.includes('%') && !url.includes('+')) return undefined;
  let text = url.slice(0, DECODE_CHARS_MAX).replaceAll('+', ' ');
  for (let round = 0; round < DECODE_ROUNDS && text.includes('%'); round += 1) text = percentDecode(text);
  return text === url ? undefined : text;
}

function putRequest(event: NormalEvent, quoted: string): void {
  const request = unescape(quoted);
  const first = request.indexOf(' ');
  const last = request.lastIndexOf(' ');
  const hasVersion = last > first && request.startsWith('HTTP/', last + 1);
  if (first === -1) {
    // Not HTTP: a TLS hello or a probe; the address is whatever was sent.
    put(event, 'cs-uri', request);
    return;
  }
  const url = hasVersion ? request.slice(first + 1, last) : request.slice(first + 1);
  const query = url.indexOf('?');
  put(event, 'cs-method', request.slice(0, first));
  put(event, 'cs-uri', url);
  put(event, 'cs-uri-stem', query === -1 ? url : url.slice(0, query));
  if (query !== -1) put(event, 'cs-uri-query', url.slice(query + 1));
  if (hasVersion) put(event, 'cs-version', request.slice(last + 1));
  put(event, 'url.decoded', decodeUrl(url));
}

function readAccessTime(text: string): number | undefined {
  const match = ACCESS_TIME.exec(text);
  if (match === null) return undefined;
  const [, day, name = '', year, hour, minute, second, sign, offsetHours, offsetMinutes] = match;
  const wallMs = calendarMs(
    Number(year),
    MONTHS.get(name) ?? 0,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
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

const APACHE_ERROR =
  /^\[(?:[A-Z][a-z]{2} )([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))? (\d{4})\] \[(?:([a-z0-9_]{1,32}):)?([a-z0-9]{1,16})\] (?:\[pid (\d{1,10})[^\]]{0,32}\] )?(?:\[(?:client|remote) ([^\]\s]{1,255}?)(?::(\d{1,5}))?\] )?/;
const NGINX_ERROR =
  /^(\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2}) \[([a-z]{1,16})\] (\d{1,10})#\d{1,10}: (?:\*\d{1,20} )?/;
const APACHE_CODE = /^(AH\d{5}): /;

const WEBSERVER = logSources({ category: 'webserver' });
const ERRORS_OF = { apache: logSources({ service: 'apache' }), nginx: logSources({ service: 'nginx' }) };

function putError(event: NormalEvent, server: 'apache' | 'nginx', level: string): void {
  event.logsources = ERRORS_OF[server];
  event.parsed = true;
  putAction(event, 'http_server_error_log');
  put(event, 'log.level', level);
  put(event, 'process.name', server);
}

function readApacheError(
  event: NormalEvent,
  line: string,
  timeZone: string,
  receivedMs: number,
): number | undefined {
  const match = APACHE_ERROR.exec(line);
  if (match === null) return undefined;
  const [whole, name = '', day, hour, minute, second, fraction, year, module, level = '', pid, client, port] =
    match;
  putError(event, 'apache', level);
  put(event, 'apache.module', module);
  if (pid !== undefined) put(event, 'process.pid', Number(pid));
  if (client !== undefined) putSource(event, client);
  if (port !== undefined) put(event, 'source.port', Number(port));
  put(event, 'event.code', APACHE_CODE.exec(line.slice(whole.length, whole.length + 10))?.[1]);
  const wallMs = calendarMs(
    Number(year),
    MONTHS.get(name) ?? 0,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    fractionToMs(fraction),
  );
  return wallMs === undefined ? undefined : wallToUtcMs(wallMs, timeZone, receivedMs);
}

function readNginxError(
  event: NormalEvent,
  line: string,
  timeZone: string,
  receivedMs: number,
): number | undefined {
  const match = NGINX_ERROR.exec(line);
  if (match === null) return undefined;
  const [, time = '', level = '', pid] = match;
  putError(event, 'nginx', level);
  put(event, 'process.pid', Number(pid));
  const client = /, client: ([0-9a-fA-F:.]{2,45}), server: /.exec(line)?.[1];
  if (client !== undefined) putSource(event, client);
  const requestAt = line.indexOf(', request: "');
  const request = requestAt === -1 ? undefined : quotedAt(line, requestAt + ', request: '.length);
  if (request !== undefined) putRequest(event, request.value);
  return parseIsoMs(time.replaceAll('/', '-'), timeZone, receivedMs);
}

/** @returns the line's own time, when it says one. */
export function readWebAccess(
  event: NormalEvent,
  text: string,
  timeZone: string,
  receivedMs: number,
): number | undefined {
  const line = text.trimEnd();
  event.logsources = WEBSERVER;
  return (
    readAccess(event, line) ??
    readApacheError(event, line, timeZone, receivedMs) ??
    readNginxError(event, line, timeZone, receivedMs)
  );
}
