/**
 * Whether requests changed what a control plane in SQLite holds, but for what notes who asked. Triggers tell that a row was
 * written; only then are the tables read and compared, since reading them all takes longer than most requests.
 */
import { sql } from 'kysely';
import type { RegistryDb } from '../../../collector/registry/database.ts';

const NOTES_OF_ASKING: ReadonlySet<string> = new Set([
  'audit_log',
  'audit_head',
  'user_session',
  'api_token',
  'login_address',
  'user_device',
]);

export class TableWatch {
  readonly #db: RegistryDb;
  readonly #tables: readonly string[];
  #writes = -1;
  #contents = '';

  private constructor(db: RegistryDb, tables: readonly string[]) {
    this.#db = db;
    this.#tables = tables;
  }

  static async open(db: RegistryDb): Promise<TableWatch> {
    const tables = (await db.introspection.getTables())
      .map(({ name }) => name)
      .filter((name) => !NOTES_OF_ASKING.has(name) && !name.startsWith('job'));
    await sql`create temp table watched (writes integer not null)`.execute(db);
    await sql`insert into watched values (0)`.execute(db);
    for (const table of tables) {
      for (const act of ['insert', 'update', 'delete']) {
        const trigger = sql.raw(`create temp trigger "watch_${act}_${table}" after ${act} on main."${table}"
          begin update watched set writes = writes + 1; end`);
        await trigger.execute(db);
      }
    }
    return new TableWatch(db, tables);
  }

  /** Whether all is as it was when this was asked the last time. */
  async isAsBefore(): Promise<boolean> {
    const { rows } = await sql<{ writes: number }>`select writes from watched`.execute(this.#db);
    const writes = rows[0]?.writes ?? 0;
    if (writes === this.#writes) return true;
    this.#writes = writes;
    const before = this.#contents;
    this.#contents = await this.#read();
    return this.#contents === before;
  }

  async #read(): Promise<string> {
    const all: unknown[] = [];
    for (const table of this.#tables) {
      const { rows } = await sql`select * from ${sql.table(table)}`.execute(this.#db);
      all.push(table, rows);
    }
    return JSON.stringify(all);
  }
}
