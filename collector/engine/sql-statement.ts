/**
 * Reads just enough of an SQL text to route it: one statement, its kind, and where an INSERT's data begins.
 * Invariants: quotes, comments and heredocs are never taken for syntax; a second statement and data written
 * into the SQL text are refused, because the engine would execute what follows a blank line in such data.
 */
import { isSqlName } from './sql-literal.ts';

export type SqlStatement =
  /** Reads; may name its output format. Only what selects can be streamed. */
  | {
      kind: 'read';
      sql: string;
      format: string | undefined;
      selects: boolean;
      placeholders: ReadonlySet<string>;
    }
  /** INSERT whose rows come from a query. */
  | { kind: 'insert-select'; sql: string; placeholders: ReadonlySet<string> }
  /** INSERT whose rows come as the request's body; `head` ends before the word FORMAT. */
  | { kind: 'insert-data'; head: string; table: string; columns: string | undefined; format: string }
  /** Anything else: DDL, KILL, SYSTEM, BACKUP, ... */
  | { kind: 'command'; sql: string; placeholders: ReadonlySet<string> };

/** The text is not one statement that this door takes. `code` is a ClickHouse exception code. */
export class SqlRefusedError extends Error {
  override readonly name = 'SqlRefusedError';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const SYNTAX_ERROR = 62;
const NOT_IMPLEMENTED = 48;

interface Token {
  /** Words in upper case; one character for punctuation; `'` for a literal, '"' for a quoted identifier. */
  text: string;
  start: number;
  end: number;
  depth: number;
}

const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const HEREDOC = /\$[A-Za-z0-9_]*\$/y;
const SPACE = /\s+/y;

function matchAt(pattern: RegExp, sql: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0];
}

/** Index after the closing quote. A backslash and a doubled quote both escape. */
function endOfQuoted(sql: string, start: number): number {
  const quote = sql[start];
  for (let at = start + 1; at < sql.length; at += 1) {
    const char = sql[at];
    if (char === '\\') at += 1;
    else if (char === quote) {
      if (sql[at + 1] !== quote) return at + 1;
      at += 1;
    }
  }
  throw new SqlRefusedError(SYNTAX_ERROR, 'Syntax error: a quoted string or name is not closed');
}

/** Index after a comment or white space that starts at `at`; `at` itself when none does. */
function skipBlank(sql: string, at: number): number {
  const space = matchAt(SPACE, sql, at);
  if (space !== undefined) return at + space.length;
  const two = sql.slice(at, at + 2);
  if (two === '--' || two === '# ' || two === '#!') {
    const line = sql.indexOf('\n', at);
    return line === -1 ? sql.length : line + 1;
  }
  if (two === '/*') {
    const close = sql.indexOf('*/', at + 2);
    if (close === -1) throw new SqlRefusedError(SYNTAX_ERROR, 'Syntax error: a comment is not closed');
    return close + 2;
  }
  return at;
}

function endOfToken(sql: string, at: number): number {
  const char = sql[at];
  if (char === "'" || char === '"' || char === '`') return endOfQuoted(sql, at);
  if (char === '$') {
    const tag = matchAt(HEREDOC, sql, at);
    if (tag !== undefined) {
      const close = sql.indexOf(tag, at + tag.length);
      if (close === -1) throw new SqlRefusedError(SYNTAX_ERROR, 'Syntax error: a heredoc is not closed');
      return close + tag.length;
    }
  }
  // The engine also takes typographic quotes, with rules of its own: refused, so that no text hides behind them.
  if (char !== undefined && '\u2018\u2019\u201c\u201d'.includes(char)) {
    throw new SqlRefusedError(SYNTAX_ERROR, 'Syntax error: typographic quotes outside a literal are refused');
  }
  return at + (matchAt(WORD, sql, at)?.length ?? 1);
}

/** Tokens with their nesting depth. Stops where `until` says so, since data may follow that is not SQL. */
function* tokens(sql: string): Generator<Token> {
  let depth = 0;
  let at = 0;
  while (at < sql.length) {
    const next = skipBlank(sql, at);
    if (next > at) {
      at = next;
      continue;
    }
    const end = endOfToken(sql, at);
    const first = sql[at] ?? '';
    if (first === ')' || first === ']' || first === '}') depth -= 1;
    if (depth < 0) throw new SqlRefusedError(SYNTAX_ERROR, `Syntax error: unexpected ${first}`);
    const text =
      first === '`' ? '"' : first === '"' || first === "'" ? first : sql.slice(at, end).toUpperCase();
    yield { text, start: at, end, depth };
    if (first === '(' || first === '[' || first === '{') depth += 1;
    at = end;
  }
}

interface Rest {
  /** Index after the last token. */
  last: number;
  /** The name after FORMAT. */
  format: string | undefined;
  /** Names of the parameters that the text refers to as `{name:Type}`. */
  placeholders: ReadonlySet<string>;
}

/** Everything up to the end, allowing semicolons only at the very end. */
function rest(sql: string, list: Iterator<Token>): Rest {
  let last = 0;
  let ended = false;
  let format: string | undefined;
  const placeholders = new Set<string>();
  let before: Token | undefined;
  let beforeThat: Token | undefined;
  for (let step = list.next(); step.done !== true; step = list.next()) {
    const token = step.value;
    if (token.text === ';') {
      ended = true;
      continue;
    }
    if (ended) throw new SqlRefusedError(SYNTAX_ERROR, 'Syntax error: multi-statements are not allowed');
    last = token.end;
    if (token.depth === 0 && before?.text === 'FORMAT') format = sql.slice(token.start, token.end);
    if (token.text === ':' && before !== undefined && beforeThat?.text === '{' && isSqlName(before.text)) {
      placeholders.add(sql.slice(before.start, before.end));
    }
    beforeThat = before;
    before = token;
  }
  return { last, format, placeholders };
}

/** INSERT [INTO] [TABLE] name [(columns)] [SETTINGS ...] FORMAT name | query. */
function parseInsert(sql: string, start: number, list: Iterator<Token>): SqlStatement {
  let table: { start: number; end: number } | undefined;
  let tableEnded = false;
  let columns: { start: number; end: number } | undefined;
  for (let step = list.next(); step.done !== true; step = list.next()) {
    const token = step.value;
    if (token.depth > 0) continue;
    switch (token.text) {
      case 'INTO':
      case 'TABLE':
        if (table === undefined) continue;
        break;
      case 'FUNCTION':
        throw new SqlRefusedError(NOT_IMPLEMENTED, 'INSERT INTO FUNCTION is not served here');
      case 'VALUES':
        throw new SqlRefusedError(
          NOT_IMPLEMENTED,
          'INSERT ... VALUES is not served here: send the rows as the body in ArrowStream or JSONEachRow',
        );
      case 'SELECT':
      case 'WITH':
      case 'FROM': {
        const { last, placeholders } = rest(sql, list);
        return { kind: 'insert-select', sql: sql.slice(start, last), placeholders };
      }
      case 'FORMAT': {
        const name = list.next();
        if (name.done === true || table === undefined) break;
        const after = list.next();
        if (after.done !== true && (after.value.text !== ';' || list.next().done !== true)) {
          throw new SqlRefusedError(
            NOT_IMPLEMENTED,
            'data inside the SQL text is refused: send the statement as the parameter "query" and the data as the body',
          );
        }
        return {
          kind: 'insert-data',
          head: sql.slice(start, token.start),
          table: sql.slice(table.start, table.end),
          columns: columns === undefined ? undefined : sql.slice(columns.start, columns.end),
          format: sql.slice(name.value.start, name.value.end),
        };
      }
      case '(':
        if (columns === undefined) {
          columns = { start: token.start, end: token.end };
          tableEnded = true;
          continue;
        }
        {
          // A query in parentheses.
          const { last, placeholders } = rest(sql, list);
          return { kind: 'insert-select', sql: sql.slice(start, Math.max(token.end, last)), placeholders };
        }
      case ')':
        if (columns !== undefined) columns.end = token.end;
        continue;
      case 'SETTINGS':
        tableEnded = true;
        continue;
      case ';':
        throw new SqlRefusedError(SYNTAX_ERROR, 'Syntax error: INSERT without data');
      default:
        break;
    }
    if (!tableEnded) {
      table ??= { start: token.start, end: token.end };
      table.end = token.end;
    }
  }
  throw new SqlRefusedError(SYNTAX_ERROR, 'Syntax error: INSERT without FORMAT or a query');
}

const SELECTS = new Set(['SELECT', 'WITH', '(', 'FROM']);
const READS = new Set([...SELECTS, 'SHOW', 'DESCRIBE', 'DESC', 'EXPLAIN', 'EXISTS', 'CHECK']);

/** @throws SqlRefusedError */
export function parseStatement(sql: string): SqlStatement {
  const list = tokens(sql);
  const first = list.next();
  if (first.done === true) throw new SqlRefusedError(SYNTAX_ERROR, 'Syntax error: empty query');
  const { start, text } = first.value;
  if (text === 'INSERT') return parseInsert(sql, start, list);
  const { last, format, placeholders } = rest(sql, list);
  const body = sql.slice(start, Math.max(last, first.value.end));
  return READS.has(text)
    ? { kind: 'read', sql: body, format, selects: SELECTS.has(text), placeholders }
    : { kind: 'command', sql: body, placeholders };
}
