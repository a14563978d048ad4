/**
 * Where Linux distributions put the logs that matter, by what writes them. One table for what the agent reads when
 * nothing is configured and for what it proposes.
 */
import type { LogChannel } from '#protocol/record-names.ts';

export const LOG_WRITERS = [
  'syslog',
  'dpkg',
  'nginx',
  'apache',
  'postgresql',
  'mysql',
  'exim',
  'auditd',
  'application',
] as const;
export type LogWriter = (typeof LOG_WRITERS)[number];

/** What servers call themselves, in every language. */
export const SERVER_NAMES = {
  nginx: 'nginx',
  apache: 'Apache',
  postgresql: 'PostgreSQL',
  mysql: 'MySQL, MariaDB',
  exim: 'Exim',
} as const;

export interface KnownLog {
  writer: LogWriter;
  /** A file or a glob. */
  path: string;
  channel: LogChannel;
  /** Logs that hold the same lines: where one of them is, this one is left out. */
  coveredBy?: readonly string[] | undefined;
  /** A syslog daemon writes into it what the journal holds, too. */
  inJournal?: true | undefined;
  /** Read when nothing is configured, whether it is there yet or not. */
  usual?: true | undefined;
}

const SYSTEM: readonly string[] = ['/var/log/syslog'];

const syslog = (path: string, more: Partial<KnownLog> = {}): KnownLog => ({
  writer: 'syslog',
  path,
  channel: 'linux-syslog',
  inJournal: true,
  ...more,
});

const web = (writer: 'nginx' | 'apache', folder: string, access: string, error: string): KnownLog[] => [
  { writer, path: `${folder}/${access}`, channel: 'web-access', usual: true },
  { writer, path: `${folder}/${error}`, channel: 'web-error', usual: true },
];

export const KNOWN_LOGS: readonly KnownLog[] = [
  syslog('/var/log/auth.log', { usual: true }),
  syslog('/var/log/secure', { usual: true }),
  syslog('/var/log/syslog', { usual: true }),
  syslog('/var/log/messages', { usual: true, coveredBy: SYSTEM }),
  // The family of Red Hat keeps mail and cron out of messages; Debian's syslog has them all.
  syslog('/var/log/maillog', { coveredBy: SYSTEM }),
  syslog('/var/log/cron', { coveredBy: SYSTEM }),
  syslog('/var/log/mail.log', { coveredBy: SYSTEM }),
  syslog('/var/log/kern.log', { coveredBy: SYSTEM }),
  syslog('/var/log/daemon.log', { coveredBy: SYSTEM }),
  syslog('/var/log/user.log', { coveredBy: SYSTEM }),
  syslog('/var/log/cron.log', { coveredBy: SYSTEM }),
  { writer: 'dpkg', path: '/var/log/dpkg.log', channel: 'dpkg', usual: true },
  ...web('nginx', '/var/log/nginx', '*access*.log', '*error*.log'),
  ...web('apache', '/var/log/apache2', '*access*.log', '*error*.log'),
  ...web('apache', '/var/log/httpd', '*access_log', '*error_log'),
  // Where a server writes rows of CSV or JSON too, they say the same in full.
  ...['/var/log/postgresql', '/var/lib/pgsql/data/log', '/var/lib/pgsql/*/data/log'].flatMap(
    (folder): KnownLog[] => [
      { writer: 'postgresql', path: `${folder}/*.json`, channel: 'postgresql' },
      {
        writer: 'postgresql',
        path: `${folder}/*.csv`,
        channel: 'postgresql',
        coveredBy: [`${folder}/*.json`],
      },
      {
        writer: 'postgresql',
        path: `${folder}/*.log`,
        channel: 'postgresql',
        coveredBy: [`${folder}/*.json`, `${folder}/*.csv`],
        usual: true,
      },
    ],
  ),
  // What it refuses and where it fails stands in the main log, too.
  { writer: 'exim', path: '/var/log/exim4/mainlog', channel: 'linux-syslog', usual: true },
  { writer: 'exim', path: '/var/log/exim/main.log', channel: 'linux-syslog', usual: true },
  { writer: 'mysql', path: '/var/log/mysql/*.log', channel: 'mysql', usual: true },
  { writer: 'mysql', path: '/var/log/mysqld.log', channel: 'mysql', usual: true },
  { writer: 'mysql', path: '/var/log/mariadb/*.log', channel: 'mysql', usual: true },
];

/** Logs and globs that are read when nothing is configured. */
export function usualLogs(): string[] {
  return KNOWN_LOGS.flatMap(({ path, usual }) => (usual === true ? [path] : []));
}
