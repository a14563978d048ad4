/** A statement of SQL as fields: its text, its verb, and whether it changes what exists or who may do what. */
import { put, putAction } from '../draft.ts';
import type { NormalEvent } from '../event.ts';

/** UTF-16 units of a statement that become a field; the message has it whole. */
const STATEMENT_CHARS_MAX = 8_192;
const VERB = /^(?:\s|\/\*[^*]{0,256}\*\/|--[^\n]{0,256}\n|\(){0,16}([A-Za-z]{2,32})/;
const DEFINING = new Set(['CREATE', 'ALTER', 'DROP', 'TRUNCATE', 'GRANT', 'REVOKE', 'RENAME', 'REASSIGN']);

/** @param action what happened; left out, it is told by the verb: `db_ddl` or `db_statement` */
export function putStatement(event: NormalEvent, statement: string, action?: string): void {
  const verb = VERB.exec(statement)?.[1]?.toUpperCase();
  putAction(event, action ?? (verb !== undefined && DEFINING.has(verb) ? 'db_ddl' : 'db_statement'));
  put(event, 'db.statement', statement.slice(0, STATEMENT_CHARS_MAX));
  put(event, 'db.operation', verb);
}
