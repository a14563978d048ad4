/**
 * Where a control plane on PostgreSQL is, out of its settings. The password may stand in a file instead of the URL;
 * over a network the connection is always TLS with the server's certificate checked, and no setting turns that off.
 */
import { readFileSync } from 'node:fs';

export interface PostgresHome {
  /** Host name, address, or the folder of the server's unix socket. */
  host: string;
  port: number;
  user: string;
  password: string | undefined;
  database: string;
  /** Undefined only on this machine: a unix socket, or loopback without certificate authorities. */
  tls: { caPem: string | undefined } | undefined;
  /** Schema that is used instead of the user's own; for a restore, which fills one beside it. */
  schema?: string | undefined;
}

/** A setting of the control plane on PostgreSQL is wrong; the message names it and never repeats a password. */
export class PostgresSettingError extends Error {
  override readonly name = 'PostgresSettingError';
}

const PORT = 5432;
const FORM =
  'postgres://USER@HOST:5432/DATABASE, or postgres://USER@%2Frun%2Fpostgresql/DATABASE for a socket';
const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1']);

function readSetting(setting: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new PostgresSettingError(
      `${setting}: ${file} cannot be read: check the path, and that this user may read it`,
      { cause: error },
    );
  }
}

/** Decodes what a URL holds of a name. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new PostgresSettingError('VONGGAC_REGISTRY_URL: a % must be written as %25', { cause: error });
  }
}

/** @throws PostgresSettingError */
export function readPostgresHome(settings: {
  url: string;
  passwordFile?: string | undefined;
  caFile?: string | undefined;
}): PostgresHome {
  const url = URL.canParse(settings.url) ? new URL(settings.url) : undefined;
  const scheme = url?.protocol;
  if (url === undefined || (scheme !== 'postgres:' && scheme !== 'postgresql:')) {
    throw new PostgresSettingError(`VONGGAC_REGISTRY_URL must look like ${FORM}`);
  }
  const user = decoded(url.username);
  const database = decoded(url.pathname.slice(1));
  const host = decoded(url.hostname).replace(/^\[|\]$/g, '');
  if (user === '' || database === '' || host === '' || database.includes('/')) {
    throw new PostgresSettingError(
      `VONGGAC_REGISTRY_URL names no user, host or database; it looks like ${FORM}`,
    );
  }
  const [option] = url.searchParams.keys();
  if (option !== undefined) {
    throw new PostgresSettingError(
      `VONGGAC_REGISTRY_URL: "${option}" is not understood. TLS is always on over a network; certificate authorities come from VONGGAC_REGISTRY_CA_FILE`,
    );
  }
  const { passwordFile, caFile } = settings;
  if (url.password !== '' && passwordFile !== undefined) {
    throw new PostgresSettingError(
      'VONGGAC_REGISTRY_PASSWORD_FILE: the URL holds a password as well; give one',
    );
  }
  const password =
    passwordFile === undefined
      ? decoded(url.password)
      : readSetting('VONGGAC_REGISTRY_PASSWORD_FILE', passwordFile).replace(/\r?\n$/, '');
  const here = host.startsWith('/') || LOOPBACK.has(host);
  const caPem = caFile === undefined ? undefined : readSetting('VONGGAC_REGISTRY_CA_FILE', caFile);
  return {
    host,
    port: url.port === '' ? PORT : Number(url.port),
    user,
    password: password === '' ? undefined : password,
    database,
    tls: here && caPem === undefined ? undefined : { caPem },
  };
}

/** For people and logs: where it is, without the password. */
export function postgresPlace(home: PostgresHome): string {
  const host = home.host.includes(':') ? `[${home.host}]` : home.host;
  return `postgres://${home.user}@${host}:${home.port}/${home.database}`;
}
