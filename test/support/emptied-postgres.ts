/** One control plane on PostgreSQL for many tests: before each it holds again what its migrations left, and no more. */
import { sql } from 'kysely';
import { openRegistry, type Registry } from '../../collector/registry/database.ts';
import type { TestPostgres } from './postgres.ts';

interface Seeded {
  table: string;
  rows: boolean;
}

/** Copies what the migrations wrote, to be put back later. */
async function keepSeeds({ db }: Registry): Promise<Seeded[]> {
  await sql`create schema seed`.execute(db);
  const tables = (await db.introspection.getTables()).map(({ name }) => name);
  const seeded: Seeded[] = [];
  for (const table of tables) {
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(db);
    if (rows.length > 0) {
      await sql`create table ${sql.table(`seed.${table}`)} as select * from ${sql.table(table)}`.execute(db);
    }
    seeded.push({ table, rows: rows.length > 0 });
  }
  return seeded;
}

/** A statement that empties every table, puts the seeds back and lets generated ids go on after them. */
function resetStatement(seeded: readonly Seeded[]): string {
  const names = seeded.map(({ table }) => `"${table}"`).join(', ');
  const refill = seeded
    .filter(({ rows }) => rows)
    .map(
      ({ table }) => `insert into "${table}" select * from seed."${table}";
        select setval(pg_get_serial_sequence('"${table}"', 'id'), max(id)) from "${table}"`,
    );
  return [`truncate ${names} restart identity cascade`, ...refill].join(';\n');
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
