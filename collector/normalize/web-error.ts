/**
 * Error logs of Apache (2.2 and 2.4, with what ModSecurity and PHP write into them) and nginx: level, process, client,
 * module, code, what was asked for and where it was sent on.
 * Invariant: patterns are bounded and run over the beginning of a line or from a known place; the rest is a stranger's.
 */
import { isIP } from 'node:net';
import type { LogSource, NormalEvent } from './event.ts';
import { logSources, numberOrText, put, putAction, putSource } from './draft.ts';
import { phraseTable, readPhrase } from './phrases.ts';
import { putNumber, putText } from './put-more.ts';
import { calendarMs, MONTHS, parseIsoMs, wallReading, wallToUtcMs } from './time.ts';
import { putRequest, quotedAt, unescape } from './web-request.ts';

const APACHE_ERROR =
  /^\[(?:[A-Z][a-z]{2} )([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))? (\d{4})\] \[(?:([a-z0-9_]{0,32}):)?([a-z0-9]{1,16})\] (?:\[pid (\d{1,10})(?::tid (\d{1,20}))?\] )?/;
/** A system's error may stand before the client: `(13)Permission denied: `. */
const APACHE_CLIENT =
  /^(?:\((\d{1,6})\)([^:[]{1,128}): )?(?:\[(?:client|remote) ([^\]\s]{1,255}?)(?::(\d{1,5}))?\] )?/;
const APACHE_CODE = /^(AH\d{5}): /;
const NGINX_ERROR =
  /^(\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2}) \[([a-z]{1,16})\] (\d{1,10})#(\d{1,10}): (?:\*(\d{1,20}) )?/;
const SYSTEM_ERROR = /\((\d{1,6}): ([^()]{1,128})\)/;

const REASON_CHARS_MAX = 1_024;
/** A referrer stands at the end of a line. */
const APACHE_REFERER = /, referer: (\S{1,4096})$/;
const MODSECURITY = /^(?:\[client [^\]\s]{1,255}\] )?ModSecurity: /;
/** `[id "942100"]`, as ModSecurity writes what it knows. */
const MODSECURITY_VALUE = /\[([a-z_]{1,32}) "((?:[^"\\]|\\.){0,1024})"\]/g;
const MODSECURITY_VALUES_MAX = 64;
const MODSECURITY_FIELDS: Readonly<Record<string, string>> = {
  id: 'rule.id',
  msg: 'rule.description',
  severity: 'rule.severity',
  file: 'rule.file',
  ver: 'rule.version',
  data: 'modsecurity.data',
  uri: 'cs-uri-stem',
  hostname: 'cs-host',
  unique_id: 'modsecurity.unique_id',
};

/** A server's errors are no requests: rules about requests do not read them. */
const ERRORS_OF: Readonly<Record<'apache' | 'nginx', readonly LogSource[]>> = {
  apache: logSources({ service: 'apache' }),
  nginx: logSources({ service: 'nginx' }),
};

const NGINX_SAYINGS = phraseTable([
  {
    first: 'user',
    pattern: /^user "(.{0,128}?)":? (was not found|password mismatch)/s,
    action: 'http_login_failed',
    outcome: 'failure',
    groups: ['user.name', 'event.reason'],
  },
  {
    first: 'access',
    pattern: /^access (forbidden by rule)/,
    action: 'http_access_denied',
    outcome: 'failure',
    groups: ['event.reason'],
  },
  {
    first: 'limiting',
    pattern: /^limiting (requests|connections)(?:, excess: [\d.]{1,16})? by zone "([^"]{1,128})"/,
    action: 'http_rate_limited',
    outcome: 'failure',
    groups: ['event.reason', 'nginx.zone'],
  },
]);

const APACHE_SAYINGS = phraseTable([
  {
    first: 'user',
    pattern: /^user (.{1,128}?): authentication failure for "[^"]{0,1024}": (.{1,64}?)(?:,|$)/s,
    action: 'http_login_failed',
    outcome: 'failure',
    groups: ['user.name', 'event.reason'],
  },
  {
    first: 'user',
    pattern: /^user (.{1,128}?) (not found)/s,
    action: 'http_login_failed',
    outcome: 'failure',
    groups: ['user.name', 'event.reason'],
  },
  {
    first: 'client',
    pattern: /^client (denied by server configuration): (.{1,1024}?)(?:, referer: .{0,4096})?$/s,
    action: 'http_access_denied',
    outcome: 'failure',
    groups: ['event.reason', 'file.path'],
  },
]);

function putError(event: NormalEvent, server: 'apache' | 'nginx', level: string): void {
  event.logsources = ERRORS_OF[server];
  event.parsed = true;
  put(event, 'log.level', level);
  put(event, 'process.name', server);
}

function putReason(event: NormalEvent, reason: string): void {
  putAction(event, 'http_server_error_log');
  putText(event, 'event.reason', reason.slice(0, REASON_CHARS_MAX));
}

function putModSecurity(event: NormalEvent, said: string): void {
  const denied = said.slice(0, 256).includes('Access denied');
  putAction(event, denied ? 'waf_blocked' : 'waf_detected', denied ? 'failure' : undefined);
  putNumber(event, 'sc-status', /with code (\d{3})/.exec(said.slice(0, 256))?.[1]);
  const tags: string[] = [];
  let count = 0;
  for (const [, name = '', value = ''] of said.matchAll(MODSECURITY_VALUE)) {
    count += 1;
    if (count > MODSECURITY_VALUES_MAX) break;
    const text = value.replaceAll('\\"', '"');
    if (name === 'tag') tags.push(text);
    else if (name === 'line') put(event, 'rule.line', numberOrText(text));
    else put(event, MODSECURITY_FIELDS[name] ?? `modsecurity.${name}`, text);
  }
  if (tags.length > 0) put(event, 'rule.tags', tags);
}

function readApache(
  event: NormalEvent,
  line: string,
  timeZone: string,
  receivedMs: number,
): number | undefined {
  const match = APACHE_ERROR.exec(line);
  if (match === null) return undefined;
  const [whole, name = '', day, hour, minute, second, fraction, year, module, level = '', pid, tid] = match;
  putError(event, 'apache', level);
  putText(event, 'apache.module', module);
  putNumber(event, 'process.pid', pid);
  putNumber(event, 'process.thread.id', tid);
  let said = line.slice(whole.length);
  const client = APACHE_CLIENT.exec(said);
  if (client !== null) {
    const [before, errno, error, address, port] = client;
    putNumber(event, 'error.code', errno);
    putText(event, 'error.message', error);
    if (address !== undefined) putSource(event, address);
    putNumber(event, 'source.port', port);
    said = said.slice(before.length);
  }
  const code = APACHE_CODE.exec(said);
  put(event, 'event.code', code?.[1]);
  if (code !== null) said = said.slice(code[0].length);
  const referer = APACHE_REFERER.exec(said.slice(-4_200));
  if (referer !== null) {
    put(event, 'cs-referer', unescape(referer[1] ?? ''));
    said = said.slice(0, said.length - referer[0].length);
  }
  // ModSecurity names the client once more.
  const shield = MODSECURITY.exec(said);
  if (shield !== null) putModSecurity(event, said.slice(shield[0].length));
  else if (!readPhrase(APACHE_SAYINGS, event, said)) putReason(event, said);
  const wallMs = calendarMs(
    Number(year),
    ...wallReading(MONTHS.get(name) ?? 0, day, hour, minute, second, fraction),
  );
  return wallMs === undefined ? undefined : wallToUtcMs(wallMs, timeZone, receivedMs);
}

/** What nginx adds behind its message, in this order; the values with quotes come from strangers. */
const NGINX_QUOTED: readonly (readonly [name: string, field: string])[] = [
  ['upstream', 'http.upstream'],
  ['host', 'cs-host'],
  ['referrer', 'cs-referer'],
];

const NGINX_CLIENT = /, client: ([0-9a-fA-F:.]{2,45}), server: /g;

/**
 * nginx quotes nothing in its message and its request: a stranger may write another client there. Where a line names
 * several, none is believed.
 */
function nginxClient(line: string): string | undefined {
  const clients = new Set(Array.from(line.matchAll(NGINX_CLIENT), ([, address = '']) => address));
  const [client] = clients;
  return clients.size === 1 && client !== undefined && isIP(client) !== 0 ? client : undefined;
}

function putNginxContext(event: NormalEvent, context: string): void {
  const client = nginxClient(context);
  if (client !== undefined) putSource(event, client);
  const server = /^, client: [^,]{0,64}, server: ([^,]{0,255})/.exec(context)?.[1];
  if (server !== '_') putText(event, 'http.server_name', server);
  const requestAt = context.indexOf(', request: "');
  let rest = context;
  if (requestAt !== -1) {
    const request = quotedAt(context, requestAt + ', request: '.length);
    if (request === undefined) return;
    putRequest(event, request.value);
    // What is behind it cannot be what a stranger wrote into the request.
    rest = context.slice(request.end);
  }
  for (const [name, field] of NGINX_QUOTED) {
    const at = rest.indexOf(`, ${name}: "`);
    const quoted = at === -1 ? undefined : quotedAt(rest, at + name.length + 4);
    if (quoted === undefined) continue;
    put(event, field, unescape(quoted.value));
    rest = rest.slice(quoted.end);
  }
}

function readNginx(
  event: NormalEvent,
  line: string,
  timeZone: string,
  receivedMs: number,
): number | undefined {
  const match = NGINX_ERROR.exec(line);
  if (match === null) return undefined;
  const [whole, time = '', level = '', pid, tid, connection] = match;
  putError(event, 'nginx', level);
  putNumber(event, 'process.pid', pid);
  putNumber(event, 'process.thread.id', tid);
  putNumber(event, 'nginx.connection', connection);
  const contextAt = line.indexOf(', client: ', whole.length);
  const said = line.slice(whole.length, contextAt === -1 ? undefined : contextAt);
  if (contextAt !== -1) putNginxContext(event, line.slice(contextAt));
  const error = SYSTEM_ERROR.exec(said.slice(0, REASON_CHARS_MAX));
  putNumber(event, 'error.code', error?.[1]);
  putText(event, 'error.message', error?.[2]);
  if (!readPhrase(NGINX_SAYINGS, event, said)) putReason(event, said);
  return parseIsoMs(time.replaceAll('/', '-'), timeZone, receivedMs);
}

/** @returns the line's own time; undefined when it is no error line of Apache or nginx. */
export function readErrorLine(
  event: NormalEvent,
  line: string,
  timeZone: string,
  receivedMs: number,
): number | undefined {
  return readApache(event, line, timeZone, receivedMs) ?? readNginx(event, line, timeZone, receivedMs);
}
