/**
 * Looks at a server before anything is made on it: whether it is new enough, knows the database and the cluster, and
 * lets this user do what the store does. What is missing is said at once, with the statements that grant it.
 */
import { ClickHouseError } from '@clickhouse/client';
import { z } from 'zod';
import type { ServerHome } from './clickhouse-home.ts';
import type { Connection } from './connection.ts';
import { missingGrants, quotedName } from './grants.ts';
import { ServerUnfitError } from './server-unfit-error.ts';
import { StoreUnavailableError } from './store.ts';

/** The long-term release nearest below the engine that the tests run on (26.7). */
export const SERVER_VERSION_MIN = [26, 3] as const;

const TABLE_RIGHTS = [
  'SELECT',
  'INSERT',
  'CREATE TABLE',
  'CREATE VIEW',
  'DROP TABLE',
  'ALTER TABLE',
  'ALTER DELETE',
  'OPTIMIZE',
];
const CLUSTER_RIGHTS = ['CLUSTER', 'REMOTE'];
const SYSTEM_TABLES = ['processes', 'parts', 'disks', 'mutations', 'tables', 'storage_policies', 'moves'];

const answerSchema = z.object({ value: z.coerce.string() });

/** Codes of a refusal at the door. */
const ADVICE: Readonly<Record<string, string>> = {
  81: 'there is no such database: make it with "CREATE DATABASE name", or choose another with VONGGAC_CLICKHOUSE_DATABASE',
  192: 'the server does not know this user: set VONGGAC_CLICKHOUSE_USER',
  193: 'the password is wrong: set VONGGAC_CLICKHOUSE_PASSWORD_FILE',
  194: 'the server asks for a password: set VONGGAC_CLICKHOUSE_PASSWORD_FILE',
  516: 'user or password is wrong: set VONGGAC_CLICKHOUSE_USER and VONGGAC_CLICKHOUSE_PASSWORD_FILE',
};

/** Whether a version such as `26.7.2.1` is at least the oldest that is served. */
export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [majorMin, minorMin] = SERVER_VERSION_MIN;
  return major > majorMin || (major === majorMin && minor >= minorMin);
}

/** A refusal at the door in words; the error as it is when it says nothing about the settings. */
function toUnfit(home: ServerHome, error: unknown): unknown {
  const cause = error instanceof StoreUnavailableError ? error.cause : error;
  const advice = cause instanceof ClickHouseError ? ADVICE[cause.code] : undefined;
  return advice === undefined
    ? error
    : new ServerUnfitError(`cannot use the ClickHouse server ${home.url}: ${advice}`, { cause: error });
}

/** @throws ServerUnfitError, StoreUnavailableError when it cannot be reached */
export async function checkServer(connection: Connection, home: ServerHome): Promise<void> {
  const ask = async (query: string, params: Record<string, unknown> = {}): Promise<string> => {
    const [value] = await connection.rows({ query, params }, (row) => answerSchema.parse(row).value);
    return value ?? '';
  };
  const unfit = (what: string): ServerUnfitError =>
    new ServerUnfitError(`cannot use the ClickHouse server ${home.url}: ${what}`);
  let version: string;
  try {
    version = await ask('SELECT version() AS value');
  } catch (error) {
    throw toUnfit(home, error);
  }
  if (!isNewEnough(version)) {
    throw unfit(`it is version ${version}, too old: ${SERVER_VERSION_MIN.join('.')} or newer is needed`);
  }
  const { cluster } = home;
  if (cluster !== undefined) {
    const query = 'SELECT count() AS value FROM system.clusters WHERE cluster = {cluster:String}';
    if ((await ask(query, { cluster })) === '0') {
      throw unfit(
        `it knows no cluster "${cluster}": see system.clusters there, and VONGGAC_CLICKHOUSE_CLUSTER`,
      );
    }
  }
  const { storagePolicy } = home;
  if (storagePolicy !== undefined) {
    const query = 'SELECT count() AS value FROM system.storage_policies WHERE policy_name = {policy:String}';
    const volumes = Number(await ask(query, { policy: storagePolicy }));
    if (volumes < 2) {
      throw unfit(
        `its storage policy "${storagePolicy}" has ${volumes} volumes where two are needed, the last for old days: see system.storage_policies there, and VONGGAC_CLICKHOUSE_STORAGE_POLICY`,
      );
    }
  }
  const database = quotedName(await ask('SELECT currentDatabase() AS value'));
  const wanted: [right: string, on: string][] = [
    ...TABLE_RIGHTS.map((right): [string, string] => [right, `${database}.*`]),
    ...SYSTEM_TABLES.map((table): [string, string] => ['SELECT', `system.${table}`]),
    ...(cluster === undefined
      ? []
      : [...CLUSTER_RIGHTS, 'SYSTEM SYNC REPLICA'].map((right): [string, string] => [right, '*.*'])),
  ];
  const missing = await missingGrants(connection, wanted);
  if (missing.length > 0)
    throw unfit(`its user may not do all that is needed. There:\n${missing.join('\n')}`);
}
