/** What `vonggac-agent discover` says, in English. */
import type { LogWriter, SERVER_NAMES } from '../discover/known-logs.ts';

/** Who writes it, where that has a word; servers go by their own names. */
type Described = Exclude<LogWriter, keyof typeof SERVER_NAMES>;

const writers: Readonly<Record<Described, string>> = {
  syslog: 'system log',
  dpkg: 'Debian packages',
  auditd: 'audit of Linux',
  application: 'application',
};

export const discoverEn = {
  help: 'say which logs this host has, which are read, which are not, and why',
  helpWrite: 'write the proposal into the settings file',
  notLinux: 'discovery knows Linux only',
  journalRead: 'The journal of systemd is read: no file holds its messages.',
  journalNotRead: 'The journal of systemd is not read: files hold its messages, or there is none.',
  read: 'Read by default:',
  extra: 'Also here, read when the settings name it (or after discover --write):',
  leftOut: 'Left out:',
  none: '  nothing',
  writers,
  files: (count: number): string => (count === 1 ? '1 file' : `${count} files`),
  inJournal: 'the journal is read, and holds the same messages',
  covered: (by: string): string => `${by} is read, and holds the same lines`,
  sameFile: (as: string): string => `the same file as ${as}`,
  auditSource: 'read by the source of the audit log, which joins the records of an event',
  unreadable: 'cannot be read by this user: run it as root',
  perhapsInSyslog: 'lines of syslog: the system logs may hold them, too; name it in "tails" if they do not',
  configured: (file: string): string =>
    `${file} names its own "tails": what is proposed here is read only after discover --write`,
  written: (count: number, file: string): string => `${count} logs written to "tails" of ${file}`,
};
export type DiscoverMessages = typeof discoverEn;
