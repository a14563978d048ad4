/** What differs between SQLite and PostgreSQL in a migration, in one place. */
import {
  type ColumnDefinitionBuilder,
  type CreateTableBuilder,
  type Kysely,
  sql,
  SqliteAdapter,
} from 'kysely';

function isSqlite(db: Kysely<unknown>): boolean {
  return db.getExecutor().adapter instanceof SqliteAdapter;
}

/** A generated integer key named `id`, never used twice. */
export function createTableWithId(db: Kysely<unknown>, table: string): CreateTableBuilder<string, 'id'> {
  const finish = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder =>
    isSqlite(db) ? column.primaryKey().autoIncrement() : column.primaryKey().generatedByDefaultAsIdentity();
  return db.schema.createTable(table).addColumn('id', 'integer', finish);
}

/** Takes away what `makeAppendOnly` made, for the length of a migration. */
export async function dropAppendOnly(db: Kysely<unknown>, table: string): Promise<void> {
  if (!isSqlite(db)) {
    await sql`drop trigger ${sql.ref(`${table}_append_only`)} on ${sql.table(table)}`.execute(db);
    await sql`drop function ${sql.ref(`${table}_refuse`)}()`.execute(db);
    return;
  }
  for (const act of ['update', 'delete'] as const) {
    await sql`drop trigger ${sql.ref(`${table}_no_${act}`)}`.execute(db);
  }
}

/** Refuses every update and delete of the table's rows. */
export async function makeAppendOnly(db: Kysely<unknown>, table: string): Promise<void> {
  if (!isSqlite(db)) {
    const refuse = sql.ref(`${table}_refuse`);
    await sql`create function ${refuse}() returns trigger language plpgsql as
      $$ begin raise exception 'append only'; end $$`.execute(db);
    await sql`create trigger ${sql.ref(`${table}_append_only`)} before update or delete on ${sql.table(table)}
      for each row execute function ${refuse}()`.execute(db);
    return;
  }
  for (const act of ['update', 'delete'] as const) {
    await sql`create trigger ${sql.ref(`${table}_no_${act}`)} before ${sql.raw(act)} on ${sql.table(table)}
      begin select raise(abort, 'append only'); end`.execute(db);
  }
}

/** SQLite's `instr`: the place of a text in another, 0 when it is not there. */
export async function addInstr(db: Kysely<unknown>): Promise<void> {
  if (isSqlite(db)) return;
  await sql`create function instr(text, text) returns integer language sql immutable strict parallel safe
    as 'select strpos($1, $2)'`.execute(db);
}
