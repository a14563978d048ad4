/** The collector's settings: read once from the environment and the command line, checked, frozen. */
import path from 'node:path';
import { z } from 'zod';

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

const configSchema = z.strictObject({
  dataDir: z
    .string()
    .min(1)
    .transform((value) => path.resolve(value)),
  listen: listenSchema,
  clickhouseUrl: z.url().optional(),
  /** Where backups are written; it may be another disk. */
  backupDir: z
    .string()
    .min(1)
    .transform((value) => path.resolve(value))
    .optional(),
  /** Further folders or files with Sigma rules. */
  rules: z.array(
    z
      .string()
      .min(1)
      .transform((value) => path.resolve(value)),
  ),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']),
});

export type CollectorConfig = Readonly<z.infer<typeof configSchema>>;

/** Thrown with every fault of the settings, one a line, each naming its setting. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const SETTING_NAMES: Record<keyof z.infer<typeof configSchema>, string> = {
  dataDir: 'VONGGAC_DATA (--data)',
  listen: 'VONGGAC_LISTEN (--listen)',
  clickhouseUrl: 'VONGGAC_CLICKHOUSE_URL',
  backupDir: 'VONGGAC_BACKUP',
  rules: 'VONGGAC_RULES (--rules)',
  logLevel: 'VONGGAC_LOG_LEVEL',
};

/** @throws ConfigError */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  flags: {
    data?: string | undefined;
    listen?: string | undefined;
    rules?: readonly string[] | undefined;
  } = {},
): CollectorConfig {
  const parsed = configSchema.safeParse({
    dataDir: flags.data ?? env['VONGGAC_DATA'] ?? 'data',
    listen: flags.listen ?? env['VONGGAC_LISTEN'] ?? '127.0.0.1:8443',
    ...(env['VONGGAC_CLICKHOUSE_URL'] ? { clickhouseUrl: env['VONGGAC_CLICKHOUSE_URL'] } : {}),
    ...(env['VONGGAC_BACKUP'] ? { backupDir: env['VONGGAC_BACKUP'] } : {}),
    rules: flags.rules ?? env['VONGGAC_RULES']?.split(path.delimiter) ?? [],
    logLevel: env['VONGGAC_LOG_LEVEL'] ?? 'info',
  });
  if (parsed.success) return Object.freeze(parsed.data);
  const faults = parsed.error.issues.map((issue) => {
    const key = issue.path[0];
    const name =
      typeof key === 'string' && key in SETTING_NAMES
        ? SETTING_NAMES[key as keyof typeof SETTING_NAMES]
        : String(key);
    return `${name}: ${issue.message}`;
  });
  throw new ConfigError(faults.join('\n'), { cause: parsed.error });
}
