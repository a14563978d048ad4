/** MySQL's and MariaDB's error log, by syslog or as a file, and MariaDB's audit plugin. */
import { numberOrText, put, putAction, putSource } from '../draft.ts';
import type { NormalEvent } from '../event.ts';
import { phraseTable, readPhrase } from '../phrases.ts';
import { putCode, putNumber, putText } from '../put-more.ts';
import { putStatement } from './sql-statement.ts';

const HEAD =
  /^(?:(?:\d{4}-\d{2}-\d{2}[T ] ?\d{1,2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?|\d{6} {1,2}\d{1,2}:\d{2}:\d{2}) )?(?:(\d{1,20}) )?\[(Note|Warning|ERROR|Error|System)\] (?:\[(MY-\d{6})\] )?(?:\[([A-Za-z0-9_ -]{1,32})\] )?/;

const SENTENCES = phraseTable([
  {
    first: 'Access',
    pattern:
      /^Access denied for user '(.{0,128}?)'@'([^']{0,255})'(?: to database '(.{0,128}?)')? ?(?:\(using password: (YES|NO)\))?/s,
    action: 'db_login_failed',
    outcome: 'failure',
    groups: ['user.name', 'source.address', 'db.name', 'mysql.using_password'],
  },
  {
    first: 'Aborted',
    pattern:
      /^Aborted connection (\d{1,20}) to db: '(.{0,128}?)' user: '(.{0,128}?)' host: '([^']{0,255})' \((.{0,256})\)/s,
    action: 'db_connection_aborted',
    groups: ['mysql.connection_id', 'db.name', 'user.name', 'source.address', 'event.reason'],
  },
  {
    first: 'Host',
    pattern: /^Host '([^']{1,255})' is (blocked because of many connection errors|not allowed to connect)/,
    action: 'db_connection_refused',
    outcome: 'failure',
    groups: ['source.address', 'event.reason'],
  },
  {
    first: 'Received',
    pattern: /^Received SHUTDOWN from user (.{1,128}?)\.(?: |$)/s,
    action: 'db_server_state',
    groups: ['user.name'],
    facts: { 'event.reason': 'shutdown' },
  },
  {
    first: 'Too',
    pattern: /^(Too many connections)/,
    action: 'db_connection_refused',
    outcome: 'failure',
    groups: ['event.reason'],
  },
]);
const SERVER_STATE = /: (?:ready for connections|Normal shutdown|Shutdown complete)/;

/** @returns false when the form is not known */
export function readMysql(event: NormalEvent, text: string): boolean {
  const head = HEAD.exec(text);
  if (head === null) return readPhrase(SENTENCES, event, text);
  const [whole, thread, level = '', code, subsystem] = head;
  if (thread !== undefined) put(event, 'mysql.thread_id', numberOrText(thread));
  put(event, 'log.level', level.toLowerCase());
  if (code !== undefined) putCode(event, code);
  putText(event, 'mysql.subsystem', subsystem);
  const said = text.slice(whole.length);
  if (readPhrase(SENTENCES, event, said)) return true;
  if (SERVER_STATE.test(said.slice(0, 256))) putAction(event, 'db_server_state');
  else if (level === 'ERROR' || level === 'Error') putAction(event, 'db_error', 'failure');
  else return false;
  putText(event, 'event.reason', said.slice(0, 1_024));
  return true;
}

/** server host, user, client, connection, query, operation, database, object, return code */
const AUDIT =
  /^(?:\d{8} \d{2}:\d{2}:\d{2},)?([^,]{0,255}),(.{0,128}?),([^,]{0,255}),(\d{1,20}),(\d{1,20}),([A-Z_]{2,32}),([^,]{0,128}),/s;
const OPERATIONS: Readonly<Record<string, readonly [action: string, outcome?: 'success' | 'failure']>> = {
  CONNECT: ['db_login_succeeded', 'success'],
  FAILED_CONNECT: ['db_login_failed', 'failure'],
  DISCONNECT: ['db_client_disconnected'],
  CREATE: ['db_ddl'],
  ALTER: ['db_ddl'],
  DROP: ['db_ddl'],
  RENAME: ['db_ddl'],
};

/** Lines of MariaDB's server_audit plugin. */
export function readMariadbAudit(event: NormalEvent, text: string): boolean {
  const match = AUDIT.exec(text);
  if (match === null) return false;
  const [whole, , user, client = '', connection, , operation = '', database] = match;
  const rest = text.slice(whole.length);
  const end = rest.lastIndexOf(',');
  const object = rest.slice(0, end === -1 ? rest.length : end);
  const [action, outcome] = OPERATIONS[operation] ?? ['db_statement'];
  putAction(event, action, outcome);
  if (operation.startsWith('QUERY'))
    putStatement(event, object.replace(/^'(.*)'$/s, '$1').replaceAll("\\'", "'"));
  else {
    putText(event, 'db.object', object);
    put(event, 'db.operation', operation);
  }
  putText(event, 'user.name', user);
  putSource(event, client);
  putText(event, 'db.name', database);
  putNumber(event, 'mysql.connection_id', connection);
  const code = end === -1 ? '' : rest.slice(end + 1);
  putNumber(event, 'mysql.return_code', code);
  if (code !== '' && code !== '0') put(event, 'event.outcome', 'failure');
  return true;
}
