/**
 * Opens the control plane, migrated to this version before anyone reads it: one SQLite file (WAL, every commit
 * synced), or a database on a PostgreSQL server. A database of a newer version is refused, never touched.
 */
import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql, type Transaction } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { allMigrations } from './migrations/all.ts';
import { NodeSqliteDialect } from './node-sqlite-dialect.ts';
import { connectPostgres, knownPostgresError } from './open-postgres.ts';
import { postgresPlace, type PostgresHome } from './postgres-home.ts';
import { SealError } from './sealed-secret.ts';
import { RegistryOpenError } from './registry-open-error.ts';
import type { Database } from './tables.ts';

export { RegistryOpenError };
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
  /** What secrets in rows are sealed with (sealed-secret.ts). @throws SealError */
  readonly sealingKey: () => Buffer;
  close(): Promise<void>;
}

/** `file`: a path, or `:memory:`. */
export type RegistryHome = { file: string } | { postgres: PostgresHome };

export type RegistryOptions = RegistryHome & {
  now?: () => number;
  random?: (bytes: number) => Buffer;
  /** Asked for when a secret is sealed or opened; left out, neither can be done. */
  sealingKey?: () => Buffer;
  /** For tests of migrations. */
  migrations?: Record<string, Migration>;
  /** A connection to the server broke while nobody used it. */
  onLost?: (error: Error) => void;
};

/** The migrator would take the table of applied migrations in any schema for its own. */
async function migrationSchema(db: RegistryDb, home: RegistryHome): Promise<string | undefined> {
  if ('file' in home) return undefined;
  const { rows } = await sql<{ name: string | null }>`select current_schema() as name`.execute(db);
  return rows[0]?.name ?? undefined;
}

async function migrate(
  db: RegistryDb,
  migrations: Record<string, Migration>,
  home: RegistryHome,
): Promise<void> {
  const schema = await migrationSchema(db, home);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    ...(schema === undefined ? {} : { migrationTableSchema: schema }),
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const known = 'postgres' in home ? knownPostgresError(home.postgres, error) : undefined;
  if (known !== undefined) throw known;
  const place = 'file' in home ? home.file : postgresPlace(home.postgres);
  const failed = results?.find((result) => result.status === 'Error')?.migrationName;
  const what =
    failed === undefined
      ? 'it was written by a newer or foreign version; start that version, or restore a backup'
      : `migration ${failed} failed and was undone`;
  throw new RegistryOpenError(`cannot open the control plane ${place}: ${what}`, { cause: error });
}

/** Pages of a file that are kept in memory: by default 2 MiB, of which acts on many alerts read each page again and again. */
const CACHE_KIB = 32_768;

function openFile(file: string): RegistryDb {
  try {
    const database = new DatabaseSync(file, { enableForeignKeyConstraints: true, timeout: BUSY_MS_MAX });
    database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma trusted_schema = off;');
    database.exec(`pragma cache_size = -${CACHE_KIB}`);
    return new Kysely<Database>({ dialect: new NodeSqliteDialect(database) });
  } catch (error) {
    throw new RegistryOpenError(
      `cannot open the control plane ${file}: check that the folder exists, is writable and the disk is not full`,
      { cause: error },
    );
  }
}

function withoutKey(): never {
  throw new SealError('this process was not given the key that secrets are sealed with');
}

/** @throws RegistryOpenError */
export async function openRegistry(options: RegistryOptions): Promise<Registry> {
  const { now = Date.now, random = randomBytes, onLost = () => undefined } = options;
  const db = 'file' in options ? openFile(options.file) : await connectPostgres(options.postgres, onLost);
  try {
    await migrate(db, options.migrations ?? allMigrations(now), options);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  const { sealingKey = withoutKey } = options;
  return { db, now, random, sealingKey, close: () => db.destroy() };
}
