/**
 * The embedded engine: one keeper session holds the data folder, every statement runs in a fresh session of its own.
 * Invariants: settings and parameters die with their session, so nothing persists between requests and parameters
 * need no global queue; a session is closed only after its statement has ended; inserts run one after the other.
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
  /** Nothing but reading. */
  readonly: boolean;
  /** Names the statement, so that it can be killed. */
  tag: string;
  /** Output format when the SQL names none. */
  format: string;
}

export interface StatementResult {
  bytes: Uint8Array;
  rowsRead: number;
  bytesRead: number;
}

/** `SET` clause list; the names are checked, the values quoted. */
function assignments(entries: Iterable<readonly [string, string]>, prefix = ''): string {
  const parts: string[] = [];
  for (const [name, value] of entries) {
    if (!isSqlName(name))
      throw new EngineError(BAD_ARGUMENTS, `Code: 36. DB::Exception: bad name ${name}. (BAD_ARGUMENTS)`);
    parts.push(`${prefix}${name} = ${sqlString(value)}`);
  }
  return parts.join(', ');
}

export class ChdbEngine {
  readonly #folder: string;
  readonly #args: readonly string[];
  readonly #defaults: Readonly<Record<string, string>>;
  readonly #keeper: Session;
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

  async #session(context: StatementContext): Promise<Session> {
    const session = new Session(this.#folder, { connectionArgs: this.#args });
    try {
      const settings = new Map(Object.entries(this.#defaults));
      for (const [name, value] of context.settings) settings.set(name, value);
      settings.set('log_comment', context.tag);
      await session.queryAsync(`SET ${assignments(settings)}`);
      if (context.params.size > 0) await session.queryAsync(`SET ${assignments(context.params, 'param_')}`);
      if (context.readonly) await session.queryAsync('SET readonly = 1');
      return session;
    } catch (error) {
      session.close();
      throw toEngineError(error);
    }
  }

  /** Runs one statement and holds its whole result. @throws EngineError */
  async run(sql: string, context: StatementContext): Promise<StatementResult> {
    const session = await this.#session(context);
    try {
      const result = await session.queryAsync(sql, { format: context.format });
      return { bytes: result.bytes(), rowsRead: result.rowsRead, bytesRead: result.bytesRead };
    } catch (error) {
      throw toEngineError(error);
    } finally {
      session.close();
    }
  }

  /** Runs one read and yields its result in pieces. @throws EngineError */
  async *stream(sql: string, context: StatementContext): AsyncGenerator<Uint8Array> {
    const session = await this.#session(context);
    let stream: ChdbQueryStream | undefined;
    try {
      stream = session.queryStream(sql, { format: context.format });
      for await (const chunk of stream) yield chunk.raw();
    } catch (error) {
      throw toEngineError(error);
    } finally {
      stream?.cancel();
      session.close();
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
    this.#keeper.close();
  }
}
