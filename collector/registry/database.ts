/**
 * Opens the control plane: one SQLite file (WAL, every commit synced), migrated to this version before anyone reads it.
 * A database of a newer version is refused, never touched.
 */
import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, type Transaction } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { allMigrations } from './migrations/all.ts';
import { NodeSqliteDialect } from './node-sqlite-dialect.ts';
import type { Database } from './tables.ts';

export type { Database };

const BUSY_MS_MAX = 5_000;

/** What a module needs to read or write; a transaction passes as one. */
export type RegistryDb = Kysely<Database>;
export type RegistryTransaction = Transaction<Database>;

export interface Registry {
  readonly db: RegistryDb;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** So many random bytes. */
  readonly random: (bytes: number) => Buffer;
  close(): Promise<void>;
}

export interface RegistryOptions {
  /** Path, or `:memory:`. */
  file: string;
  now?: () => number;
  random?: (bytes: number) => Buffer;
  /** For tests of migrations. */
  migrations?: Record<string, Migration>;
}

/** The control plane cannot be opened or brought to this version. */
export class RegistryOpenError extends Error {
  override readonly name = 'RegistryOpenError';
}

async function migrate(db: RegistryDb, migrations: Record<string, Migration>, file: string): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const failed = results?.find((result) => result.status === 'Error')?.migrationName;
  const what =
    failed === undefined
      ? 'it was written by a newer or foreign version; start that version, or restore a backup'
      : `migration ${failed} failed and was undone`;
  throw new RegistryOpenError(`cannot open the control plane ${file}: ${what}`, { cause: error });
}

/** @throws RegistryOpenError */
export async function openRegistry(options: RegistryOptions): Promise<Registry> {
  const { file, now = Date.now, random = randomBytes } = options;
  let database: DatabaseSync;
  try {
    database = new DatabaseSync(file, { enableForeignKeyConstraints: true, timeout: BUSY_MS_MAX });
    database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma trusted_schema = off;');
  } catch (error) {
    throw new RegistryOpenError(
      `cannot open the control plane ${file}: check that the folder exists, is writable and the disk is not full`,
      { cause: error },
    );
  }
  const db = new Kysely<Database>({ dialect: new NodeSqliteDialect(database) });
  try {
    await migrate(db, options.migrations ?? allMigrations(now), file);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return { db, now, random, close: () => db.destroy() };
}
