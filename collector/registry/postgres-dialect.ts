/**
 * Kysely over PostgreSQL, as the rest of the control plane expects it: one transaction at a time over all collectors,
 * as SQLite has it, so that what a transaction read still holds when it writes; whole numbers are numbers; text that
 * PostgreSQL cannot hold is mended. Reads and single statements outside transactions wait for nobody.
 */
import {
  type AbortableOperationOptions,
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  PostgresAdapter,
  type PostgresDialectConfig,
  PostgresDriver,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';
import { type PoolConfig, types } from 'pg';
import type { PostgresHome } from './postgres-home.ts';
import { RegistryUnavailableError } from './storage-error.ts';

/** Connections of one collector: the writer, and reads beside it. */
const CONNECTIONS_MAX = 8;
const CONNECT_MS_MAX = 10_000;
const STATEMENT_MS_MAX = 60_000;
/** A transaction holds everyone else up: one whose process hangs is ended by the server. */
const IDLE_IN_TRANSACTION_MS_MAX = 15_000;
const TURN_MS_MAX = 30_000;

/** Key of the advisory lock that a transaction holds. */
const TURN_KEY = 0x76_67_74; // "vgt"

/** @throws RangeError rather than a number that is another one */
function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} from the control plane is too large`);
  return value;
}

/** A sum of whole numbers comes as numeric. */
function numeric(text: string): number {
  return /^-?\d+$/.test(text) ? wholeNumber(text) : Number(text);
}

/** The server notices within half a minute that a machine is gone, and lets go of its turn. */
const KEEP_ALIVE = '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3';

/** What every session begins with. @throws RangeError for a schema's name that would need quoting */
function sessionOptions(schema: string | undefined): string {
  if (schema === undefined) return KEEP_ALIVE;
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(schema)) throw new RangeError(`unexpected schema name ${schema}`);
  return `${KEEP_ALIVE} -c search_path=${schema}`;
}

/** How the pool connects. Nothing is taken from the environment or from files of libpq. */
export function poolConfig(home: PostgresHome): PoolConfig {
  const { host, port, user, password, database, tls, schema } = home;
  return {
    host,
    port,
    user,
    database,
    // An empty one keeps pg from looking for a password file.
    password: password ?? '',
    ssl:
      tls === undefined
        ? false
        : { rejectUnauthorized: true, ...(tls.caPem === undefined ? {} : { ca: tls.caPem }) },
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    keepAlive: true,
    application_name: 'vonggac',
    statement_timeout: STATEMENT_MS_MAX,
    lock_timeout: TURN_MS_MAX,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS_MAX,
    options: sessionOptions(schema),
    types: {
      getTypeParser: (oid, format) => {
        if (oid === types.builtins.INT8) return wholeNumber;
        if (oid === types.builtins.NUMERIC) return numeric;
        return types.getTypeParser(oid, format);
      },
    },
  };
}

class TurnDriver extends PostgresDriver {
  override async acquireConnection(options?: AbortableOperationOptions): Promise<DatabaseConnection> {
    try {
      return await super.acquireConnection(options);
    } catch (error) {
      throw new RegistryUnavailableError('the control plane cannot be reached', { cause: error });
    }
  }

  /** The lock goes with the transaction, however it ends. Each statement sees what was committed before it. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(
      CompiledQuery.raw(`begin isolation level read committed; select pg_advisory_xact_lock(${TURN_KEY})`),
    );
  }
}

/** PostgreSQL's text holds no NUL, and hosts send what they like. */
class MendingCompiler extends PostgresQueryCompiler {
  protected override appendValue(parameter: unknown): void {
    super.appendValue(typeof parameter === 'string' ? parameter.replaceAll('\0', '\uFFFD') : parameter);
  }
}

export class TurnPostgresDialect implements Dialect {
  readonly #config: PostgresDialectConfig;

  constructor(config: PostgresDialectConfig) {
    this.#config = config;
  }

  createDriver(): Driver {
    return new TurnDriver(this.#config);
  }

  createAdapter(): PostgresAdapter {
    return new PostgresAdapter();
  }

  createQueryCompiler(): PostgresQueryCompiler {
    return new MendingCompiler();
  }

  createIntrospector(db: Kysely<unknown>): PostgresIntrospector {
    return new PostgresIntrospector(db);
  }
}
