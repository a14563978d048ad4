/** One control plane on PostgreSQL for many tests: before each it holds again what its migrations left, and no more. */
import { sql } from 'kysely';
import { openRegistry, type Registry } from '../../collector/registry/database.ts';
import type { TestPostgres } from './postgres.ts';

interface Seeded {
  table: string;
  rows: boolean;
  /** Ids are given by the database, where it has some. */
  hasId: boolean;
}

/** Copies what the migrations wrote, to be put back later. */
async function keepSeeds({ db }: Registry): Promise<Seeded[]> {
  await sql`create schema seed`.execute(db);
  const tables = await db.introspection.getTables();
  const seeded: Seeded[] = [];
  for (const { name: table, columns } of tables) {
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(db);
    if (rows.length > 0) {
      await sql`create table ${sql.table(`seed.${table}`)} as select * from ${sql.table(table)}`.execute(db);
    }
    const hasId = columns.some(({ name }) => name === 'id');
    seeded.push({ table, rows: rows.length > 0, hasId });
  }
  return seeded;
}

/**
 * A statement that empties every table that has rows, puts the seeds back and lets generated ids begin anew, after those of
 * the seeds. Truncating the tables would write each of them a file of its own, every time.
 */
function resetStatement(seeded: readonly Seeded[]): string {
  const names = seeded.map(({ table }) => `'${table}'`).join(', ');
  const refill = seeded
    .filter(({ rows }) => rows)
    .map(
      ({ table, hasId }) =>
        `insert into "${table}" select * from seed."${table}"${
          hasId ? `; select setval(pg_get_serial_sequence('"${table}"', 'id'), max(id)) from "${table}"` : ''
        }`,
    );
  return [
    // Neither foreign keys nor triggers have a say in it.
    `set session_replication_role = replica`,
    `do $$
      declare
        name text;
        used boolean;
      begin
        foreach name in array array[${names}] loop
          execute format('select exists (select 1 from %I)', name) into used;
          if used then execute format('delete from %I', name); end if;
        end loop;
      end $$`,
    `select setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) from pg_sequences
      where schemaname = current_schema()`,
    ...refill,
    `set session_replication_role = origin`,
  ].join(';\n');
}

/** @returns opens it, emptied, with the test's clock; closing what it returns costs nothing */
export async function emptiedPostgres(
  server: TestPostgres,
): Promise<{ open: (now: () => number) => Promise<Registry>; close: () => Promise<void> }> {
  const database = await server.createDatabase();
  const registry = await openRegistry({ postgres: server.home(database) });
  const reset = resetStatement(await keepSeeds(registry));
  return {
    open: async (now) => {
      await sql.raw(reset).execute(registry.db);
      return { ...registry, now, close: async () => undefined };
    },
    close: () => registry.close(),
  };
}
