/**
 * Kysely over node:sqlite: one connection, whose users Kysely queues, so a transaction never interleaves with another.
 * Inside a transaction use its own handle; waiting there for the outer one would wait for ever.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';

/** Compiled statements kept for reuse. */
const STATEMENTS_MAX = 256;

function toInput(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'bigint') {
    return value;
  }
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`SQLite takes no parameter of type ${typeof value}`);
}

interface Prepared {
  statement: StatementSync;
  /** Whether it gives rows: asking SQLite each time costs as much as running a small statement. */
  reader: boolean;
}

class Statements implements SqliteDatabase {
  readonly #database: DatabaseSync;
  readonly #cache = new Map<string, Prepared>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  prepare(sql: string): ReturnType<SqliteDatabase['prepare']> {
    const { statement, reader } = this.#cache.get(sql) ?? this.#prepare(sql);
    return {
      reader,
      all: (parameters) => statement.all(...parameters.map(toInput)),
      run: (parameters) => statement.run(...parameters.map(toInput)),
      // A fresh statement: one in the cache may be run again while its rows are still being read.
      iterate: (parameters) => this.#database.prepare(sql).iterate(...parameters.map(toInput)),
    };
  }

  #prepare(sql: string): Prepared {
    const statement = this.#database.prepare(sql);
    const prepared = { statement, reader: statement.columns().length > 0 };
    const oldest = this.#cache.size >= STATEMENTS_MAX ? this.#cache.keys().next().value : undefined;
    if (oldest !== undefined) this.#cache.delete(oldest);
    this.#cache.set(sql, prepared);
    return prepared;
  }

  close(): void {
    this.#cache.clear();
    this.#database.close();
  }
}

class NodeSqliteDriver extends SqliteDriver {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    super({ database: new Statements(database) });
    this.#database = database;
  }

  /** Takes the write lock at once: an upgrade halfway could be refused when another process wrote in between. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  /** SQLite itself rolls back when the disk is full or fails: a second rollback would hide why. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.isTransaction) await super.rollbackTransaction(connection);
  }
}

class NodeSqliteAdapter extends SqliteAdapter {
  /** SQLite rolls schema changes back like any other: a migration is applied whole or not at all. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

export class NodeSqliteDialect implements Dialect {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  createDriver(): Driver {
    return new NodeSqliteDriver(this.#database);
  }

  createAdapter(): SqliteAdapter {
    return new NodeSqliteAdapter();
  }

  createQueryCompiler(): SqliteQueryCompiler {
    return new SqliteQueryCompiler();
  }

  createIntrospector(db: Kysely<unknown>): SqliteIntrospector {
    return new SqliteIntrospector(db);
  }
}
