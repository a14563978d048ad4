/**
 * PostgreSQL's own log files: stderr with a `log_line_prefix`, CSV and JSON. What the server says is read by the reader
 * that its lines by syslog have; here is what stands around it.
 */
import { jsonObject } from '../json-object.ts';
import { logSources, numberOrText, put, putSource } from '../draft.ts';
import type { NormalEvent } from '../event.ts';
import { putCode, putNumber, putText } from '../put-more.ts';
import { parseIsoMs } from '../time.ts';
import { readPostgresql, readPostgresqlMessage, splitLevel } from './postgresql.ts';
import { putStatement } from './sql-statement.ts';

const POSTGRESQL = logSources({ product: 'postgresql', category: 'database' });

/** `%m` or `%t`: a zone's abbreviation says less than the host's own zone, but for UTC and numbers. */
const TIME = /^\[?(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d{1,6})?) ([A-Z]{1,6}|[+-]\d{2}(?::?\d{2})?)/;
/** `%n`: seconds since 1970. */
const EPOCH = /^\[?(\d{10})(?:\.(\d{3}))?(?=[ \]])/;
/** `[%p]`, `[%p-%l]`, `(%p)` or `pid=%p`. */
const PID = /(?:^|[ ,])(?:[[(]|pid=)(\d{1,10})(?:-(\d{1,10}))?(?:[\])]|(?=[ ,:]|$))/;
/** `%r` bare: `203.0.113.9(50123)`. */
const REMOTE = /(?:^|[ @,])(\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7})\((\d{1,5})\)/;
const VALUE_CHARS_MAX = 1_024;

/** The columns of a CSV row that have a field, by their place (PostgreSQL 9.0 to 18). */
const CSV_COLUMNS: readonly string[] = [
  'timestamp',
  'user',
  'dbname',
  'pid',
  'remote',
  'session_id',
  'line_num',
  'ps',
  'session_start',
  'vxid',
  'txid',
  'error_severity',
  'state_code',
  'message',
  'detail',
  'hint',
  'internal_query',
  'internal_position',
  'context',
  'statement',
  'cursor_position',
  'location',
  'application_name',
  'backend_type',
  'leader_pid',
  'query_id',
];
const SEVERITY_AT = CSV_COLUMNS.indexOf('error_severity');
const COLUMNS_MIN = CSV_COLUMNS.indexOf('application_name');
const SEVERITIES: ReadonlySet<string> = new Set(
  'DEBUG1 DEBUG2 DEBUG3 DEBUG4 DEBUG5 DEBUG INFO NOTICE WARNING ERROR LOG FATAL PANIC'.split(' '),
);

type Values = Readonly<Record<string, string | number | undefined>>;

function zonedMs(time: string, zone: string, timeZone: string, receivedMs: number): number | undefined {
  if (/^[+-]\d/.test(zone)) {
    const offset = zone.length === 3 ? `${zone}:00` : zone;
    return parseIsoMs(time + offset, timeZone, receivedMs);
  }
  return parseIsoMs(zone === 'UTC' || zone === 'GMT' ? `${time}Z` : time, timeZone, receivedMs);
}

function timeOf(text: string, timeZone: string, receivedMs: number): number | undefined {
  const time = TIME.exec(text);
  if (time !== null) return zonedMs(time[1] ?? '', time[2] ?? '', timeZone, receivedMs);
  const epoch = EPOCH.exec(text);
  return epoch === null ? undefined : Number(epoch[1]) * 1_000 + Number(epoch[2] ?? 0);
}

/** A row of CSV as its values; undefined when it is none. */
function csvValues(text: string): string[] | undefined {
  const values: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      let value = '';
      for (;;) {
        const end = text.indexOf('"', at + 1);
        if (end === -1) return undefined;
        value += text.slice(at + 1, end);
        at = end + 1;
        if (text[at] !== '"') break;
        value += '"';
      }
      values.push(value);
    } else {
      const end = text.indexOf(',', at);
      values.push(text.slice(at, end === -1 ? undefined : end));
      at = end === -1 ? text.length : end;
    }
    if (at >= text.length) return values;
    if (text[at] !== ',') return undefined;
    at += 1;
  }
}

function fromCsv(text: string): Values | undefined {
  const values = csvValues(text);
  if (values === undefined || values.length <= COLUMNS_MIN) return undefined;
  if (!SEVERITIES.has(values[SEVERITY_AT] ?? '')) return undefined;
  const row: Record<string, string> = {};
  for (const [at, name] of CSV_COLUMNS.entries()) row[name] = values[at] ?? '';
  // `[local]`, or an address and a port.
  const remote = /^(.{2,255}):(\d{1,5})$/.exec(row['remote'] ?? '');
  row['remote_host'] = remote?.[1] ?? '';
  row['remote_port'] = remote?.[2] ?? '';
  return row;
}

function fromJson(text: string): Values | undefined {
  const parsed = jsonObject(text);
  if (parsed === undefined) return undefined;
  const row: Record<string, string | number> = {};
  for (const [key, value] of Object.entries(parsed)) {
    if (typeof value === 'string' || typeof value === 'number') row[key] = value;
  }
  return SEVERITIES.has(String(row['error_severity'])) ? row : undefined;
}

function putValues(event: NormalEvent, row: Values): void {
  const text = (name: string): string => String(row[name] ?? '').slice(0, VALUE_CHARS_MAX);
  const level = text('error_severity');
  put(event, 'log.level', level.toLowerCase());
  putText(event, 'user.name', text('user'));
  putText(event, 'db.name', text('dbname'));
  putText(event, 'db.application', text('application_name'));
  putNumber(event, 'process.pid', text('pid'));
  const host = text('remote_host');
  if (host !== '[local]') putSource(event, host);
  putNumber(event, 'source.port', text('remote_port'));
  putText(event, 'db.session_id', text('session_id'));
  putText(event, 'db.backend_type', text('backend_type'));
  putText(event, 'db.detail', text('detail'));
  putText(event, 'db.hint', text('hint'));
  const state = text('state_code');
  if (state !== '00000') putCode(event, state);
  const said = String(row['message'] ?? '');
  if (!readPostgresqlMessage(event, level, said))
    putText(event, 'event.reason', said.slice(0, VALUE_CHARS_MAX));
  // The statement of an error stands beside it.
  const statement = String(row['statement'] ?? '');
  const action = event.fields.get('event.action');
  if (statement !== '' && typeof action === 'string') putStatement(event, statement, action);
}

/** @returns the record's own time, when it says one. */
export function readPostgresqlLog(
  event: NormalEvent,
  record: string,
  timeZone: string,
  receivedMs: number,
): number | undefined {
  event.logsources = POSTGRESQL;
  const row = record.startsWith('{') ? fromJson(record) : fromCsv(record);
  if (row !== undefined) {
    event.parsed = true;
    putValues(event, row);
    const time = /^(\S{10} \S{8,16}) (\S{1,6})$/.exec(String(row['timestamp'] ?? ''));
    return time === null ? undefined : zonedMs(time[1] ?? '', time[2] ?? '', timeZone, receivedMs);
  }
  // A statement's further lines are indented by a tab.
  const text = record.replaceAll('\n\t', '\n');
  const split = splitLevel(text);
  if (split === undefined) return undefined;
  event.parsed = true;
  if (!readPostgresql(event, text)) putText(event, 'event.reason', split.said.slice(0, VALUE_CHARS_MAX));
  putPrefix(event, split.prefix);
  return timeOf(split.prefix, timeZone, receivedMs);
}

/** What `log_line_prefix` says besides user, database and client. */
function putPrefix(event: NormalEvent, prefix: string): void {
  const pid = PID.exec(prefix.replace(TIME, ''));
  putNumber(event, 'process.pid', pid?.[1]);
  if (pid?.[2] !== undefined) put(event, 'event.sequence', numberOrText(pid[2]));
  const remote = REMOTE.exec(prefix);
  if (remote === null || event.fields.has('source.address')) return;
  putSource(event, remote[1] ?? '');
  putNumber(event, 'source.port', remote[2]);
}
