/** One control plane on PostgreSQL for many tests: before each it holds again what its migrations left, and no more. */
import { sql } from 'kysely';
import { openRegistry, type Registry } from '../../collector/registry/database.ts';
import type { TestPostgres } from './postgres.ts';

/**
 * Notes from now on which tables are written to, and keeps for each the statements that make it as it is now: without rows but
 * those of the migrations. Truncating would write each table a file of its own, every time.
 */
async function keepSeeds({ db }: Registry): Promise<void> {
  const tables = await db.introspection.getTables();
  await sql`create schema seed`.execute(db);
  await sql`create table seed.written (name text not null)`.execute(db);
  await sql`create table seed.way_back (name text primary key, statements text not null)`.execute(db);
  await sql`create function seed.note() returns trigger language plpgsql as
    $$ begin insert into seed.written values (tg_table_name); return null; end $$`.execute(db);
  for (const { name, columns } of tables) {
    const { rows } = await sql`select 1 from ${sql.table(name)} limit 1`.execute(db);
    const statements = [`delete from "${name}"`];
    if (rows.length > 0) {
      await sql`create table ${sql.table(`seed.${name}`)} as select * from ${sql.table(name)}`.execute(db);
      statements.push(`insert into "${name}" select * from seed."${name}"`);
      if (columns.some((column) => column.name === 'id'))
        await sql`select setval(pg_get_serial_sequence(${`"${name}"`}, 'id'), max(id)) from ${sql.table(name)}`.execute(
          db,
        );
    }
    await sql`insert into seed.way_back values (${name}, ${statements.join('; ')})`.execute(db);
    await sql`create trigger noted after insert or update or delete on ${sql.table(name)}
      for each statement execute function seed.note()`.execute(db);
  }
  await sql`create table seed.sequence as select format('%I.%I', schemaname, sequencename)::regclass as name,
    coalesce(last_value, start_value) as value, last_value is not null as is_called, last_value
    from pg_sequences where schemaname = current_schema()`.execute(db);
}

/** As after the migrations. Sequences are looked at for themselves: what was written may have been undone. */
const RESET = `
  -- Neither foreign keys nor triggers have a say in it.
  set session_replication_role = replica;
  do $$
    declare
      statements text;
    begin
      for statements in
        select way_back.statements from seed.way_back where name in (select name from seed.written)
      loop
        execute statements;
      end loop;
      delete from seed.written;
    end $$;
  select setval(seed.sequence.name, value, is_called) from seed.sequence
    join pg_sequences now on format('%I.%I', now.schemaname, now.sequencename)::regclass = seed.sequence.name
    where now.last_value is distinct from seed.sequence.last_value;
  set session_replication_role = origin`;

/** @returns opens it, emptied, with the test's clock; closing what it returns costs nothing */
export async function emptiedPostgres(
  server: TestPostgres,
): Promise<{ open: (now: () => number) => Promise<Registry>; close: () => Promise<void> }> {
  const database = await server.createDatabase();
  const registry = await openRegistry({ postgres: server.home(database) });
  await keepSeeds(registry);
  return {
    open: async (now) => {
      await sql.raw(RESET).execute(registry.db);
      return { ...registry, now, close: async () => undefined };
    },
    close: () => registry.close(),
  };
}
