/**
 * Programs whose lines have a reader, by the name in the line's tag, and the log sources of each.
 * Invariant: a program is found by one look at a table; nobody's patterns are tried on another's lines.
 */
import { readAccounts } from './accounts.ts';
import { readCron } from './cron.ts';
import { readAuditd, readJournald, readLogind, readRsyslogd, readSystemd } from './daemons.ts';
import { logSources } from './draft.ts';
import { FILTERLOG_SOURCES, readFilterlog } from './devices/filterlog.ts';
import { readPfsense } from './devices/pfsense.ts';
import { readKernel } from './kernel.ts';
import { readPam, readSu } from './pam.ts';
import { LINUX_AUTH, LINUX_SYSLOG, of, type Program } from './program.ts';
import { OPENVPN, POSTFIX, SERVER_PROGRAMS } from './servers/server-programs.ts';
import { readSshd } from './sshd.ts';
import { readSudo } from './sudo.ts';

const AUTH = logSources(LINUX_AUTH);
export const SYSLOG = logSources(LINUX_SYSLOG);
export const AUTH_AND_SYSLOG = logSources(LINUX_AUTH, LINUX_SYSLOG);

export const SSHD: Program = {
  logsources: of('sshd', LINUX_AUTH),
  read: readSshd,
  strict: true,
  pamTagFailure: 'ssh_login_failed',
};
const SUDO: Program = { logsources: of('sudo', LINUX_AUTH), read: readSudo };
const CRON: Program = { logsources: of('cron', LINUX_SYSLOG), read: readCron };
const ACCOUNTS: Program = { logsources: AUTH, read: readAccounts };
const LOGIN: Program = { logsources: AUTH, read: (event, text) => readPam(event, text) ?? false };
const SU: Program = { logsources: AUTH, read: (event, text) => readPam(event, text) ?? readSu(event, text) };
export const OTHER: Program = { logsources: SYSLOG, read: (event, text) => readPam(event, text) ?? false };

/** Elsewhere these are other programs. */
const PFSENSE_WEB: Program = {
  logsources: SYSLOG,
  read: (event, text) => readPfsense(event, text) || OTHER.read(event, text),
};

const PROGRAMS: ReadonlyMap<string, Program> = new Map<string, Program>([
  ...['sshd', 'sshd-session', 'sshd-auth'].map((name) => [name, SSHD] as const),
  ['sudo', SUDO],
  ...['su', 'runuser'].map((name) => [name, SU] as const),
  ...['cron', 'CRON', 'crond', 'CROND', 'crontab', 'anacron', 'atd'].map((name) => [name, CRON] as const),
  ...[
    'useradd',
    'userdel',
    'usermod',
    'adduser',
    'deluser',
    'groupadd',
    'groupdel',
    'groupmod',
    'gpasswd',
  ].map((name) => [name, ACCOUNTS] as const),
  ...['passwd', 'chpasswd', 'chage', 'chfn', 'chsh', 'newusers', 'vipw'].map(
    (name) => [name, ACCOUNTS] as const,
  ),
  ...[
    'login',
    'gdm',
    'gdm-password',
    'lightdm',
    'sddm',
    'polkitd',
    'polkit-agent-helper-1',
    'pkexec',
    'doas',
  ].map((name) => [name, LOGIN] as const),
  ['kernel', { logsources: SYSLOG, read: readKernel }],
  [
    'systemd',
    { logsources: SYSLOG, read: (event, text) => readPam(event, text) ?? readSystemd(event, text) },
  ],
  ['systemd-logind', { logsources: AUTH, read: readLogind }],
  ['systemd-journald', { logsources: SYSLOG, read: readJournald }],
  ['rsyslogd', { logsources: SYSLOG, read: readRsyslogd }],
  ['auditd', { logsources: SYSLOG, read: readAuditd }],
  ...['vsftpd', 'guacamole'].map(
    (name) => [name, { logsources: of(name, LINUX_SYSLOG), read: OTHER.read }] as const,
  ),
  ...SERVER_PROGRAMS,
  ['filterlog', { logsources: FILTERLOG_SOURCES, read: readFilterlog, strict: true }],
  ...['php-fpm', 'audit'].map((name) => [name, PFSENSE_WEB] as const),
  ['named', { logsources: of('named', LINUX_SYSLOG), read: OTHER.read }],
]);

/** Programs that name their parts behind a slash (`postfix/smtpd`): the family's reader reads for all of them. */
const FAMILIES: ReadonlyMap<string, Program> = new Map([['postfix', POSTFIX]]);

/** @param tag as the line has it: with a path or the name of a family before the program's own */
export function programOf(tag: string, name: string): Program {
  return (tag.length > name.length ? familyOf(tag) : undefined) ?? PROGRAMS.get(name) ?? instanceOf(name);
}

function familyOf(tag: string): Program | undefined {
  const family = tag.slice(0, tag.indexOf('/'));
  return FAMILIES.get(family.startsWith('postfix-') ? 'postfix' : family);
}

/** `postgresql@15-main`, and Debian's `ovpn-INSTANCE`. */
function instanceOf(name: string): Program {
  if (name.startsWith('ovpn-')) return OPENVPN;
  const at = name.indexOf('@');
  return (at === -1 ? undefined : PROGRAMS.get(name.slice(0, at))) ?? OTHER;
}
