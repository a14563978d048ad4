/**
 * Fills the tables of a control plane on PostgreSQL from the SQLite file of a backup. Invariants: it is one
 * transaction; what references point to is checked by the server when all is there; every table is read back and
 * compared row by row. What PostgreSQL cannot hold in text (NUL) is mended as everywhere.
 */
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import type { RegistryDb } from './database.ts';
import { digestFileTable, fileRows, fileTables, type FileTable, lastGeneratedId } from './file-tables.ts';
import { beside, digestPostgresTable, postgresColumns } from './postgres-rows.ts';
import type { Cell } from './row-digest.ts';
import { SnapshotError } from './snapshot.ts';

interface ForeignKey {
  table: string;
  name: string;
  definition: string;
}

function mended(cell: Cell): Cell {
  return typeof cell === 'string' ? cell.replaceAll('\0', '\uFFFD') : cell;
}

async function foreignKeys(connection: RegistryDb): Promise<ForeignKey[]> {
  const { rows } = await sql<ForeignKey>`select c.relname::text as table, k.conname::text as name,
      pg_get_constraintdef(k.oid) as definition
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    where k.contype = 'f' and n.nspname = current_schema() order by c.relname, k.conname`.execute(connection);
  return rows;
}

async function insertRows(connection: RegistryDb, table: FileTable, rows: Cell[][]): Promise<void> {
  const { name, columns } = table;
  const objects = rows.map((row) =>
    Object.fromEntries(columns.map((column, at) => [column, mended(row[at] ?? null)])),
  );
  const list = sql.join(columns.map((column) => sql.ref(column)));
  await sql`insert into ${sql.table(name)} (${list}) select ${list}
    from json_populate_recordset(null::${sql.table(name)}, ${JSON.stringify(objects)}::json)`.execute(
    connection,
  );
}

async function fillTable(
  connection: RegistryDb,
  database: DatabaseSync,
  table: FileTable,
  onRows: (rows: number) => void,
): Promise<void> {
  const { name, columns } = table;
  if ((await postgresColumns(connection, name)).join() !== columns.join()) {
    throw new SnapshotError(`the table ${name} in the backup is not as its migrations made it`);
  }
  try {
    for (const rows of fileRows(database, table)) {
      await insertRows(connection, table, rows);
      onRows(rows.length);
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SnapshotError(`PostgreSQL does not take the table ${name}: ${why}`, { cause: error });
  }
  const last = table.generatesId ? lastGeneratedId(database, name) : 0;
  if (last > 0) await sql`select setval(${`${name}_id_seq`}::regclass, ${last}::bigint)`.execute(connection);
}

/** @throws SnapshotError naming the first table that is not there as the backup has it */
async function compare(
  connection: RegistryDb,
  database: DatabaseSync,
  tables: readonly FileTable[],
): Promise<void> {
  for (const table of tables) {
    const expected = await digestFileTable(database, table, mended);
    const found = await digestPostgresTable(connection, table);
    if (found.equals(expected)) continue;
    throw new SnapshotError(
      `the table ${table.name} differs after the restore: ${found.rows} rows where the backup has ${expected.rows}`,
    );
  }
}

/**
 * @param db - tables of the migrations that the file has had, which nobody uses; their rows are replaced
 * @param file - the backup's control plane
 * @throws SnapshotError, or the server's error
 */
export async function fillPostgres(
  db: RegistryDb,
  file: string,
  onRows: (rows: number) => void = () => undefined,
): Promise<void> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const tables = fileTables(database);
    let filled = 0;
    await beside(db, async (connection) => {
      const keys = await foreignKeys(connection);
      for (const { table, name } of keys) {
        await sql`alter table ${sql.table(table)} drop constraint ${sql.ref(name)}`.execute(connection);
      }
      const all = sql.join(tables.map(({ name }) => sql.table(name)));
      await sql`truncate ${all} restart identity`.execute(connection);
      for (const table of tables) {
        await fillTable(connection, database, table, (rows) => onRows((filled += rows)));
      }
      for (const { table, name, definition } of keys) {
        await sql`alter table ${sql.table(table)} add constraint ${sql.ref(name)} ${sql.raw(definition)}`.execute(
          connection,
        );
      }
      await compare(connection, database, tables);
    });
  } finally {
    database.close();
  }
}
