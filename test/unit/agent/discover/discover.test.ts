/** What is proposed on hosts of different makes, and that no line is read twice. */
import picomatch from 'picomatch';
import { expect, test } from 'vitest';
import type { DiscoverDisk } from '../../../../agent/discover/discover-disk.ts';
import { discover, type Discovery } from '../../../../agent/discover/discover.ts';
import { usualLogs } from '../../../../agent/discover/known-logs.ts';
import { defaultTails } from '../../../../agent/config-defaults.ts';

const SYSLOG = 'Jun 15 09:00:00 srv CRON[1]: (root) CMD (x)\n';
const APPLICATION = '2026-01-31 10:00:00,123 ERROR [main] vn.gov.App - failed\n';

/** @param files content by path; `-> /path` is a link, undefined a file that cannot be read. */
function disk(files: Readonly<Record<string, string | undefined>>): DiscoverDisk {
  const target = (path: string): string => {
    const content = files[path];
    return content?.startsWith('-> ') === true ? content.slice(3) : path;
  };
  return {
    exists: (path) => Object.hasOwn(files, path),
    expand: (pattern) => Object.keys(files).filter((path) => picomatch.isMatch(path, pattern)),
    real: (path) => (Object.hasOwn(files, path) ? target(path) : undefined),
    sample: (path, bytes) => {
      const content = files[target(path)];
      return content === undefined ? undefined : Buffer.from(content).subarray(0, bytes);
    },
  };
}

const look = (files: Readonly<Record<string, string | undefined>>, journal = false): Discovery =>
  discover({ disk: disk(files), journal, auditLog: '/var/log/audit/audit.log' });

const paths = (entries: readonly { path: string }[]): string[] => entries.map(({ path }) => path);
const reasons = ({ leftOut }: Discovery): Record<string, unknown> =>
  Object.fromEntries(leftOut.map(({ path, reason }) => [path, reason]));

test('on Debian with rsyslog the system log covers those of its parts', () => {
  const found = look({
    '/var/log/auth.log': SYSLOG,
    '/var/log/syslog': SYSLOG,
    '/var/log/mail.log': SYSLOG,
    '/var/log/kern.log': SYSLOG,
    '/var/log/dpkg.log': 'x',
  });
  expect(paths(found.read)).toEqual(['/var/log/auth.log', '/var/log/syslog', '/var/log/dpkg.log']);
  expect(reasons(found)).toEqual({
    '/var/log/mail.log': { kind: 'covered', by: '/var/log/syslog' },
    '/var/log/kern.log': { kind: 'covered', by: '/var/log/syslog' },
  });
});

test('on the family of Red Hat mail and cron have logs of their own', () => {
  const found = look({
    '/var/log/secure': SYSLOG,
    '/var/log/messages': SYSLOG,
    '/var/log/maillog': SYSLOG,
    '/var/log/cron': SYSLOG,
    '/var/log/httpd/ssl_access_log': 'x',
    '/var/log/audit/audit.log': 'x',
  });
  expect(paths(found.read)).toEqual([
    '/var/log/secure',
    '/var/log/messages',
    '/var/log/maillog',
    '/var/log/cron',
    '/var/log/httpd/*access_log',
  ]);
  expect(reasons(found)).toEqual({ '/var/log/audit/audit.log': { kind: 'audit-source' } });
  expect(found.read.map(({ extra }) => extra)).toEqual([false, false, true, true, false]);
});

test('where the journal is read no file that holds the same is', () => {
  const found = look(
    { '/var/log/auth.log': SYSLOG, '/var/log/maillog': SYSLOG, '/var/log/dpkg.log': 'x' },
    true,
  );
  expect(paths(found.read)).toEqual(['/var/log/dpkg.log']);
  expect(reasons(found)).toEqual({
    '/var/log/auth.log': { kind: 'in-journal' },
    '/var/log/maillog': { kind: 'in-journal' },
  });
});

test('of what PostgreSQL writes in three forms the fullest is read', () => {
  const folder = '/var/log/postgresql';
  expect(paths(look({ [`${folder}/a.log`]: 'x', [`${folder}/a.csv`]: 'x' }).read)).toEqual([
    `${folder}/*.csv`,
  ]);
  expect(paths(look({ [`${folder}/a.log`]: 'x' }).read)).toEqual([`${folder}/*.log`]);
});

test('one file is read once, whatever links lead to it', () => {
  const found = look({
    '/var/log/nginx/access.log': '-> /srv/logs/access.log',
    '/var/log/nginx/site-access.log': '-> /srv/logs/access.log',
    '/var/log/app/current.log': '-> /var/log/app/2026.log',
    '/var/log/app/2026.log': APPLICATION,
    '/srv/logs/access.log': 'x',
  });
  expect(found.read.map(({ path, files }) => [path, files])).toEqual([
    ['/var/log/nginx/*access*.log', ['/var/log/nginx/access.log']],
    ['/var/log/app/current.log', ['/var/log/app/current.log']],
  ]);
  expect(reasons(found)).toEqual({
    '/var/log/nginx/site-access.log': { kind: 'same-file', as: '/var/log/nginx/access.log' },
    '/var/log/app/2026.log': { kind: 'same-file', as: '/var/log/app/current.log' },
  });
});

test('logs of applications are told by their lines; what is no log of lines is not proposed', () => {
  const found = look({
    '/var/log/syslog': SYSLOG,
    '/var/log/app/app.log': APPLICATION,
    '/var/log/other.log': SYSLOG,
    '/var/log/empty.log': '',
    '/var/log/binary.log': 'a\0b',
    '/var/log/words.log': 'some words\n',
    '/var/log/wtmp': APPLICATION,
    '/var/log/vonggac-agent/agent.log': APPLICATION,
    '/var/log/closed.log': undefined,
  });
  expect(found.read.filter(({ extra }) => extra)).toEqual([
    {
      path: '/var/log/app/app.log',
      writer: 'application',
      channel: 'application',
      files: ['/var/log/app/app.log'],
      extra: true,
    },
  ]);
  expect(reasons(found)).toEqual({ '/var/log/other.log': { kind: 'perhaps-in-syslog' } });
});

test('what cannot be read is left out, and said', () => {
  expect(reasons(look({ '/var/log/auth.log': undefined }))).toEqual({
    '/var/log/auth.log': { kind: 'unreadable' },
  });
});

test('what is read when nothing is configured comes from the same table', () => {
  expect(defaultTails('linux').map(({ path }) => path)).toEqual(usualLogs());
  expect(usualLogs()).toContain('/var/log/postgresql/*.log');
});
