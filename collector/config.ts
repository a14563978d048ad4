/** The collector's settings: read once from the environment and the command line, checked, frozen. */
import path from 'node:path';
import { z } from 'zod';
import { parseClamdTarget } from './case/clamd.ts';
import { parseHeadTarget } from './audit/head-target.ts';
import { OIDC_VARIABLES, oidcSettingsSchema, oidcVariables } from './oidc/oidc-settings.ts';
import { parseReserve } from './retention/disk-watch.ts';
import { WORKERS_MAX } from './workers/worker-count.ts';

const listenSchema = z.string().transform((value, context) => {
  const match = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(value);
  const port = Number(match?.[2]);
  if (match === null || port > 65_535) {
    context.addIssue({
      code: 'custom',
      message: `"${value}" is not HOST:PORT, e.g. 127.0.0.1:8443 or [::1]:8443`,
    });
    return z.NEVER;
  }
  return { host: (match[1] ?? '').replace(/^\[|\]$/g, ''), port };
});

const text = z.string().min(1).optional();

const clamdSchema = z.string().transform((value, context) => {
  try {
    return parseClamdTarget(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});

const headTargetSchema = z.string().transform((value, context) => {
  try {
    return parseHeadTarget(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});

/** Where the control plane, the event store and the certificate are, when they are not in the data folder. */
const homeSettings = {
  /** `postgres://user@host/database`; its form is checked where it is used. */
  registryUrl: text,
  registryPasswordFile: text,
  registryCaFile: text,
  clickhouseUrl: z.url().optional(),
  clickhouseUser: text,
  clickhousePasswordFile: text,
  clickhouseDatabase: text,
  clickhouseCaFile: text,
  clickhouseCertFile: text,
  clickhouseKeyFile: text,
  clickhouseCompression: z.enum(['zstd', 'gzip', 'none']).optional(),
  clickhouseTimeoutSeconds: z.coerce.number().int().min(1).max(600).optional(),
  clickhouseCluster: text,
  clickhouseStoragePolicy: text,
  /** Where the server puts backups. */
  clickhouseBackup: text,
  /** A certificate of one's own: PEM files; with its authority, agents pin that. */
  tlsCert: text,
  tlsKey: text,
  tlsCa: text,
};

const homeSchema = z.strictObject(homeSettings);

const configSchema = z.strictObject({
  dataDir: z
    .string()
    .min(1)
    .transform((value) => path.resolve(value)),
  listen: listenSchema,
  ...homeSettings,
  /** Whether a backup is made before a new version changes the databases. */
  upgradeBackup: z.enum(['on', 'off']),
  /** Where backups are written; it may be another disk. */
  backupDir: z
    .string()
    .min(1)
    .transform((value) => path.resolve(value))
    .optional(),
  /** A folder on a second disk: the embedded engine's days that are older than so many go there. */
  coldDir: z
    .string()
    .min(1)
    .transform((value) => path.resolve(value))
    .optional(),
  coldAfterDays: z.coerce.number().int().min(1).max(3_650),
  /** What must stay free of the disk; below it no events are taken. */
  diskReserve: z
    .string()
    .refine((value) => parseReserve(value) !== undefined, 'write it like 5%, 20G or 512M')
    .optional(),
  /** Days before the reserve is reached from which on an alert says so. */
  diskAlertDays: z.coerce.number().int().min(1).max(365),
  /** Where heads of the audit trail go, and no more often than every so many minutes. */
  auditHeads: z.array(headTargetSchema).max(8),
  auditHeadMinutes: z.coerce.number().int().min(1).max(1_440),
  auditHeadsCaFile: text,
  /** Called every minute while all is well, so that its silence is noticed outside. */
  heartbeatUrl: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .optional(),
  /** Where people sign in elsewhere. */
  oidc: oidcSettingsSchema.optional(),
  /** Threads that make rows of what agents send; 0: the main one does it. Left out: by the number of cores. */
  workers: z.coerce.number().int().min(0).max(WORKERS_MAX).optional(),
  /** Whether name servers are asked for what mail domains say of themselves. */
  mailLookups: z.enum(['on', 'off']),
  /** A ClamAV daemon that scans what people attach, and whether a file that it cannot scan is refused. */
  clamd: clamdSchema.optional(),
  clamdRequired: z.enum(['on', 'off']),
  /** Reports to the national centre with their receipts, as `vonggac exchange` writes them; only read. */
  exchangeDir: z
    .string()
    .min(1)
    .transform((value) => path.resolve(value))
    .optional(),
  /** Local hour at which retention runs. */
  retentionHour: z.coerce.number().int().min(0).max(23),
  /** Local hour at which all systems are assessed and the assessment is kept. */
  complianceHour: z.coerce.number().int().min(0).max(23),
  /** Days of events that are looked through for indicators that an import has brought; 0: none. */
  indicatorLookBackDays: z.coerce.number().int().min(0).max(400),
  /** Further folders or files with Sigma rules. */
  rules: z.array(
    z
      .string()
      .min(1)
      .transform((value) => path.resolve(value)),
  ),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']),
});

const checkedSchema = configSchema
  .refine(({ clickhouseUrl, coldDir }) => clickhouseUrl === undefined || coldDir === undefined, {
    path: ['coldDir'],
    error:
      'it is for the embedded engine; a server moves old days by a policy of its own: VONGGAC_CLICKHOUSE_STORAGE_POLICY',
  })
  .refine(({ clamd, clamdRequired }) => clamd !== undefined || clamdRequired === 'off', {
    path: ['clamdRequired'],
    error: 'there is no scanner to ask; set VONGGAC_CLAMD, too',
  });

export type CollectorConfig = Readonly<z.infer<typeof configSchema>>;

/** Thrown with every fault of the settings, one a line, each naming its setting. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const HOME_VARIABLES: Record<keyof typeof homeSettings, string> = {
  registryUrl: 'VONGGAC_REGISTRY_URL',
  registryPasswordFile: 'VONGGAC_REGISTRY_PASSWORD_FILE',
  registryCaFile: 'VONGGAC_REGISTRY_CA_FILE',
  clickhouseUrl: 'VONGGAC_CLICKHOUSE_URL',
  clickhouseUser: 'VONGGAC_CLICKHOUSE_USER',
  clickhousePasswordFile: 'VONGGAC_CLICKHOUSE_PASSWORD_FILE',
  clickhouseDatabase: 'VONGGAC_CLICKHOUSE_DATABASE',
  clickhouseCaFile: 'VONGGAC_CLICKHOUSE_CA_FILE',
  clickhouseCertFile: 'VONGGAC_CLICKHOUSE_CERT_FILE',
  clickhouseKeyFile: 'VONGGAC_CLICKHOUSE_KEY_FILE',
  clickhouseCompression: 'VONGGAC_CLICKHOUSE_COMPRESSION',
  clickhouseTimeoutSeconds: 'VONGGAC_CLICKHOUSE_TIMEOUT_SECONDS',
  clickhouseCluster: 'VONGGAC_CLICKHOUSE_CLUSTER',
  clickhouseStoragePolicy: 'VONGGAC_CLICKHOUSE_STORAGE_POLICY',
  clickhouseBackup: 'VONGGAC_CLICKHOUSE_BACKUP',
  tlsCert: 'VONGGAC_TLS_CERT',
  tlsKey: 'VONGGAC_TLS_KEY',
  tlsCa: 'VONGGAC_TLS_CA',
};

const SETTING_NAMES: Record<keyof z.infer<typeof configSchema>, string> = {
  ...HOME_VARIABLES,
  dataDir: 'VONGGAC_DATA (--data)',
  listen: 'VONGGAC_LISTEN (--listen)',
  backupDir: 'VONGGAC_BACKUP',
  upgradeBackup: 'VONGGAC_UPGRADE_BACKUP',
  diskReserve: 'VONGGAC_DISK_RESERVE',
  coldDir: 'VONGGAC_COLD_DIR',
  coldAfterDays: 'VONGGAC_COLD_AFTER_DAYS',
  diskAlertDays: 'VONGGAC_DISK_ALERT_DAYS',
  auditHeads: 'VONGGAC_AUDIT_HEADS',
  auditHeadMinutes: 'VONGGAC_AUDIT_HEAD_MINUTES',
  auditHeadsCaFile: 'VONGGAC_AUDIT_HEADS_CA_FILE',
  heartbeatUrl: 'VONGGAC_HEARTBEAT_URL',
  oidc: 'VONGGAC_OIDC_ISSUER',
  workers: 'VONGGAC_WORKERS',
  mailLookups: 'VONGGAC_MAIL_LOOKUPS',
  clamd: 'VONGGAC_CLAMD',
  clamdRequired: 'VONGGAC_CLAMD_REQUIRED',
  exchangeDir: 'VONGGAC_EXCHANGE_DIR',
  retentionHour: 'VONGGAC_RETENTION_HOUR',
  complianceHour: 'VONGGAC_COMPLIANCE_HOUR',
  indicatorLookBackDays: 'VONGGAC_INDICATOR_LOOK_BACK_DAYS',
  rules: 'VONGGAC_RULES (--rules)',
  logLevel: 'VONGGAC_LOG_LEVEL',
};

/** Where the settings keep control plane and events, for commands that run beside an idle data folder. @throws ConfigError */
export function readHomeSettings(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<z.infer<typeof homeSchema>> {
  const parsed = homeSchema.safeParse(setVariables(env));
  if (parsed.success) return parsed.data;
  throw new ConfigError(faultsOf(parsed.error), { cause: parsed.error });
}

/** A variable that is set to nothing is as good as one that is not set. */
function setVariables(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(HOME_VARIABLES).flatMap(([key, name]) => (env[name] ? [[key, env[name]]] : [])),
  );
}

/** One line for each, naming its setting. */
function faultsOf({ issues }: z.ZodError): string {
  const faults = issues.map((issue) => {
    const [key, part] = issue.path;
    if (key === 'oidc' && typeof part === 'string' && part in OIDC_VARIABLES) {
      return `${OIDC_VARIABLES[part as keyof typeof OIDC_VARIABLES]}: ${issue.message}`;
    }
    const name =
      typeof key === 'string' && key in SETTING_NAMES
        ? SETTING_NAMES[key as keyof typeof SETTING_NAMES]
        : String(key);
    return `${name}: ${issue.message}`;
  });
  return faults.join('\n');
}

/** @throws ConfigError */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  flags: {
    data?: string | undefined;
    listen?: string | undefined;
    rules?: readonly string[] | undefined;
  } = {},
): CollectorConfig {
  const parsed = checkedSchema.safeParse({
    dataDir: flags.data ?? env['VONGGAC_DATA'] ?? 'data',
    listen: flags.listen ?? env['VONGGAC_LISTEN'] ?? '127.0.0.1:8443',
    ...setVariables(env),
    upgradeBackup: env['VONGGAC_UPGRADE_BACKUP'] ?? 'on',
    ...(env['VONGGAC_BACKUP'] ? { backupDir: env['VONGGAC_BACKUP'] } : {}),
    ...(env['VONGGAC_DISK_RESERVE'] ? { diskReserve: env['VONGGAC_DISK_RESERVE'] } : {}),
    ...(env['VONGGAC_COLD_DIR'] ? { coldDir: env['VONGGAC_COLD_DIR'] } : {}),
    coldAfterDays: env['VONGGAC_COLD_AFTER_DAYS'] ?? '30',
    diskAlertDays: env['VONGGAC_DISK_ALERT_DAYS'] ?? '14',
    auditHeads: env['VONGGAC_AUDIT_HEADS']?.split(/[\s,]+/).filter((one) => one !== '') ?? [],
    auditHeadMinutes: env['VONGGAC_AUDIT_HEAD_MINUTES'] ?? '15',
    ...(env['VONGGAC_AUDIT_HEADS_CA_FILE'] ? { auditHeadsCaFile: env['VONGGAC_AUDIT_HEADS_CA_FILE'] } : {}),
    ...(env['VONGGAC_HEARTBEAT_URL'] ? { heartbeatUrl: env['VONGGAC_HEARTBEAT_URL'] } : {}),
    oidc: oidcVariables(env),
    ...(env['VONGGAC_WORKERS'] ? { workers: env['VONGGAC_WORKERS'] } : {}),
    mailLookups: env['VONGGAC_MAIL_LOOKUPS'] ?? 'off',
    ...(env['VONGGAC_CLAMD'] ? { clamd: env['VONGGAC_CLAMD'] } : {}),
    clamdRequired: env['VONGGAC_CLAMD_REQUIRED'] ?? 'off',
    ...(env['VONGGAC_EXCHANGE_DIR'] ? { exchangeDir: env['VONGGAC_EXCHANGE_DIR'] } : {}),
    retentionHour: env['VONGGAC_RETENTION_HOUR'] ?? '2',
    complianceHour: env['VONGGAC_COMPLIANCE_HOUR'] ?? '5',
    indicatorLookBackDays: env['VONGGAC_INDICATOR_LOOK_BACK_DAYS'] ?? '30',
    rules: flags.rules ?? env['VONGGAC_RULES']?.split(path.delimiter) ?? [],
    logLevel: env['VONGGAC_LOG_LEVEL'] ?? 'info',
  });
  if (parsed.success) return Object.freeze(parsed.data);
  throw new ConfigError(faultsOf(parsed.error), { cause: parsed.error });
}

/** The files of the operator's own certificate. @throws ConfigError when only one of the two is named */
export function ownCertificate(
  config: CollectorConfig,
): { certificate: string; key: string; authority: string | undefined } | undefined {
  const { tlsCert: certificate, tlsKey: key, tlsCa: authority } = config;
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate !== undefined && key !== undefined) return { certificate, key, authority };
  throw new ConfigError('VONGGAC_TLS_CERT and VONGGAC_TLS_KEY belong together: name both files');
}
