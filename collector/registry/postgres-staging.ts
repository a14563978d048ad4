/**
 * A schema of its own in which a control plane on PostgreSQL is restored beside the one in use. Invariants: nothing of
 * the one in use is touched before `takePlace`, which is one transaction; what was in use is moved into another
 * schema, never dropped; it is refused while a collector works on it.
 */
import { sql } from 'kysely';
import type { RegistryDb, RegistryTransaction } from './database.ts';
import { connectPostgres } from './open-postgres.ts';
import { postgresPlace, type PostgresHome } from './postgres-home.ts';
import { RegistryOpenError } from './registry-open-error.ts';

const INSUFFICIENT_PRIVILEGE = '42501';

interface Movable {
  kind: 'table' | 'view' | 'function';
  /** Quoted, with its schema. */
  name: string;
}

/** Tables, views and functions of a schema, without those of extensions. */
async function movables(db: RegistryDb, schema: string): Promise<Movable[]> {
  const { rows } = await sql<Movable>`
    select case when c.relkind = 'v' then 'view' else 'table' end as kind,
        format('%I.%I', n.nspname, c.relname) as name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = ${schema} and c.relkind in ('r', 'p', 'v')
        and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
    union all
    select 'function', format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname = ${schema}
        and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')`.execute(
    db,
  );
  return rows;
}

async function currentSchema(db: RegistryDb): Promise<string> {
  const { rows } = await sql<{ name: string | null }>`select current_schema() as name`.execute(db);
  return rows[0]?.name ?? 'public';
}

async function move(db: RegistryDb, from: string, to: string): Promise<number> {
  const found = await movables(db, from);
  for (const { kind, name } of found) {
    await sql`alter ${sql.raw(kind)} ${sql.raw(name)} set schema ${sql.id(to)}`.execute(db);
  }
  return found.length;
}

/** @throws RegistryOpenError when a collector's lease on the control plane in use has not run out */
async function requireIdle(db: RegistryDb, home: PostgresHome): Promise<void> {
  const { rows: known } = await sql<{
    is: boolean;
  }>`select to_regclass('collector') is not null as is`.execute(db);
  if (known[0]?.is !== true) return;
  const { rows } = await sql<{ name: string }>`select name from collector
    where buried = 0 and expires_ms > floor(extract(epoch from clock_timestamp()) * 1000) limit 1`.execute(
    db,
  );
  const [alive] = rows;
  if (alive === undefined) return;
  throw new RegistryOpenError(
    `the control plane ${postgresPlace(home)} is in use by the collector ${alive.name}: stop every collector on it, wait ten seconds, and restore again`,
  );
}

export class PostgresStaging {
  /** The schema as a home of its own. */
  readonly home: PostgresHome;
  readonly #inUse: PostgresHome;
  readonly #schema: string;

  private constructor(inUse: PostgresHome, schema: string) {
    this.#inUse = inUse;
    this.#schema = schema;
    this.home = { ...inUse, schema };
  }

  /** @param schema - a name that is not in use. @throws RegistryOpenError */
  static async make(inUse: PostgresHome, schema: string): Promise<PostgresStaging> {
    const staging = new PostgresStaging(inUse, schema);
    await staging.#connected(async (db) => {
      await sql`create schema ${sql.id(schema)}`.execute(db);
    });
    return staging;
  }

  /**
   * Whether the control plane in use has anything that would be moved aside.
   * @throws RegistryOpenError when a collector is at work on it
   */
  static async isOccupied(inUse: PostgresHome): Promise<boolean> {
    const db = await connectPostgres(inUse, () => undefined);
    try {
      await requireIdle(db, inUse);
      return (await movables(db, await currentSchema(db))).length > 0;
    } finally {
      await db.destroy();
    }
  }

  /**
   * What was restored becomes the control plane in use.
   * @param aside - schema that takes what was in use; made when there is something
   * @returns whether there was something
   * @throws RegistryOpenError
   */
  async takePlace(aside: string): Promise<boolean> {
    return this.#connected((db) =>
      db.transaction().execute(async (trx: RegistryTransaction) => {
        await requireIdle(trx, this.#inUse);
        const place = await currentSchema(trx);
        const occupied = (await movables(trx, place)).length > 0;
        if (occupied) {
          await sql`create schema ${sql.id(aside)}`.execute(trx);
          await move(trx, place, aside);
        }
        await move(trx, this.#schema, place);
        await sql`drop schema ${sql.id(this.#schema)}`.execute(trx);
        return occupied;
      }),
    );
  }

  /** Removes what was restored; a second time changes nothing. */
  async drop(): Promise<void> {
    await this.#connected(async (db) => {
      await sql`drop schema if exists ${sql.id(this.#schema)} cascade`.execute(db);
    });
  }

  async #connected<T>(work: (db: RegistryDb) => Promise<T>): Promise<T> {
    const db = await connectPostgres(this.#inUse, () => undefined);
    try {
      return await work(db);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === INSUFFICIENT_PRIVILEGE)) throw error;
      const { database, user } = this.#inUse;
      throw new RegistryOpenError(
        `a restore makes schemas in ${postgresPlace(this.#inUse)}, which its user may not: run "grant create on database ${database} to ${user}" there, and make it the owner of the tables`,
        { cause: error },
      );
    } finally {
      await db.destroy();
    }
  }
}
