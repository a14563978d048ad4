import { expect, test } from 'vitest';
import { defaultTails } from '../../../../../agent/config-defaults.ts';
import { laneTable } from '../../../../../agent/lane-of.ts';
import { channelByContent, channelByPath } from '../../../../../agent/sources/file/channel.ts';

test.each([
  ['/var/log/auth.log', 'linux-syslog', 'security'],
  ['/var/log/secure', 'linux-syslog', 'security'],
  ['/var/log/syslog', 'linux-syslog', 'standard'],
  ['/var/log/messages', 'linux-syslog', 'standard'],
  ['/var/log/dpkg.log', 'dpkg', 'standard'],
  ['/var/log/nginx/access.log', 'web-access', 'bulk'],
  ['/var/log/apache2/other_vhosts_access.log', 'web-access', 'bulk'],
  ['/var/log/httpd/ssl_access_log', 'web-access', 'bulk'],
  ['/var/log/nginx/error.log', 'web-error', 'bulk'],
  ['/var/log/nginx/dichvucong.error.log', 'web-error', 'bulk'],
  ['/var/log/apache2/error.log', 'web-error', 'bulk'],
  ['/var/log/httpd/ssl_error_log', 'web-error', 'bulk'],
  ['/var/log/postgresql/postgresql-15-main.log', 'postgresql', 'standard'],
  ['/var/lib/pgsql/data/log/postgresql-Mon.csv', 'postgresql', 'standard'],
  ['/var/log/mysql/error.log', 'mysql', 'standard'],
  ['/var/log/mysqld.log', 'mysql', 'standard'],
  ['/var/log/mariadb/mariadb.log', 'mysql', 'standard'],
  ['/var/log/audit/audit.log', 'linux-audit', 'security'],
  ['/srv/export/Security.xml', 'windows-xml', 'security'],
] as const)('%s is %s and travels in the %s lane', (file, channel, lane) => {
  expect(channelByPath(file)).toBe(channel);
  expect(laneTable()(`log/${channel}`, file)).toBe(lane);
});

test.each(['/srv/app/error.log', '/var/log/cups/error_log', '/var/log/mail.err', '/srv/app/my-secure'])(
  '%s says nothing by its name',
  (file) => {
    expect(channelByPath(file)).toBeUndefined();
  },
);

test('every log that is followed by default has one channel by its name alone', () => {
  const unclear = defaultTails('linux').filter(
    ({ path }) => channelByPath(path.replaceAll('*', '')) === undefined,
  );
  expect(unclear).toEqual([]);
});

test.each([
  ['Dec 10 06:55:46 LabSZ sshd[24200]: Failed password for root\n', 'sshd'],
  ['Dec 10 06:55:46 host CRON[1]: x\nDec 10 06:55:46 host sshd[2]: y\n', 'linux-syslog'],
  ['2026-01-02 03:04:05 status installed bash:amd64 5.2\n', 'dpkg'],
  ['203.0.113.9 - - [10/Oct/2026:13:55:36 +0700] "GET / HTTP/1.1" 200 5\n', 'web-access'],
  ['[Sun Dec 04 04:47:44 2005] [error] mod_jk child workerEnv in error state 6\n', 'web-error'],
  [
    '[Sun Nov 22 04:47:44.123456 2026] [core:error] [pid 7] [client 203.0.113.9:4711] AH00126: Invalid URI\n',
    'web-error',
  ],
  [
    '2026/11/22 04:47:44 [error] 77#77: *5 open() "/srv/x" failed (2: No such file or directory)\n',
    'web-error',
  ],
  ['<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">\n', 'windows-xml'],
  ['2026-01-31T10:00:00.1+07:00 host CRON[1]: an ERROR of a job\n', 'linux-syslog'],
  ['2026-01-31 10:00:00.123 +07 [42] lan@app LOG:  statement: select 1,\n\t2\n', 'postgresql'],
  ['2026-01-31 10:00:00.123 +07,"lan","app",42,"[local]",6a.1,1,"SELECT"\n', 'postgresql'],
  ['{"timestamp":"2026-01-31 10:00:00.123 UTC","pid":1,"error_severity":"LOG"}\n', 'postgresql'],
  ['2026-01-31T10:00:00.123456Z 0 [Note] [MY-010000] [Server] x\n', 'mysql'],
  ['# Time: 2026-01-31T10:00:00Z\n# User@Host: a[a] @ b []\n# Query_time: 1\nSELECT 1;\n', 'mysql'],
  ['2026-01-31 10:00:00,123 ERROR [main] a.B - x\njava.lang.Error: y\n\tat a.B.c(B.java:1)\n', 'application'],
  ['{"level":"info","message":"started"}\n', 'application'],
  ['type=SYSCALL msg=audit(1750000000.123:7): arch=c000003e\n', 'linux-audit'],
  ['node=may-1 type=USER_LOGIN msg=audit(1750000000.123:7): pid=1\n', 'linux-audit'],
  ['anything else\n', 'linux-syslog'],
  ['', 'linux-syslog'],
])('content %j is %s', (sample, channel) => {
  expect(channelByContent(sample)).toBe(channel);
});

test('the settings move a channel, whatever the file is called', () => {
  const laneOf = laneTable({ 'log/linux-syslog': 'bulk', integrity: 'standard' });
  expect(laneOf('log/linux-syslog', '/var/log/auth.log')).toBe('bulk');
  expect(laneOf('integrity')).toBe('standard');
  expect(laneOf('inventory')).toBe('standard');
});
