/** Which migrations a control plane on PostgreSQL has not had, looked up without changing it. */
import { sql } from 'kysely';
import type { RegistryDb } from './database.ts';
import { connectPostgres } from './open-postgres.ts';
import type { PostgresHome } from './postgres-home.ts';

/** Runs `work` on a control plane as it is, of whatever version. @throws RegistryOpenError */
export async function withUnmigrated<T>(
  home: PostgresHome,
  work: (db: RegistryDb) => Promise<T>,
): Promise<T> {
  const db = await connectPostgres(home, () => undefined);
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

/** Migrations that `known` has and the control plane has not; undefined when there is none yet. */
export async function pendingOnPostgres(
  db: RegistryDb,
  known: readonly string[],
): Promise<string[] | undefined> {
  const { rows: found } = await sql<{ is: boolean }>`
    select to_regclass('kysely_migration') is not null as is`.execute(db);
  if (found[0]?.is !== true) return undefined;
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  const applied = new Set(rows.map(({ name }) => name));
  return known.filter((name) => !applied.has(name));
}
