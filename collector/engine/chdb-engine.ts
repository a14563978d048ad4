/**
 * The embedded engine: one keeper session holds the data folder, statements run in sessions lent from a pool.
 * Invariants: a session serves one statement at a time and every setting of the one before is set anew or put back
 * to its default, so nothing persists between requests; parameters belong to the session, so bound statements run
 * side by side (the binding's own bound calls queue process-wide); inserts run one after the other.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ChdbQueryStream } from 'chdb';
import { Session } from 'chdb';
import type { EngineOptions } from './engine-options.ts';
import { serverConfiguration, statementDefaults } from './engine-options.ts';
import { isSqlName, sqlString } from './sql-literal.ts';

/** The engine's own exception. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  /** ClickHouse exception code; 1001 (STD_EXCEPTION) when the engine gave none. */
  readonly code: number;

  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const STD_EXCEPTION = 1001;
const BAD_ARGUMENTS = 36;
const CODE = /(?:^|: )Code: (\d+)\. /;

/** Any failure of the binding as an EngineError with its code. */
export function toEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = CODE.exec(message)?.[1];
  return new EngineError(code === undefined ? STD_EXCEPTION : Number(code), message, { cause: error });
}

export interface StatementContext {
  /** Settings by name, over the engine's defaults. */
  settings: ReadonlyMap<string, string>;
  /** Parameters by name, in ClickHouse's escaped text form. */
  params: ReadonlyMap<string, string>;
  /** Database of names that say none; the engine's own by default. */
  database?: string | undefined;
  /** Nothing but reading. */
  readonly: boolean;
  /** Names the statement, so that it can be killed. */
  tag: string;
  /** Output format when the SQL names none. */
  format: string;
  /** The statement may leave something in its session (a temporary table, a SET): the session is not used again. */
  leavesTraces?: boolean | undefined;
}

/** A session, its database, and the names of the settings that its last statement ran with. */
interface Lent {
  session: Session;
  database: string;
  settings: ReadonlySet<string>;
}

export interface StatementResult {
  bytes: Uint8Array;
  rowsRead: number;
  bytesRead: number;
}

/** The engine's own. */
const DATABASE = 'default';

/** Sessions of each kind that are kept for the next statements. */
const SESSIONS_IDLE_MAX = 16;

/** A database's name as SQL. @throws EngineError */
function databaseName(name: string): string {
  if (isSqlName(name)) return `\`${name}\``;
  throw new EngineError(BAD_ARGUMENTS, `Code: 36. DB::Exception: bad name ${name}. (BAD_ARGUMENTS)`);
}

/** `name = 'value'` pairs of a SET; the names are checked, the values quoted. */
function assignments(entries: Iterable<readonly [string, string]>, prefix = ''): string[] {
  const parts: string[] = [];
  for (const [name, value] of entries) {
    if (!isSqlName(name))
      throw new EngineError(BAD_ARGUMENTS, `Code: 36. DB::Exception: bad name ${name}. (BAD_ARGUMENTS)`);
    parts.push(`${prefix}${name} = ${sqlString(value)}`);
  }
  return parts;
}

export class ChdbEngine {
  readonly #folder: string;
  readonly #args: readonly string[];
  readonly #defaults: Readonly<Record<string, string>>;
  readonly #keeper: Session;
  readonly #idle: Lent[] = [];
  readonly #idleReadonly: Lent[] = [];
  #inserts: Promise<void> = Promise.resolve();
  #insertedRows = 0;

  private constructor(folder: string, args: readonly string[], defaults: Readonly<Record<string, string>>) {
    this.#folder = folder;
    this.#args = args;
    this.#defaults = defaults;
    this.#keeper = new Session(folder, { connectionArgs: args });
  }

  /**
   * Takes the data folder's lock and loads the database.
   * @throws Error when the folder cannot be used; the engine's reason stands only on standard error
   */
  static async open(options: EngineOptions): Promise<ChdbEngine> {
    const database = path.join(options.folder, 'db');
    await mkdir(database, { recursive: true, mode: 0o700 });
    await mkdir(options.backupFolder, { recursive: true, mode: 0o700 });
    const configuration = path.join(options.folder, 'engine.xml');
    await writeFile(configuration, serverConfiguration(options), { mode: 0o600 });
    const engine = new ChdbEngine(database, [`--config-file=${configuration}`], statementDefaults(options));
    engine.#keeper.query('SELECT 1');
    return engine;
  }

  /**
   * Lends a session with the statement's settings and parameters in force. Sessions are kept rather than closed: the
   * binding defers each close until every running operation has ended, so under one long query they would pile up.
   */
  async #lend(context: StatementContext): Promise<Lent> {
    const idle = context.readonly ? this.#idleReadonly : this.#idle;
    const before = idle.pop() ?? {
      session: new Session(this.#folder, { connectionArgs: this.#args }),
      database: DATABASE,
      settings: new Set<string>(),
    };
    try {
      const settings = new Map(Object.entries(this.#defaults));
      for (const [name, value] of context.settings) settings.set(name, value);
      settings.set('log_comment', context.tag);
      const parts = [...assignments(settings), ...assignments(context.params, 'param_')];
      for (const name of before.settings) if (!settings.has(name)) parts.push(`${name} = DEFAULT`);
      await before.session.queryAsync(`SET ${parts.join(', ')}`);
      // Level 2 still allows SET, so the session can serve the next reader; it cannot be left.
      if (context.readonly && before.settings.size === 0) await before.session.queryAsync('SET readonly = 2');
      const database = context.database ?? DATABASE;
      if (database !== before.database) await before.session.queryAsync(`USE ${databaseName(database)}`);
      return { session: before.session, database, settings: new Set(settings.keys()) };
    } catch (error) {
      before.session.close();
      throw toEngineError(error);
    }
  }

  #giveBack(lent: Lent, context: StatementContext): void {
    const idle = context.readonly ? this.#idleReadonly : this.#idle;
    if (context.leavesTraces === true || idle.length >= SESSIONS_IDLE_MAX) lent.session.close();
    else idle.push(lent);
  }

  /** Runs one statement and holds its whole result. @throws EngineError */
  async run(sql: string, context: StatementContext): Promise<StatementResult> {
    const lent = await this.#lend(context);
    try {
      const result = await lent.session.queryAsync(sql, { format: context.format });
      return { bytes: result.bytes(), rowsRead: result.rowsRead, bytesRead: result.bytesRead };
    } catch (error) {
      throw toEngineError(error);
    } finally {
      this.#giveBack(lent, context);
    }
  }

  /** Runs one read and yields its result in pieces. @throws EngineError */
  async *stream(sql: string, context: StatementContext): AsyncGenerator<Uint8Array> {
    const lent = await this.#lend(context);
    let stream: ChdbQueryStream | undefined;
    let ended = false;
    try {
      stream = lent.session.queryStream(sql, { format: context.format });
      for await (const chunk of stream) yield chunk.raw();
      ended = true;
    } catch (error) {
      throw toEngineError(error);
    } finally {
      stream?.cancel();
      // A stream that was left early may still be fetching: its session ends with it.
      if (ended) this.#giveBack(lent, context);
      else lent.session.close();
    }
  }

  /**
   * Runs one INSERT after all earlier ones and returns how many rows the engine wrote, by its own counter.
   * A block that was left out as a duplicate counts as written.
   * @throws EngineError
   */
  async insert(sql: string, context: StatementContext): Promise<number> {
    const turn = this.#inserts.then(async () => {
      await this.run(sql, context);
      const before = this.#insertedRows;
      this.#insertedRows = this.#readInsertedRows();
      return this.#insertedRows - before;
    });
    this.#inserts = turn.then(
      () => undefined,
      () => {
        // A failed insert may have counted rows; the next one must not be credited with them.
        this.#insertedRows = this.#readInsertedRows();
      },
    );
    return turn;
  }

  #readInsertedRows(): number {
    const text = this.#keeper.query(
      "SELECT value FROM system.events WHERE event = 'InsertedRows'",
      'TabSeparated',
    );
    return Number(text.trim() === '' ? 0 : text);
  }

  /** The engine's version, e.g. `26.7.2.1`. */
  version(): string {
    return this.#keeper.query('SELECT version()', 'TabSeparated').trim();
  }

  /** Asks the engine to stop the statement of that tag; it stops at its next check. */
  kill(tag: string): void {
    this.#keeper.query(`KILL QUERY WHERE Settings['log_comment'] = ${sqlString(tag)} ASYNC`);
  }

  /** Asks the engine to stop everything. */
  killAll(): void {
    this.#keeper.query("KILL QUERY WHERE Settings['log_comment'] != '' ASYNC");
  }

  close(): void {
    for (const { session } of [...this.#idle, ...this.#idleReadonly]) session.close();
    this.#keeper.close();
  }
}
