/**
 * The statements that the door for dashboards understands: `SELECT columns FROM view(name = value, ...) [FORMAT x]`, and the few
 * by which clients ask who answers. Invariant: what is read here only chooses a view of ours and gives it typed values; no part
 * of it ever becomes SQL.
 */

export type FigureValue = { kind: 'number'; value: number } | { kind: 'time'; ms: number };

export type FigureStatement =
  | { kind: 'ping' }
  | { kind: 'hello'; columns: readonly HelloColumn[] }
  | { kind: 'list' }
  | {
      kind: 'view';
      view: string;
      /** Empty: all. */
      columns: readonly string[];
      values: ReadonlyMap<string, FigureValue>;
    };

export const HELLO_COLUMNS = ['displayName()', 'version()', 'revision()', 'timezone()'] as const;
export type HelloColumn = (typeof HELLO_COLUMNS)[number];

/** What was sent is no such statement; the message says what is. */
export class FigureStatementError extends Error {
  override readonly name = 'FigureStatementError';
}

export const STATEMENT_CHARS_MAX = 4_096;
const TOKEN = /\s*(?:([A-Za-z_][A-Za-z0-9_]{0,63})|(\d{1,15})|([(),=*;]))/y;
const NUMBER = /^\d+$/;

class Tokens {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(sql: string) {
    const text = sql.trim();
    const tokens: string[] = [];
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.length) {
      const from = TOKEN.lastIndex;
      const found = TOKEN.exec(text);
      if (found === null)
        throw new FigureStatementError(`at "${text.slice(from).trim().slice(0, 20)}": not understood`);
      tokens.push(found[1] ?? found[2] ?? found[3] ?? '');
    }
    this.#tokens = tokens;
  }

  get next(): string {
    return this.#tokens[this.#at] ?? '';
  }

  take(): string {
    const token = this.next;
    this.#at += 1;
    return token;
  }

  /** Whether the next one is this; taken then. Words in any case. */
  is(word: string): boolean {
    if (this.next.toUpperCase() !== word) return false;
    this.#at += 1;
    return true;
  }

  must(word: string): void {
    if (!this.is(word)) {
      throw new FigureStatementError(`"${word}" expected before "${this.next.slice(0, 20)}"`);
    }
  }

  name(): string {
    const token = this.take();
    if (!/^[A-Za-z_]/.test(token)) throw new FigureStatementError(`a name expected, not "${token}"`);
    return token;
  }

  number(): number {
    const token = this.take();
    if (!NUMBER.test(token)) throw new FigureStatementError(`a whole number expected, not "${token}"`);
    return Number(token);
  }
}

function readValue(tokens: Tokens): FigureValue {
  if (NUMBER.test(tokens.next)) return { kind: 'number', value: tokens.number() };
  const call = tokens.name();
  const perUnit = { toDateTime: 1_000, fromUnixTimestamp64Milli: 1 }[call];
  if (perUnit === undefined)
    throw new FigureStatementError(`"${call}" is no value: write a number or toDateTime(number)`);
  tokens.must('(');
  const ms = tokens.number() * perUnit;
  tokens.must(')');
  return { kind: 'time', ms };
}

function readView(tokens: Tokens, columns: readonly string[]): FigureStatement {
  const view = tokens.name();
  const values = new Map<string, FigureValue>();
  tokens.must('(');
  if (!tokens.is(')')) {
    do {
      const name = tokens.name();
      if (values.has(name)) throw new FigureStatementError(`"${name}" is given twice`);
      tokens.must('=');
      values.set(name, readValue(tokens));
    } while (tokens.is(','));
    tokens.must(')');
  }
  return { kind: 'view', view, columns, values };
}

function readSelect(tokens: Tokens): FigureStatement {
  if (tokens.next === '1') {
    tokens.take();
    return { kind: 'ping' };
  }
  const columns: string[] = [];
  if (!tokens.is('*')) {
    do {
      const name = tokens.name();
      columns.push(tokens.is('(') ? `${name}()` : name);
      if (columns.at(-1)?.endsWith('()') === true) tokens.must(')');
    } while (tokens.is(','));
  }
  if (tokens.is('FROM')) return readView(tokens, columns);
  const hello = columns.flatMap((column) => HELLO_COLUMNS.find((known) => known === column) ?? []);
  if (hello.length === 0 || hello.length !== columns.length) {
    throw new FigureStatementError('"FROM" and the name of a view expected');
  }
  return { kind: 'hello', columns: hello };
}

/** @returns with the format that the text names; undefined: none. @throws FigureStatementError */
export function readFigureStatement(sql: string): { statement: FigureStatement; format: string | undefined } {
  if (sql.length > STATEMENT_CHARS_MAX) {
    throw new FigureStatementError(`a statement has at most ${String(STATEMENT_CHARS_MAX)} characters`);
  }
  const tokens = new Tokens(sql);
  let statement: FigureStatement;
  if (tokens.is('SHOW')) {
    tokens.must('TABLES');
    statement = { kind: 'list' };
  } else {
    tokens.must('SELECT');
    statement = readSelect(tokens);
  }
  const format = tokens.is('FORMAT') ? tokens.name() : undefined;
  tokens.is(';');
  if (tokens.next !== '') throw new FigureStatementError(`nothing expected after it, not "${tokens.next}"`);
  return { statement, format };
}
