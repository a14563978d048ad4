/**
 * The rows of a table on PostgreSQL, read through a cursor inside a transaction of the caller's connection, so that
 * memory is bounded by a batch and every table is seen at the same moment.
 */
import { sql } from 'kysely';
import type { RegistryDb } from './database.ts';
import type { FileTable } from './file-tables.ts';
import { type Cell, RowDigest, toCell } from './row-digest.ts';

const BATCH_ROWS = 200;
const IDLE_MS_MAX = 600_000;
const STATEMENT_MS_MAX = 1_800_000;
const CURSOR = sql.id('vonggac_copy');

/** In the order of `table.columns`. */
export async function* postgresRows(connection: RegistryDb, table: FileTable): AsyncGenerator<Cell[][]> {
  const columns = sql.join(table.columns.map((column) => sql.ref(column)));
  const from = sql.table(table.name);
  await sql`declare ${CURSOR} no scroll cursor for select ${columns} from ${from}`.execute(connection);
  for (;;) {
    const { rows } = await sql<
      Record<string, unknown>
    >`fetch forward ${sql.lit(BATCH_ROWS)} from ${CURSOR}`.execute(connection);
    if (rows.length === 0) break;
    yield rows.map((row) => table.columns.map((column) => toCell(row[column])));
  }
  await sql`close ${CURSOR}`.execute(connection);
}

export async function digestPostgresTable(connection: RegistryDb, table: FileTable): Promise<RowDigest> {
  const digest = new RowDigest();
  for await (const batch of postgresRows(connection, table)) for (const row of batch) digest.add(row);
  return digest;
}

/** Names of a table's columns in the schema in use, sorted; none when there is no such table. */
export async function postgresColumns(connection: RegistryDb, table: string): Promise<string[]> {
  const { rows } = await sql<{
    name: string;
  }>`select column_name::text as name from information_schema.columns
    where table_schema = current_schema() and table_name = ${table}`.execute(connection);
  return rows.map(({ name }) => name).sort();
}

/**
 * Runs `work` in one transaction that sees the database as it is at one moment, and holds nobody up: it takes no turn.
 */
export async function inOneMoment<T>(
  db: RegistryDb,
  work: (connection: RegistryDb) => Promise<T>,
): Promise<T> {
  return inTransaction(db, 'begin isolation level repeatable read read only', work);
}

/** Runs `work` in a transaction that takes no turn: for tables that nobody else knows. */
export async function beside<T>(db: RegistryDb, work: (connection: RegistryDb) => Promise<T>): Promise<T> {
  return inTransaction(db, 'begin', work);
}

async function inTransaction<T>(
  db: RegistryDb,
  begin: string,
  work: (connection: RegistryDb) => Promise<T>,
): Promise<T> {
  return db.connection().execute(async (connection) => {
    await sql.raw(begin).execute(connection);
    try {
      // The other database is read or written between statements; and a reference is checked over a whole table.
      await sql`set local idle_in_transaction_session_timeout = ${sql.lit(IDLE_MS_MAX)}`.execute(connection);
      await sql`set local statement_timeout = ${sql.lit(STATEMENT_MS_MAX)}`.execute(connection);
      const result = await work(connection);
      await sql`commit`.execute(connection);
      return result;
    } catch (error) {
      // A connection that broke has no transaction any more; the pool drops it.
      await sql`rollback`.execute(connection).catch(() => undefined);
      throw error;
    }
  });
}
