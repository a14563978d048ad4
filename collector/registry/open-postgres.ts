/**
 * Connects to a control plane on PostgreSQL and says in words what is wrong when it cannot be used: the server is away,
 * too old, does not know us, or does not let us make tables.
 */
import { sql } from 'kysely';
import { Pool } from 'pg';
import { TurnPostgresDialect, poolConfig } from './postgres-dialect.ts';
import { postgresPlace, type PostgresHome } from './postgres-home.ts';
import { RegistryOpenError } from './registry-open-error.ts';
import { RegistryUnavailableError } from './storage-error.ts';
import type { Database } from './tables.ts';
import { QueueingKysely } from './transaction-queue.ts';

/** Oldest release tested here and still served by its makers. */
const VERSION_MIN = 14;

const MAY_NOT_CREATE =
  'the user may not make tables: grant "usage, create" on the schema "public" of that database to it';

const NOT_TRUSTED = 'its certificate is not trusted: name its authority in VONGGAC_REGISTRY_CA_FILE';

/** What to do about the server's or the system's code. */
const ADVICE: Readonly<Record<string, string>> = {
  '28P01': 'the password is wrong: set VONGGAC_REGISTRY_PASSWORD_FILE',
  '28000': 'the server does not admit this user from here: see its pg_hba.conf',
  '3D000': 'there is no such database: make it with "create database ... encoding \'UTF8\'"',
  '42501': MAY_NOT_CREATE,
  '3F000': MAY_NOT_CREATE,
  '53300': 'the server has no connection left: raise max_connections',
  '57P03': 'the server is starting or stopping: try again in a moment',
  ECONNREFUSED: 'nothing answers there: check host and port, and that the server runs',
  ENOENT: 'there is no such socket: check the folder in the URL, and that the server runs',
  EACCES: 'this user may not open the socket',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name cannot be looked up now',
  ETIMEDOUT: 'nothing answers there in time',
  DEPTH_ZERO_SELF_SIGNED_CERT: NOT_TRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: NOT_TRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: NOT_TRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: NOT_TRUSTED,
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name than the one in the URL',
  CERT_HAS_EXPIRED: 'its certificate has expired',
};

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function openError(home: PostgresHome, what: string, cause?: unknown): RegistryOpenError {
  return new RegistryOpenError(`cannot open the control plane ${postgresPlace(home)}: ${what}`, { cause });
}

/** The error with what to do about it, where its code is known; the server's own words are its cause. */
export function knownPostgresError(home: PostgresHome, error: unknown): RegistryOpenError | undefined {
  const advice = ADVICE[codeOf(error) ?? ''];
  return advice === undefined ? undefined : openError(home, advice, error);
}

function connectError(home: PostgresHome, error: unknown): RegistryOpenError {
  const code = codeOf(error);
  // What has no code is pg's own: it says in words that a server speaks no TLS, or did not answer in time.
  const said =
    error instanceof Error && code === undefined ? error.message : `it answered ${code ?? String(error)}`;
  return knownPostgresError(home, error) ?? openError(home, said, error);
}

async function checkServer(db: QueueingKysely<Database>, home: PostgresHome): Promise<void> {
  const { rows } = await sql<{ version: number; encoding: string }>`
    select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding
  `.execute(db);
  const [server] = rows;
  const major = Math.trunc((server?.version ?? 0) / 10_000);
  if (major < VERSION_MIN) {
    throw openError(home, `the server is PostgreSQL ${major}, too old: ${VERSION_MIN} or newer is needed`);
  }
  if (server?.encoding !== 'UTF8') {
    throw openError(home, `the database is kept in ${server?.encoding}: make it with "encoding 'UTF8'"`);
  }
}

/**
 * @param onLost a connection broke; the pool makes a new one when it is needed
 * @throws RegistryOpenError
 */
export async function connectPostgres(
  home: PostgresHome,
  onLost: (error: Error) => void,
): Promise<QueueingKysely<Database>> {
  const pool = new Pool(poolConfig(home));
  pool.on('error', onLost);
  // One that is in use tells its own listeners, and without any ends the process; its statement fails by itself.
  pool.on('connect', (client) => client.on('error', onLost));
  const db = new QueueingKysely<Database>({ dialect: new TurnPostgresDialect({ pool }) });
  try {
    await checkServer(db, home);
    return db;
  } catch (error) {
    await db.destroy();
    throw error instanceof RegistryOpenError
      ? error
      : connectError(home, error instanceof RegistryUnavailableError ? error.cause : error);
  }
}
