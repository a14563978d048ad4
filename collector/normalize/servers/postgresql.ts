/**
 * PostgreSQL, by syslog and in its own words: connections, refused logins, errors, statements (`log_statement`, `log_min_duration_statement`,
 * pgaudit). What `log_line_prefix` puts before the level is read as far as it says user, database and client.
 */
import { numberOrText, put, putAction, putSource } from '../draft.ts';
import type { NormalEvent } from '../event.ts';
import { phraseTable, readPhrase } from '../phrases.ts';
import { putNumber, putText } from '../put-more.ts';
import { putStatement } from './sql-statement.ts';

/** syslog_sequence_numbers: `[12-1] `; what follows the first part of a message has a higher second number. */
const SEQUENCE = /^\[(\d{1,9})-(\d{1,9})\] /;
const LEVEL =
  /(?:^|[\s\]:>,)])(DEBUG[1-5]?|INFO|NOTICE|WARNING|LOG|ERROR|FATAL|PANIC|DETAIL|HINT|QUERY|CONTEXT|LOCATION|STATEMENT): {1,2}/;
const PREFIX_CHARS_MAX = 512;

const PREFIX_USER = /(?:^|[ \],])(?:user=)?([^\s@,=\]]{1,128})@([^\s@,]{1,128})(?=[\s,]|$)/;
const PREFIX_VALUE = /\b(user|db|database|app|client|host)=([^\s,]{1,128})/g;
const PREFIX_FIELDS: Readonly<Record<string, string>> = {
  user: 'user.name',
  db: 'db.name',
  database: 'db.name',
  app: 'db.application',
};
const UNKNOWN = '[unknown]';

const SENTENCES = phraseTable([
  {
    first: 'connection',
    pattern: /^connection received: host=(?:\[local\]|(\S{1,255}))(?: port=(\d{1,5}))?/,
    action: 'db_client_connected',
    groups: ['source.address', 'source.port'],
  },
  {
    first: 'connection',
    pattern: /^connection authenticated: identity="(.{0,512})" method=(\S{1,32})/s,
    action: 'db_authenticated',
    outcome: 'success',
    groups: ['user.name', 'db.auth_method'],
  },
  {
    first: 'connection',
    pattern:
      /^(?:replication )?connection authorized: user=(.{1,128}?)(?: database=(.{1,128}?))?(?: application_name=(.{0,256}?))?(?: (?:SSL enabled|GSS) \(.{0,512})?$/s,
    action: 'db_login_succeeded',
    outcome: 'success',
    groups: ['user.name', 'db.name', 'db.application'],
  },
  {
    first: 'replication',
    pattern:
      /^replication connection authorized: user=(.{1,128}?)(?: application_name=(.{0,256}?))?(?: SSL enabled \(.{0,512})?$/s,
    action: 'db_login_succeeded',
    outcome: 'success',
    groups: ['user.name', 'db.application'],
    facts: { 'db.name': 'replication' },
  },
  {
    first: 'disconnection:',
    pattern:
      /^disconnection: session time: ([\d:.]{1,32}) user=(.{1,128}?) database=(.{1,128}?) host=(?:\[local\]|(\S{1,255}))(?: port=(\d{1,5}))?$/s,
    action: 'db_client_disconnected',
    groups: ['db.session_time', 'user.name', 'db.name', 'source.address', 'source.port'],
  },
  {
    first: 'no',
    pattern:
      /^no pg_hba\.conf entry for (?:replication connection from )?host "(?:\[local\]|([^"]{1,255}))", user "(.{0,128}?)"(?:, database "(.{0,128}?)")?(?:, (?:SSL|no encryption|GSS).{0,64})?$/s,
    action: 'db_login_failed',
    outcome: 'failure',
    groups: ['source.address', 'user.name', 'db.name'],
    facts: { 'event.reason': 'no pg_hba.conf entry' },
  },
  {
    first: 'pg_hba.conf',
    pattern:
      /^pg_hba\.conf rejects (?:replication )?connection for host "(?:\[local\]|([^"]{1,255}))", user "(.{0,128}?)"(?:, database "(.{0,128}?)")?/s,
    action: 'db_login_failed',
    outcome: 'failure',
    groups: ['source.address', 'user.name', 'db.name'],
    facts: { 'event.reason': 'rejected by pg_hba.conf' },
  },
  {
    first: 'role',
    pattern: /^role "(.{0,128})" (does not exist|is not permitted to log in)$/s,
    action: 'db_login_failed',
    outcome: 'failure',
    groups: ['user.name', 'event.reason'],
  },
  {
    first: 'database',
    pattern: /^database "(.{0,128})" (does not exist|is not currently accepting connections)$/s,
    action: 'db_connection_refused',
    outcome: 'failure',
    groups: ['db.name', 'event.reason'],
  },
  {
    first: 'database',
    pattern: /^database system (is ready to accept connections|was shut down at|is shut down)/,
    action: 'db_server_state',
    groups: ['event.reason'],
  },
  {
    first: 'received',
    pattern: /^received ((?:fast|smart|immediate) shutdown request|SIGHUP)/,
    action: 'db_server_state',
    groups: ['event.reason'],
  },
  {
    first: 'permission',
    pattern: /^permission denied (?:for|to) (.{1,512})$/s,
    action: 'db_permission_denied',
    outcome: 'failure',
    groups: ['event.reason'],
  },
  {
    first: 'sorry,',
    pattern: /^(sorry, too many clients already)/,
    action: 'db_connection_refused',
    outcome: 'failure',
    groups: ['event.reason'],
  },
]);

const REFUSED = /^([A-Za-z0-9-]{2,16}) authentication failed for user "(.{0,128})"/s;
const DURATION = /^duration: (\d{1,15}(?:\.\d{1,6})?) ms(?:  (?=\S))?/;
const STATEMENT =
  /^(?:statement|execute [^:]{1,128}|parse [^:]{1,128}|bind [^:]{1,128}|fastpath function call): /;
/** AUDIT: SESSION,1,1,DDL,CREATE TABLE,TABLE,public.x,"create table ...",<none> */
const AUDIT =
  /^AUDIT: (SESSION|OBJECT),(\d{1,12}),\d{1,12},([A-Z]{1,16}),([A-Z ]{0,64}),([A-Z ]{0,32}),([^,]{0,256}),/;

function putPrefix(event: NormalEvent, prefix: string): void {
  const named = PREFIX_USER.exec(prefix);
  if (named !== null && !prefix.includes('user=')) {
    putText(event, 'user.name', named[1]);
    if (named[2] !== UNKNOWN) putText(event, 'db.name', named[2]);
  }
  for (const [, key = '', value = ''] of prefix.matchAll(PREFIX_VALUE)) {
    if (value === UNKNOWN || value.startsWith('[local]')) continue;
    if (key === 'client' || key === 'host') {
      // %r writes the port in brackets behind the address.
      const [address = '', port] = value.split('(', 2);
      putSource(event, address);
      putNumber(event, 'source.port', port?.replace(')', ''));
    } else putText(event, PREFIX_FIELDS[key] ?? `db.${key}`, value);
  }
}

function readAudit(event: NormalEvent, text: string): boolean {
  const match = AUDIT.exec(text);
  if (match === null) return false;
  const [whole, kind, , category = '', command, objectType, object] = match;
  let statement = text.slice(whole.length);
  if (statement.startsWith('"')) {
    const end = statement.lastIndexOf('",');
    statement = (end > 0 ? statement.slice(1, end) : statement.slice(1)).replaceAll('""', '"');
  } else {
    const end = statement.lastIndexOf(',');
    if (end !== -1) statement = statement.slice(0, end);
  }
  putStatement(event, statement);
  putText(event, 'db.audit_kind', kind?.toLowerCase());
  putText(event, 'db.audit_class', category);
  putText(event, 'db.operation', command);
  putText(event, 'db.object_type', objectType);
  putText(event, 'db.object', object);
  if (category === 'DDL' || category === 'ROLE') putAction(event, 'db_ddl');
  return true;
}

/** What the server says at a level. @returns false when the form is not known */
export function readPostgresqlMessage(event: NormalEvent, level: string, text: string): boolean {
  const duration = DURATION.exec(text);
  const rest = duration === null ? text : text.slice(duration[0].length);
  if (duration !== null) put(event, 'db.duration_ms', Number(duration[1]));
  const statement = STATEMENT.exec(rest);
  if (statement !== null) {
    putStatement(event, rest.slice(statement[0].length));
    return true;
  }
  if (duration !== null) return true;
  if (text.startsWith('AUDIT: ') && readAudit(event, text)) return true;
  const refused = REFUSED.exec(text);
  if (refused !== null) {
    putAction(event, 'db_login_failed', 'failure');
    put(event, 'db.auth_method', (refused[1] ?? '').toLowerCase());
    putText(event, 'user.name', refused[2]);
    return true;
  }
  if (readPhrase(SENTENCES, event, text)) return true;
  if (level === 'ERROR') putAction(event, 'db_error', 'failure');
  else if (level === 'FATAL' || level === 'PANIC') putAction(event, 'db_fatal', 'failure');
  else return false;
  putText(event, 'event.reason', text.slice(0, 1_024));
  return true;
}

/** A line's prefix, level and what is said behind it; undefined when it has no level. */
export function splitLevel(text: string): { prefix: string; name: string; said: string } | undefined {
  const level = LEVEL.exec(text.slice(0, PREFIX_CHARS_MAX));
  if (level === null) return undefined;
  return {
    prefix: text.slice(0, level.index),
    name: level[1] ?? '',
    said: text.slice(level.index + level[0].length),
  };
}

/** @returns false when the form is not known */
export function readPostgresql(event: NormalEvent, message: string): boolean {
  const sequence = SEQUENCE.exec(message);
  const text = sequence === null ? message : message.slice(sequence[0].length);
  if (sequence !== null) put(event, 'event.sequence', numberOrText(sequence[1] ?? ''));
  const split = splitLevel(text);
  if (split === undefined) return false;
  const { prefix, name, said } = split;
  put(event, 'log.level', name.toLowerCase());
  putPrefix(event, prefix);
  if (name === 'STATEMENT' || name === 'QUERY') {
    // The statement of the error that the line before it tells of.
    putAction(event, 'db_failed_statement');
    putStatement(event, said, 'db_failed_statement');
    return true;
  }
  if (name === 'DETAIL' || name === 'HINT' || name === 'CONTEXT' || name === 'LOCATION') {
    putAction(event, 'db_detail');
    putText(event, 'event.reason', said.slice(0, 1_024));
    return true;
  }
  return readPostgresqlMessage(event, name, said);
}
