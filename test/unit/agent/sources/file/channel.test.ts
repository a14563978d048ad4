import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { channelByContent, channelByPath, laneOf } from '../../../../../agent/sources/file/channel.ts';
import { discoverLogs } from '../../../../../agent/sources/file/discover.ts';

test.each([
  ['/var/log/auth.log', 'linux-syslog', 'security'],
  ['/var/log/secure', 'linux-syslog', 'security'],
  ['/var/log/syslog', 'linux-syslog', 'standard'],
  ['/var/log/messages', 'linux-syslog', 'standard'],
  ['/var/log/dpkg.log', 'dpkg', 'standard'],
  ['/var/log/nginx/access.log', 'web-access', 'bulk'],
  ['/var/log/apache2/other_vhosts_access.log', 'web-access', 'bulk'],
  ['/var/log/httpd/ssl_access_log', 'web-access', 'bulk'],
  ['/srv/export/Security.xml', 'windows-xml', 'security'],
] as const)('%s is %s and travels in the %s lane', (file, channel, lane) => {
  expect(channelByPath(file)).toBe(channel);
  expect(laneOf(channel, file)).toBe(lane);
});

test.each([
  ['Dec 10 06:55:46 LabSZ sshd[24200]: Failed password for root\n', 'sshd'],
  ['Dec 10 06:55:46 host CRON[1]: x\nDec 10 06:55:46 host sshd[2]: y\n', 'linux-syslog'],
  ['2026-01-02 03:04:05 status installed bash:amd64 5.2\n', 'dpkg'],
  ['203.0.113.9 - - [10/Oct/2026:13:55:36 +0700] "GET / HTTP/1.1" 200 5\n', 'web-access'],
  ['<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">\n', 'windows-xml'],
  ['anything else\n', 'linux-syslog'],
  ['', 'linux-syslog'],
])('content %j is %s', (sample, channel) => {
  expect(channelByContent(sample)).toBe(channel);
});

describe('discovery', () => {
  let root: string;

  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-discover-'));
    fs.mkdirSync(path.join(root, 'var/log/nginx'), { recursive: true });
  });

  afterEach(() => {
    fs.rmSync(root, { recursive: true });
  });

  test('proposes what is there and can be read, from its end', () => {
    fs.writeFileSync(path.join(root, 'var/log/auth.log'), '');
    fs.writeFileSync(path.join(root, 'var/log/syslog'), '');
    fs.writeFileSync(path.join(root, 'var/log/nginx/site-access.log'), '');
    const tails = discoverLogs({ root, isReadable: (file) => !file.endsWith('syslog') });
    expect(tails).toEqual([
      { path: path.join(root, 'var/log/auth.log'), channel: 'linux-syslog', startAt: 'end' },
      { path: path.join(root, 'var/log/nginx/*access*.log'), channel: 'web-access', startAt: 'end' },
    ]);
  });

  test('proposes nothing where there is nothing', () => {
    expect(discoverLogs({ root: path.join(root, 'none') })).toEqual([]);
  });
});
