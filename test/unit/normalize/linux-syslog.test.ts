import { describe, expect, it } from 'vitest';
import { readLine, RECEIVED_MS } from './helpers.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

describe('headers', () => {
  it.each([
    ['RFC 3164', 'Jun  5 09:00:00 srv app[7]: hi', '2025-06-05T02:00:00.000Z'],
    ['RFC 3164 with priority', '<34>Jun 15 09:00:00 srv app[7]: hi', '2025-06-15T02:00:00.000Z'],
    ['RFC 3164 with a year', 'Jun 15 2023 09:00:00 srv app[7]: hi', '2023-06-15T02:00:00.000Z'],
    ['ISO 8601 of rsyslog', '2025-06-15T09:00:00.123456+07:00 srv app[7]: hi', '2025-06-15T02:00:00.123Z'],
    ['ISO 8601 in UTC with priority', '<13>2025-06-15T02:00:00Z srv app[7]: hi', '2025-06-15T02:00:00.000Z'],
    ['RFC 5424', '<165>1 2025-06-15T02:00:00.003Z srv app 7 ID47 - hi', '2025-06-15T02:00:00.003Z'],
    [
      'RFC 5424 with data',
      '<165>1 2025-06-15T02:00:00Z srv app 7 - [ex@1 a="b\\]c" d="e"][f g="h"] hi',
      '2025-06-15T02:00:00.000Z',
    ],
  ])('%s', (_name, line, time) => {
    const event = readLine('linux-syslog', line);
    expect(event.parsed).toBe(true);
    expect(iso(event.timeMs)).toBe(time);
    expect(event.fields.toRecord()).toMatchObject({
      'host.name': 'srv',
      'process.name': 'app',
      'process.pid': 7,
    });
    expect(event.message).toBe(line);
  });

  it('keeps the parts of RFC 5424', () => {
    const event = readLine('linux-syslog', '<165>1 2025-06-15T02:00:00Z srv app 7 ID47 [ex@1 a="b\\]c"] hi');
    expect(event.fields.toRecord()).toMatchObject({
      'event.code': 'ID47',
      'syslog.sd.a': 'b]c',
      'log.syslog.facility.code': 20,
      'log.syslog.severity.code': 5,
    });
    expect(event.columns.event_code).toBe('ID47');
  });

  it('falls back to when the agent read the line', () => {
    const event = readLine('linux-syslog', 'no header at all');
    expect(event.parsed).toBe(false);
    expect(event.timeMs).toBe(RECEIVED_MS - 1_000);
    expect(event.message).toBe('no header at all');
    expect(event.fields.get('host.name')).toBe('may-01');
  });

  it('does not believe a header far in the future', () => {
    expect(readLine('linux-syslog', '2031-06-15T02:00:00Z srv app: hi').timeMs).toBe(RECEIVED_MS - 1_000);
  });

  it('applies the zone of the host, not of the collector', () => {
    const event = readLine('linux-syslog', 'Jun 15 09:00:00 srv app: hi', { timeZone: 'Asia/Tokyo' });
    expect(iso(event.timeMs)).toBe('2025-06-15T00:00:00.000Z');
  });

  it('treats an unknown program in auth.log as an authentication line', () => {
    const event = readLine(
      'linux-syslog',
      'Jun 15 09:00:00 srv app: hi',
      {},
      { origin: '/var/log/auth.log' },
    );
    expect(event.logsources).toContainEqual({ product: 'linux', service: 'auth' });
  });
});

describe('sshd under the tag of an old PAM', () => {
  const read = (text: string) =>
    readLine('linux-syslog', `Jun 15 09:00:00 srv sshd(pam_unix)[19939]: ${text}`);
  const FACTS = 'logname= uid=0 euid=0 tty=NODEVssh ruser= rhost=';

  it.each([
    ['a known user', `authentication failure; ${FACTS}203.0.113.4  user=root`, { 'user.name': 'root' }],
    ['an unknown user', `authentication failure; ${FACTS}203.0.113.4 `, {}],
    [
      'several attempts in one line',
      `2 more authentication failures; ${FACTS}203.0.113.4  user=root`,
      { 'user.name': 'root', 'repeat.count': 2 },
    ],
  ])('a failure for %s is a failed login from its address', (_name, text, fields) => {
    const event = read(text);
    expect(event.parsed).toBe(true);
    expect(event.fields.toRecord()).toMatchObject({
      ...fields,
      'event.action': 'ssh_login_failed',
      'event.outcome': 'failure',
      'process.name': 'sshd',
      'process.pid': 19939,
      'pam.module': 'pam_unix',
      'source.address': '203.0.113.4',
      'source.ip': '203.0.113.4',
    });
    expect(event.logsources).toContainEqual({ product: 'linux', service: 'sshd' });
  });

  it('names a source that is told by name', () => {
    const event = read(`authentication failure; ${FACTS}host.example.net  user=root`);
    expect(event.fields.get('event.action')).toBe('ssh_login_failed');
    expect(event.fields.get('source.domain')).toBe('host.example.net');
    expect(event.fields.get('source.ip')).toBeUndefined();
  });

  it('counts an attempt once: what PAM says around it has other names', () => {
    expect(read('check pass; user unknown').fields.get('event.action')).toBe('user_unknown');
    const modern = readLine(
      'sshd',
      `Jun 15 09:00:00 srv sshd[7]: pam_unix(sshd:auth): authentication failure; ${FACTS}203.0.113.4  user=root`,
    );
    expect(modern.fields.get('event.action')).toBe('authentication_failed');
  });

  it('leaves the failures of other programs what they are', () => {
    const event = readLine(
      'linux-syslog',
      `Jun 15 09:00:00 srv su(pam_unix)[7]: authentication failure; ${FACTS}  user=root`,
    );
    expect(event.fields.get('event.action')).toBe('authentication_failed');
  });
});

describe('programs', () => {
  const read = (tag: string, text: string) => readLine('linux-syslog', `Jun 15 09:00:00 srv ${tag}: ${text}`);

  it.each([
    [
      'sudo',
      '      an : TTY=pts/0 ; PWD=/home/an ; USER=root ; COMMAND=/bin/ls -la ; true',
      'sudo_command',
      {
        'user.actor.name': 'an',
        'user.name': 'root',
        'process.command_line': '/bin/ls -la ; true',
        'process.executable_name': 'ls',
      },
    ],
    [
      'sudo',
      '  an : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh',
      'sudo_refused',
      { 'event.reason': '3 incorrect password attempts', 'event.outcome': 'failure' },
    ],
    [
      'sudo',
      '  an : user NOT in sudoers ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh',
      'sudo_refused',
      { 'event.reason': 'user NOT in sudoers' },
    ],
    [
      'sudo',
      'pam_unix(sudo:session): session opened for user root(uid=0) by an(uid=1000)',
      'session_opened',
      { 'user.name': 'root', 'user.actor.name': 'an', 'pam.service': 'sudo' },
    ],
    ['su[5]', '(to root) an on pts/0', 'su_started', { 'user.name': 'root', 'user.actor.name': 'an' }],
    ['su[5]', 'FAILED SU (to root) an on pts/0', 'su_failed', { 'event.outcome': 'failure' }],
    [
      'su(pam_unix)[5]',
      'session opened for user news by (uid=0)',
      'session_opened',
      { 'user.name': 'news', 'pam.module': 'pam_unix' },
    ],
    [
      'CRON[9]',
      '(root) CMD (run-parts /etc/cron.hourly)',
      'cron_command',
      { 'user.name': 'root', 'process.command_line': 'run-parts /etc/cron.hourly' },
    ],
    [
      'crontab[9]',
      '(an) REPLACE (root)',
      'crontab_replaced',
      { 'user.actor.name': 'an', 'user.name': 'root' },
    ],
    [
      'useradd[9]',
      'new user: name=x, UID=0, GID=0, home=/home/x, shell=/bin/bash, from=/dev/pts/1',
      'user_created',
      { 'user.name': 'x', 'user.id': 0, 'user.shell': '/bin/bash' },
    ],
    [
      'usermod[9]',
      "add 'x' to group 'sudo'",
      'group_member_added',
      { 'user.name': 'x', 'group.name': 'sudo' },
    ],
    ['gpasswd[9]', 'user x added by root to group docker', 'group_member_added', { 'group.name': 'docker' }],
    [
      'passwd[9]',
      'pam_unix(passwd:chauthtok): password changed for root',
      'password_changed',
      { 'user.name': 'root' },
    ],
    ['userdel[9]', "delete user 'x'", 'user_deleted', { 'user.name': 'x' }],
    [
      'kernel',
      '[   12.345678] evil: loading out-of-tree module taints kernel.',
      'kernel_module_loaded',
      { 'kernel.module': 'evil' },
    ],
    [
      'kernel',
      'nginx[77]: segfault at 0 ip 00007f00 sp 00007ffe error 4 in libc.so.6[7f00+1000]',
      'process_crashed',
      { 'crash.process': 'nginx', 'crash.module': 'libc.so.6' },
    ],
    [
      'kernel',
      '[UFW BLOCK] IN=eth0 OUT= MAC=aa SRC=203.0.113.5 DST=10.0.0.1 LEN=40 PROTO=TCP SPT=1 DPT=23 ',
      'firewall_blocked',
      { 'source.ip': '203.0.113.5', 'destination.port': 23, 'network.interface_in': 'eth0' },
    ],
    [
      'kernel',
      'device eth0 entered promiscuous mode',
      'promiscuous_mode_entered',
      { 'network.interface': 'eth0' },
    ],
    [
      'kernel',
      'usb 1-1: New USB device found, idVendor=0781, idProduct=5567, bcdDevice= 1.00',
      'usb_device_attached',
      { 'usb.vendor_id': '0781' },
    ],
    [
      'systemd[1]',
      'Stopped ssh.service - OpenBSD Secure Shell server.',
      'service_stopped',
      { 'service.name': 'ssh.service' },
    ],
    ['systemd-logind[1]', 'New session 5 of user an.', 'session_opened', { 'user.name': 'an' }],
    [
      'rsyslogd',
      '[origin software="rsyslogd" swVersion="8.2302.0" x-pid="1" x-info="https://www.rsyslog.com"] exiting on signal 15.',
      'logging_stopped',
      { 'process.signal': '15' },
    ],
    ['auditd[3]', 'The audit daemon is exiting.', 'audit_stopped', {}],
  ])('%s: %s', (tag, text, action, fields) => {
    const event = read(tag, text);
    expect(event.parsed).toBe(true);
    expect(event.fields.get('event.action')).toBe(action);
    expect(event.columns.event_action).toBe(action);
    expect(event.fields.toRecord()).toMatchObject(fields);
  });

  it.each([
    ['sudo', 'sudo', 'x : TTY=a ; PWD=/ ; USER=root ; COMMAND=/bin/ls'],
    ['CRON[1]', 'cron', '(root) CMD (x)'],
    ['vsftpd[1]', 'vsftpd', 'bug: something'],
    ['useradd[1]', 'auth', 'new group: name=x, GID=5'],
    ['kernel', 'syslog', 'eth0: link up'],
  ])('%s belongs to %s', (tag, service, text) => {
    expect(read(tag, text).logsources).toContainEqual({ product: 'linux', service });
  });
});
