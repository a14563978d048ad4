/**
 * A copy of a control plane on PostgreSQL as it is at one moment, written as the SQLite file that every backup holds:
 * so a backup of either database can be restored into either. Invariants: nobody waits for it; the file is read back
 * and compared row by row before it counts; generated ids go on where they were.
 */
import { open } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { openRegistry, type Registry, type RegistryDb } from './database.ts';
import {
  digestFileTable,
  fileTables,
  type FileTable,
  quoted,
  rowWriter,
  setLastGeneratedId,
} from './file-tables.ts';
import { allMigrations } from './migrations/all.ts';
import { inOneMoment, postgresColumns, postgresRows } from './postgres-rows.ts';
import { RowDigest } from './row-digest.ts';
import { SnapshotError } from './snapshot.ts';

/** Migrations that were applied to it. @throws SnapshotError when this version does not know one */
async function appliedMigrations(connection: RegistryDb, known: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(
    connection,
  );
  const unknown = rows.find(({ name }) => !known.includes(name));
  if (unknown !== undefined) {
    throw new SnapshotError(
      `the control plane has ${unknown.name}, which this version does not know: make the backup with the newer version`,
    );
  }
  return rows.map(({ name }) => name);
}

/** An empty file with the tables of those migrations, ready to be filled in one go. */
async function emptyFile(to: string, applied: readonly string[], now: () => number): Promise<DatabaseSync> {
  const migrations = Object.fromEntries(
    Object.entries(allMigrations(now)).filter(([name]) => applied.includes(name)),
  );
  await (await openRegistry({ file: to, now, migrations })).close();
  // Rows come in any order, so what they refer to may come later; that nothing is missing is checked in the end.
  const database = new DatabaseSync(to, { enableForeignKeyConstraints: false });
  // Cut off, it is thrown away whole; and it is synced in the end, beside the event loop.
  database.exec('pragma journal_mode = delete; pragma journal_mode = off; pragma synchronous = off; begin');
  return database;
}

/** @throws SnapshotError when the columns are not those of the migrations */
async function requireColumns(connection: RegistryDb, { name, columns }: FileTable): Promise<void> {
  const found = await postgresColumns(connection, name);
  if (found.join() === columns.join()) return;
  throw new SnapshotError(`the table ${name} on the server is not as this version made it`);
}

async function lastId(connection: RegistryDb, table: string): Promise<number> {
  const { rows } = await sql<{
    last: number | null;
  }>`select case when is_called then last_value else null end as last
    from ${sql.table(`${table}_id_seq`)}`.execute(connection);
  return rows[0]?.last ?? 0;
}

/** About what the copy will take: the rows, without the server's indexes. */
export async function serverBytes({ db }: Pick<Registry, 'db'>): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`select coalesce(sum(pg_table_size(c.oid)), 0)::bigint as bytes
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = current_schema() and c.relkind = 'r'`.execute(db);
  return rows[0]?.bytes ?? 0;
}

/** Copies the tables as the connection's transaction sees them. @returns what was read of each */
async function copyTables(
  connection: RegistryDb,
  database: DatabaseSync,
  onRows: (rows: number) => void,
): Promise<Map<FileTable, RowDigest>> {
  const tables = fileTables(database);
  // Against a migration that would begin meanwhile.
  const all = sql.join(tables.map(({ name }) => sql.table(name)));
  await sql`lock table ${all} in access share mode`.execute(connection);
  const digests = new Map<FileTable, RowDigest>();
  let written = 0;
  for (const table of tables) {
    await requireColumns(connection, table);
    database.exec(`delete from ${quoted(table.name)}`);
    const write = rowWriter(database, table);
    const digest = new RowDigest();
    for await (const batch of postgresRows(connection, table)) {
      for (const row of batch) {
        write(row);
        digest.add(row);
      }
      // In small pieces, since each stops the event loop.
      database.exec('commit; begin');
      written += batch.length;
      onRows(written);
    }
    digests.set(table, digest);
    if (table.generatesId) setLastGeneratedId(database, table.name, await lastId(connection, table.name));
  }
  return digests;
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** @throws SnapshotError naming the first table that the file does not hold as it was read */
async function compare(database: DatabaseSync, digests: ReadonlyMap<FileTable, RowDigest>): Promise<void> {
  for (const [table, expected] of digests) {
    const found = await digestFileTable(database, table);
    if (found.equals(expected)) continue;
    throw new SnapshotError(
      `the copy of the table ${table.name} differs: ${found.rows} rows where ${expected.rows} were read`,
    );
  }
}

/**
 * @param to - must not exist
 * @throws SnapshotError, or the server's error
 */
export async function snapshotPostgres(
  { db, now }: Pick<Registry, 'db' | 'now'>,
  to: string,
  onRows: (rows: number) => void = () => undefined,
): Promise<void> {
  let database: DatabaseSync | undefined;
  try {
    const { file, digests } = await inOneMoment(db, async (connection) => {
      const applied = await appliedMigrations(connection, Object.keys(allMigrations(now)));
      const file = await emptyFile(to, applied, now);
      database = file;
      return { file, digests: await copyTables(connection, file, onRows) };
    });
    file.exec('commit');
    await syncFile(to);
    await compare(file, digests);
  } finally {
    database?.close();
  }
}
