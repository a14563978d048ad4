/**
 * MySQL's and MariaDB's own log files: the error log, the slow query log and the general log, each record with all its
 * lines. What the server says is read by the reader that its lines by syslog have.
 */
import { logSources, numberOrText, put, putAction, putSource } from '../draft.ts';
import type { NormalEvent } from '../event.ts';
import { putNumber, putText } from '../put-more.ts';
import { calendarMs, parseIsoMs, wallToUtcMs } from '../time.ts';
import { readMysql } from './mysql.ts';
import { putStatement } from './sql-statement.ts';

const MYSQL = logSources({ product: 'mysql', category: 'database' });

const ISO = /^(\d{4}-\d{2}-\d{2})[T ] ?(\d{1,2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?)/;
/** `260131 10:00:00`, `260131  9:00:00`. */
const SHORT = /^(\d{2})(\d{2})(\d{2}) {1,2}(\d{1,2}):(\d{2}):(\d{2})/;
const SLOW_USER =
  /^# User@Host: (.{0,128}?)\[(.{0,128}?)\] @ {1,2}(\S{0,255}) ?\[([^\]]{0,64})\](?: {1,2}Id: {1,10}(\d{1,20}))?/m;
const SLOW_TIMES =
  /^# Query_time: (\d{1,12}(?:\.\d{1,6})?) {1,2}Lock_time: (\d{1,12}(?:\.\d{1,6})?) {1,2}Rows_sent: (\d{1,20}) {1,2}Rows_examined: (\d{1,20})/m;
const SLOW_SCHEMA = /^# Thread_id: (\d{1,20}) {1,2}Schema: (\S{0,128})/m;
const SLOW_HEAD_CHARS_MAX = 4_096;
/** `use db;` and `SET timestamp=...;` stand before the statement. */
const USE = /^use (.{1,128}?);\n/i;
const TIMESTAMP = /^SET timestamp=(\d{9,11})(?:\.\d{1,6})?;\n/i;
const ADMIN = '# administrator command: ';
/** Time or tabs, connection, command, and its text. */
const GENERAL =
  /^(?:\d{4}-\d{2}-\d{2}T\S{8,24}|\d{6} {1,2}\d{1,2}:\d{2}:\d{2})?\t{1,2} {0,10}(\d{1,20}) ([A-Z][A-Za-z ]{2,20})(?:\t|$)/;
const CONNECT = /^(?:(.{0,128}?)@(\S{1,255}) (?:as \S{0,128} )?on(?: (\S{1,128}))?)/s;
/** What a server says of itself at its start. */
const BANNER = /, Version: |^Tcp port: |^Time {10,20}Id Command/;

function timeOf(text: string, timeZone: string, receivedMs: number): number | undefined {
  const iso = ISO.exec(text);
  if (iso !== null) {
    const time = (iso[2] ?? '').padStart(
      (iso[2] ?? '').indexOf(':') === 1 ? (iso[2] ?? '').length + 1 : 0,
      '0',
    );
    return parseIsoMs(`${iso[1] ?? ''}T${time}`, timeZone, receivedMs);
  }
  const short = SHORT.exec(text);
  if (short === null) return undefined;
  const [year, month, day, hour, minute, second] = short.slice(1).map(Number);
  const wallMs = calendarMs(2_000 + (year ?? 0), month ?? 0, day ?? 0, hour ?? 0, minute ?? 0, second ?? 0);
  return wallMs === undefined ? undefined : wallToUtcMs(wallMs, timeZone, receivedMs);
}

/** @returns the time of the statement; undefined when it says none. */
function readSlow(
  event: NormalEvent,
  record: string,
  timeZone: string,
  receivedMs: number,
): number | undefined {
  const head = record.slice(0, SLOW_HEAD_CHARS_MAX);
  const user = SLOW_USER.exec(head);
  if (user !== null) {
    const [, privileges, name, host = '', address = '', connection] = user;
    putText(event, 'user.name', name === '' ? privileges : name);
    putSource(event, address === '' ? host : address);
    putNumber(event, 'mysql.connection_id', connection);
  }
  const schema = SLOW_SCHEMA.exec(head);
  putNumber(event, 'mysql.connection_id', schema?.[1]);
  putText(event, 'db.name', schema?.[2]);
  const times = SLOW_TIMES.exec(head);
  if (times !== null) {
    put(event, 'db.duration_ms', Math.round(Number(times[1]) * 1_000_000) / 1_000);
    put(event, 'db.lock_ms', Math.round(Number(times[2]) * 1_000_000) / 1_000);
    put(event, 'db.rows_sent', numberOrText(times[3] ?? ''));
    put(event, 'db.rows_examined', numberOrText(times[4] ?? ''));
  }
  const timeAt = /^# Time: /m.exec(head);
  let timeMs = timeAt === null ? undefined : timeOf(head.slice(timeAt.index + 8), timeZone, receivedMs);
  let rest = record;
  let admin: string | undefined;
  while (rest.startsWith('#')) {
    const end = rest.indexOf('\n');
    const line = end === -1 ? rest : rest.slice(0, end);
    if (line.startsWith(ADMIN)) admin = line.slice(ADMIN.length).replace(/;$/, '');
    rest = end === -1 ? '' : rest.slice(end + 1);
  }
  const use = USE.exec(rest);
  if (use !== null) {
    put(event, 'db.name', use[1]);
    rest = rest.slice(use[0].length);
  }
  const timestamp = TIMESTAMP.exec(rest);
  if (timestamp !== null) {
    timeMs ??= Number(timestamp[1]) * 1_000;
    rest = rest.slice(timestamp[0].length);
  }
  if (rest !== '') putStatement(event, rest.trimEnd(), 'db_slow_query');
  else putAction(event, 'db_slow_query');
  putText(event, 'db.operation', admin);
  return timeMs;
}

/** @returns false when it is no record of the general log. */
function readGeneral(event: NormalEvent, record: string): boolean {
  const match = GENERAL.exec(record);
  if (match === null) return false;
  const [whole, connection, command = ''] = match;
  const said = record.slice(whole.length);
  putNumber(event, 'mysql.connection_id', connection);
  put(event, 'mysql.command', command);
  switch (command) {
    case 'Connect': {
      if (readMysql(event, said)) return true;
      const connect = CONNECT.exec(said);
      putAction(event, 'db_client_connected');
      putText(event, 'user.name', connect?.[1]);
      putSource(event, connect?.[2] ?? '');
      putText(event, 'db.name', connect?.[3]);
      return true;
    }
    case 'Quit':
      putAction(event, 'db_client_disconnected');
      return true;
    case 'Init DB':
      putAction(event, 'db_statement');
      putText(event, 'db.name', said.slice(0, 128));
      return true;
    case 'Query':
    case 'Execute':
    case 'Prepare':
      putStatement(event, said);
      return true;
    default:
      putAction(event, 'db_command');
      return true;
  }
}

/** @returns the record's own time, when it says one. */
export function readMysqlLog(
  event: NormalEvent,
  record: string,
  timeZone: string,
  receivedMs: number,
): number | undefined {
  event.logsources = MYSQL;
  if (record.startsWith('# ')) {
    event.parsed = SLOW_USER.test(record.slice(0, SLOW_HEAD_CHARS_MAX));
    return event.parsed ? readSlow(event, record, timeZone, receivedMs) : undefined;
  }
  event.parsed = readGeneral(event, record) || readMysql(event, record) || event.fields.has('log.level');
  if (!event.parsed && BANNER.test(record.slice(0, 1_024))) {
    putAction(event, 'db_server_state');
    event.parsed = true;
  }
  return timeOf(record, timeZone, receivedMs);
}
