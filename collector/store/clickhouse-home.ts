/**
 * Where a ClickHouse server or cluster is, out of its settings. Over a network the connection is TLS with the
 * server's certificate checked, and no setting turns that off; the password may stand in a file instead of the URL.
 */
import { readFileSync } from 'node:fs';
import { type BackupPlace, parseBackupPlace } from './backup-place.ts';

export interface ServerHome {
  /** Scheme, host and port. */
  url: string;
  username?: string | undefined;
  password?: string | undefined;
  database?: string | undefined;
  /** Certificate authorities; the system's by default. */
  caPem?: Buffer | undefined;
  /** Our own certificate, where the server asks for one. */
  client?: { certPem: Buffer; keyPem: Buffer } | undefined;
  /** Of what is sent and answered; zstd by default. */
  compression?: 'zstd' | 'gzip' | 'none' | undefined;
  requestMsMax?: number | undefined;
  /** Tables are replicated over this cluster, and events spread over its shards. */
  cluster?: string | undefined;
  /** Storage policy of events; its last volume takes old days. */
  storagePolicy?: string | undefined;
  /** Where the server puts backups. */
  backup?: BackupPlace | undefined;
}

/** The collector's settings about ClickHouse. */
export interface ClickHouseSettingsOf {
  clickhouseUrl?: string | undefined;
  clickhouseUser?: string | undefined;
  clickhousePasswordFile?: string | undefined;
  clickhouseDatabase?: string | undefined;
  clickhouseCaFile?: string | undefined;
  clickhouseCertFile?: string | undefined;
  clickhouseKeyFile?: string | undefined;
  clickhouseCompression?: 'zstd' | 'gzip' | 'none' | undefined;
  clickhouseTimeoutSeconds?: number | undefined;
  clickhouseCluster?: string | undefined;
  clickhouseStoragePolicy?: string | undefined;
  clickhouseBackup?: string | undefined;
}

/** A setting of the event store is wrong; the message names it and never repeats a password. */
export class ClickHouseSettingError extends Error {
  override readonly name = 'ClickHouseSettingError';
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
/** Names that need no quoting anywhere a cluster is named. */
const CLUSTER_NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;

function readSetting(setting: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ClickHouseSettingError(
      `${setting}: ${file} cannot be read: check the path, and that this user may read it`,
      { cause: error },
    );
  }
}

/** Takes user, password and database out of the URL. @throws ClickHouseSettingError */
export function parseClickHouseUrl(text: string): ServerHome {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new ClickHouseSettingError(
      'VONGGAC_CLICKHOUSE_URL must look like https://user:password@host:8443/database',
    );
  }
  if (url.protocol === 'http:' && !LOOPBACK.has(url.hostname)) {
    throw new ClickHouseSettingError(
      'VONGGAC_CLICKHOUSE_URL: http:// is for this machine only; over a network use https:// (port 8443)',
    );
  }
  const database = decodeURIComponent(url.pathname.slice(1));
  return {
    url: url.origin,
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    ...(database === '' ? {} : { database }),
  };
}

function clientCertificate(settings: ClickHouseSettingsOf): ServerHome['client'] {
  const { clickhouseCertFile: cert, clickhouseKeyFile: key, clickhouseCaFile: ca } = settings;
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined || ca === undefined) {
    throw new ClickHouseSettingError(
      'VONGGAC_CLICKHOUSE_CERT_FILE needs VONGGAC_CLICKHOUSE_KEY_FILE and VONGGAC_CLICKHOUSE_CA_FILE beside it',
    );
  }
  return {
    certPem: readSetting('VONGGAC_CLICKHOUSE_CERT_FILE', cert),
    keyPem: readSetting('VONGGAC_CLICKHOUSE_KEY_FILE', key),
  };
}

/** @throws ClickHouseSettingError */
function readBackupPlace(text: string): BackupPlace {
  const place = parseBackupPlace(text);
  if (place !== undefined) return place;
  throw new ClickHouseSettingError(
    'VONGGAC_CLICKHOUSE_BACKUP: write disk:NAME, s3:COLLECTION or file:/FOLDER, as the server names it',
  );
}

/** @returns undefined when no server is set: the embedded engine. @throws ClickHouseSettingError */
export function readServerHome(settings: ClickHouseSettingsOf): ServerHome | undefined {
  const { clickhouseUrl, clickhouseUser, clickhousePasswordFile, clickhouseDatabase, clickhouseCaFile } =
    settings;
  const { clickhouseCluster: cluster, clickhouseCompression, clickhouseTimeoutSeconds } = settings;
  const { clickhouseBackup } = settings;
  if (clickhouseUrl === undefined) {
    const lost = Object.entries(settings).find(
      ([key, value]) => key.startsWith('clickhouse') && value !== undefined,
    );
    if (lost === undefined) return undefined;
    throw new ClickHouseSettingError(
      'VONGGAC_CLICKHOUSE_URL is missing beside the other settings of its server',
    );
  }
  const home = parseClickHouseUrl(clickhouseUrl);
  if (cluster !== undefined && !CLUSTER_NAME.test(cluster)) {
    throw new ClickHouseSettingError(
      'VONGGAC_CLICKHOUSE_CLUSTER: a name of letters, digits, "_", "." and "-"',
    );
  }
  const { clickhouseStoragePolicy: storagePolicy } = settings;
  if (storagePolicy !== undefined && !CLUSTER_NAME.test(storagePolicy)) {
    throw new ClickHouseSettingError(
      'VONGGAC_CLICKHOUSE_STORAGE_POLICY: a name of letters, digits, "_", "." and "-"',
    );
  }
  if (clickhouseCaFile !== undefined && home.url.startsWith('http:')) {
    throw new ClickHouseSettingError('VONGGAC_CLICKHOUSE_CA_FILE: the URL has to be https:// for it');
  }
  if (clickhousePasswordFile !== undefined && home.password !== undefined) {
    throw new ClickHouseSettingError(
      'VONGGAC_CLICKHOUSE_PASSWORD_FILE: the URL holds a password as well; give one',
    );
  }
  const client = clientCertificate(settings);
  return {
    ...home,
    ...(clickhouseUser === undefined ? {} : { username: clickhouseUser }),
    ...(clickhouseDatabase === undefined ? {} : { database: clickhouseDatabase }),
    ...(clickhousePasswordFile === undefined
      ? {}
      : {
          password: readSetting('VONGGAC_CLICKHOUSE_PASSWORD_FILE', clickhousePasswordFile)
            .toString('utf8')
            .replace(/\r?\n$/, ''),
        }),
    ...(clickhouseCaFile === undefined
      ? {}
      : { caPem: readSetting('VONGGAC_CLICKHOUSE_CA_FILE', clickhouseCaFile) }),
    ...(client === undefined ? {} : { client }),
    ...(clickhouseCompression === undefined ? {} : { compression: clickhouseCompression }),
    ...(clickhouseTimeoutSeconds === undefined ? {} : { requestMsMax: clickhouseTimeoutSeconds * 1_000 }),
    ...(cluster === undefined ? {} : { cluster }),
    ...(storagePolicy === undefined ? {} : { storagePolicy }),
    ...(clickhouseBackup === undefined ? {} : { backup: readBackupPlace(clickhouseBackup) }),
  };
}
