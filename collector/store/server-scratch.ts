/**
 * Where on a ClickHouse server a copy is restored: a database made for a drill, or the empty one of the settings.
 * Invariant: nothing is dropped but what was restored here, since the database was empty or is ours alone.
 */
import { z } from 'zod';
import type { ServerHome } from './clickhouse-home.ts';
import { onCluster } from './cluster.ts';
import { Connection } from './connection.ts';
import { missingGrants, quotedName } from './grants.ts';
import { ServerUnfitError } from './server-unfit-error.ts';
import { StoreCopyError } from './store-copy-error.ts';

const tableSchema = z.object({ name: z.string(), isView: z.coerce.boolean() });
type Table = z.infer<typeof tableSchema>;

async function connected<T>(home: ServerHome, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = new Connection(home);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

function tablesOf(connection: Connection): Promise<Table[]> {
  return connection.rows(
    {
      query: `SELECT name, toUInt8(engine LIKE '%View') AS isView FROM system.tables
        WHERE database = currentDatabase() AND NOT is_temporary ORDER BY isView DESC, name`,
      params: {},
    },
    (row) => tableSchema.parse(row),
  );
}

/** @throws ServerUnfitError, StoreUnavailableError */
export async function requireEmptyDatabase(server: ServerHome): Promise<void> {
  const tables = await connected(server, tablesOf);
  if (tables.length === 0) return;
  throw new ServerUnfitError(
    `the database on ${server.url} has tables (${tables[0]?.name ?? ''}, ...): make an empty one with "CREATE DATABASE name" and name it in VONGGAC_CLICKHOUSE_DATABASE; what is there stays as it is`,
  );
}

export class ServerScratch {
  /** The server with the database to restore into. */
  readonly home: ServerHome;
  readonly #server: ServerHome;
  readonly #made: string | undefined;

  constructor(server: ServerHome, where: { database: string } | 'the database of the settings') {
    this.#server = server;
    this.#made = typeof where === 'string' ? undefined : where.database;
    this.home = this.#made === undefined ? server : { ...server, database: this.#made };
  }

  get #everywhere(): string {
    return this.#server.cluster === undefined ? '' : ` ${onCluster(this.#server.cluster)}`;
  }

  /** @throws StoreCopyError with what to grant, ServerUnfitError, StoreUnavailableError */
  async make(): Promise<void> {
    const made = this.#made;
    if (made === undefined) return requireEmptyDatabase(this.#server);
    await connected(this.#server, async (connection) => {
      const wanted = ['CREATE DATABASE', 'DROP DATABASE'].map((right) => [right, '*.*'] as const);
      const missing = await missingGrants(connection, wanted);
      if (missing.length > 0) {
        throw new StoreCopyError(
          `a drill restores into a database of its own, which the server's user may not make. There:\n${missing.join('\n')}`,
        );
      }
      await connection.answer(`CREATE DATABASE ${quotedName(made)}${this.#everywhere}`);
    });
  }

  /** Removes what was restored. @throws StoreUnavailableError, or the server's error */
  async drop(): Promise<void> {
    const made = this.#made;
    if (made !== undefined) {
      await connected(this.#server, (connection) =>
        connection.answer(`DROP DATABASE IF EXISTS ${quotedName(made)}${this.#everywhere} SYNC`),
      );
      return;
    }
    await connected(this.#server, async (connection) => {
      for (const { name, isView } of await tablesOf(connection)) {
        const kind = isView ? 'VIEW' : 'TABLE';
        await connection.answer(`DROP ${kind} IF EXISTS ${quotedName(name)}${this.#everywhere} SYNC`);
      }
    });
  }
}
