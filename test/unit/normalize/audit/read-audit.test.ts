import { describe, expect, it } from 'vitest';
import { readAudit } from '../../../../collector/normalize/audit/read-audit.ts';
import { newEvent } from '../../../../collector/normalize/draft.ts';
import type { FieldValue, NormalEvent } from '../../../../collector/normalize/event.ts';
import { callLines, execLines, hex, messageLine, stamp } from '../../../support/audit-records.ts';

function read(lines: string | readonly string[]): NormalEvent & { own: number | undefined } {
  const text = typeof lines === 'string' ? lines : lines.join('\n');
  const event = newEvent(0, text);
  const own = readAudit(event, text);
  return Object.assign(event, { own });
}

function fields(event: NormalEvent, ...names: readonly string[]): Record<string, FieldValue | undefined> {
  return Object.fromEntries(names.map((name) => [name, event.fields.get(name)]));
}

const categories = (event: NormalEvent): (string | undefined)[] =>
  event.logsources.map(({ service, category }) => category ?? service);

describe('a program that was started', () => {
  const lines = execLines(['/usr/bin/grep', '-r', 'mật khẩu', '/etc'], {
    exe: '/usr/bin/grep',
    names: { ARCH: 'x86_64', SYSCALL: 'execve', AUID: 'an', UID: 'root', EUID: 'root' },
    uid: 0,
    auid: 1_000,
  });
  const event = read(lines);

  it('belongs to auditd and to process creation', () => {
    expect(event.parsed).toBe(true);
    expect(event.own).toBe(1_750_000_000_123);
    expect(categories(event)).toEqual(['auditd', 'process_creation']);
  });

  it("has auditd's names", () => {
    expect(
      fields(
        event,
        'type',
        'a0',
        'a1',
        'a2',
        'a3',
        'argc',
        'exe',
        'comm',
        'key',
        'cwd',
        'SYSCALL',
        'name',
        'tty',
      ),
    ).toEqual({
      type: ['SYSCALL', 'EXECVE', 'CWD', 'PATH', 'PROCTITLE'],
      a0: '/usr/bin/grep',
      a1: '-r',
      a2: 'mật khẩu',
      a3: '/etc',
      argc: '4',
      exe: '/usr/bin/grep',
      comm: 'grep',
      key: 'vonggac-exec',
      cwd: '/home/an',
      SYSCALL: 'execve',
      name: ['/usr/bin/grep', '/lib64/ld-linux-x86-64.so.2'],
      tty: 'pts0',
    });
  });

  it("has Sigma's names of a process", () => {
    expect(
      fields(
        event,
        'Image',
        'CommandLine',
        'CurrentDirectory',
        'ProcessId',
        'ParentProcessId',
        'User',
        'LogonId',
      ),
    ).toEqual({
      Image: '/usr/bin/grep',
      CommandLine: '/usr/bin/grep -r mật khẩu /etc',
      CurrentDirectory: '/home/an',
      ProcessId: '4242',
      ParentProcessId: '4200',
      User: 'root',
      LogonId: '7',
    });
    expect(event.fields.get('user.audit.name')).toBe('an');
    expect(event.columns).toMatchObject({
      event_action: 'process_started',
      event_outcome: 'success',
      process_name: 'grep',
      process_command_line: '/usr/bin/grep -r mật khẩu /etc',
      user_name: 'root',
    });
  });

  it('says what happened in one line', () => {
    expect(String(event.message)).toMatch(
      /^audit process_started: .*CommandLine=\/usr\/bin\/grep -r mật khẩu \/etc/,
    );
  });

  it('joins arguments that came in pieces and in several records', () => {
    const long = read([
      ...execLines([], { argv: [] }).slice(0, 1),
      `${stamp('EXECVE')}argc=3 a0="sh" a1_len=8 a1[0]="abcd"`,
      `${stamp('EXECVE')}a1[1]=${hex('e f!')} a2="x"`,
    ]);
    expect(long.fields.get('CommandLine')).toBe('sh abcde f! x');
    expect(fields(long, 'a0', 'a1', 'a2', 'a1_len')).toEqual({
      a0: 'sh',
      a1: 'abcde f!',
      a2: 'x',
      a1_len: undefined,
    });
  });

  it('keeps all of very many arguments in the command line', () => {
    const argv = Array.from({ length: 300 }, (_, index) => `arg${index}`);
    const many = read(execLines(argv));
    expect(many.fields.get('CommandLine')).toBe(argv.join(' '));
    expect(fields(many, 'a127', 'a128')).toEqual({ a127: 'arg127', a128: undefined });
  });

  it('takes the title where there are no arguments, and is no process creation when it failed', () => {
    const failed = read(
      callLines({ syscall: 59, success: false, exit: -13, proctitle: 'bash\0-c\0x y', cwd: '/' }),
    );
    expect(failed.fields.get('CommandLine')).toBe('bash -c x y');
    expect(categories(failed)).toEqual(['auditd']);
    expect(fields(failed, 'event.action', 'event.outcome', 'error.code')).toEqual({
      'event.action': 'process_start_failed',
      'event.outcome': 'failure',
      'error.code': 'EACCES',
    });
  });

  it('knows what the agent added: names of ids and the parent', () => {
    const told = read([
      ...execLines(['id'], { uid: 1_000, auid: 1_000 }),
      `${stamp('VONGGAC_AGENT')}uid_1000="an" gid_1000="can-bo" parent_exe="/usr/sbin/sshd" parent_proctitle=${hex('sshd: an [priv]')}`,
    ]);
    expect(fields(told, 'UID', 'AUID', 'GID', 'User', 'ParentImage', 'ParentCommandLine', 'type')).toEqual({
      UID: 'an',
      AUID: 'an',
      GID: 'can-bo',
      User: 'an',
      ParentImage: '/usr/sbin/sshd',
      ParentCommandLine: 'sshd: an [priv]',
      type: ['SYSCALL', 'EXECVE', 'CWD', 'PATH', 'PROCTITLE'],
    });
    expect(told.fields.has('parent_exe')).toBe(false);
  });
});

describe('system calls', () => {
  it.each([
    ['c000003e', 59, 'x86_64', 'execve'],
    ['c000003e', 0x4000_0000 + 322, 'x86_64', 'execveat'],
    ['c000003e', 469, 'x86_64', 'file_setattr'],
    ['40000003', 11, 'i386', 'execve'],
    ['40000003', 5, 'i386', 'open'],
    ['c00000b7', 221, 'aarch64', 'execve'],
    ['c00000b7', 56, 'aarch64', 'openat'],
    ['c00000b7', 105, 'aarch64', 'init_module'],
    ['c000003e', 9_999, 'x86_64', undefined],
    ['deadbeef', 1, undefined, undefined],
  ])('%s %i is %s %s', (arch, syscall, ARCH, SYSCALL) => {
    const event = read(callLines({ arch, syscall }));
    expect(fields(event, 'ARCH', 'SYSCALL')).toEqual({ ARCH, SYSCALL });
  });

  it('keep their own arguments where no program is started', () => {
    const event = read(callLines({ syscall: 135, a: ['40000', '0', '0', '0'] }));
    expect(fields(event, 'SYSCALL', 'a0', 'event.action')).toEqual({
      SYSCALL: 'personality',
      a0: '40000',
      'event.action': 'system_call',
    });
  });

  it('list the keys of several rules', () => {
    const lines = callLines({ syscall: 257 });
    const event = read([(lines[0] ?? '').replace('key=(null)', `key=${hex('one\x01two')}`)]);
    expect(event.fields.get('key')).toEqual(['one', 'two']);
  });
});

describe('network', () => {
  it.each([
    ['0200005000000000', '0.0.0.0', 80],
    ['020001BBC000020A0000000000000000', '192.0.2.10', 443],
    ['0A0000160000000020010DB800000000000000000000000100000000', '2001:db8::1', 22],
    ['0A00001600000000000000000000000000000000000000000000 0000'.replace(' ', ''), '::', 22],
    [
      '0A00001600000000000000000000000000000001C000020A00000000'.replace('0001C0', 'FFFFC0'),
      '::ffff:192.0.2.10',
      22,
    ],
  ])('%s is %s port %i', (saddr, address, port) => {
    const event = read(callLines({ syscall: 42, saddr, exe: '/usr/bin/curl', comm: 'curl' }));
    expect(categories(event)).toEqual(['auditd', 'network_connection']);
    expect(fields(event, 'DestinationIp', 'DestinationPort', 'Initiated', 'Image', 'event.action')).toEqual({
      DestinationIp: address,
      DestinationPort: port,
      Initiated: 'true',
      Image: '/usr/bin/curl',
      'event.action': 'network_connected',
    });
  });

  it('a connection under way is none that failed', () => {
    const event = read(callLines({ syscall: 42, saddr: '020001BBC000020A', success: false, exit: -115 }));
    expect(fields(event, 'event.outcome', 'error.code')).toEqual({
      'event.outcome': 'success',
      'error.code': 'EINPROGRESS',
    });
    expect(categories(event)).toContain('network_connection');
  });

  it('what comes in has a source, what is bound has none', () => {
    const accepted = read(callLines({ syscall: 288, saddr: '0200C350C000020A' }));
    expect(fields(accepted, 'SourceIp', 'SourcePort', 'Initiated')).toEqual({
      SourceIp: '192.0.2.10',
      SourcePort: 50_000,
      Initiated: 'false',
    });
    expect(accepted.columns.source_ip).toBe('192.0.2.10');
    const bound = read(callLines({ syscall: 49, saddr: '0200005000000000' }));
    expect(categories(bound)).toEqual(['auditd']);
    expect(fields(bound, 'server.port', 'DestinationIp')).toEqual({
      'server.port': 80,
      DestinationIp: undefined,
    });
  });

  it.each([
    [`0100${hex('/run/x.sock')}00`, 'saddr_fam=local path=/run/x.sock'],
    [`010000${hex('abstract')}`, 'saddr_fam=local path=@abstract'],
    ['100000000000000000000000', 'saddr_fam=netlink'],
    ['2600', 'saddr_fam=alg'],
  ])('%s is written as auditd writes it: %s', (saddr, SADDR) => {
    const event = read(callLines({ syscall: 42, saddr }));
    expect(fields(event, 'SADDR', 'DestinationIp')).toEqual({ SADDR, DestinationIp: undefined });
    expect(categories(event)).toEqual(['auditd']);
  });
});

describe('files', () => {
  const PARENT = { name: 'x/', nametype: 'PARENT' };

  it.each([
    [
      'a file made',
      { syscall: 257, a: ['ffffff9c', '7f', '241', '1b6'] },
      [PARENT, { name: 'notes.txt', nametype: 'CREATE' }],
      ['file_event', '/srv/notes.txt', 'file_created'],
    ],
    [
      'a file opened to be written',
      { syscall: 257, a: ['ffffffffffffff9c', '7f', '1', '0'] },
      [{ name: '/etc/passwd', nametype: 'NORMAL' }],
      [undefined, '/etc/passwd', 'file_written'],
    ],
    [
      'a file opened to be read',
      { syscall: 2, a: ['7f', '0', '0', '0'] },
      [{ name: '../etc/./shadow', nametype: 'NORMAL' }],
      [undefined, '/etc/shadow', 'file_opened'],
    ],
    [
      'a file removed',
      { syscall: 263, a: ['ffffff9c', '7f', '0', '0'] },
      [PARENT, { name: 'old', nametype: 'DELETE' }],
      ['file_delete', '/srv/old', 'file_deleted'],
    ],
    [
      'a name that is relative to a folder nobody named',
      { syscall: 263, a: ['5', '7f', '0', '0'] },
      [{ name: 'old', nametype: 'DELETE' }],
      ['file_delete', 'old', 'file_deleted'],
    ],
    [
      'a file renamed',
      { syscall: 82, a: ['7f', '7f', '0', '0'] },
      [PARENT, PARENT, { name: 'a', nametype: 'DELETE' }, { name: 'b', nametype: 'CREATE' }],
      ['file_event', '/srv/b', 'file_renamed'],
    ],
    [
      'a mode changed',
      { syscall: 268, a: ['ffffff9c', '7f', '1ff', '0'] },
      [{ name: 'b', nametype: 'NORMAL' }],
      [undefined, '/srv/b', 'file_attributes_changed'],
    ],
  ] as const)('%s', (_, call, paths, [category, target, action]) => {
    const event = read(callLines({ ...call, paths, cwd: '/srv' }));
    expect(categories(event)).toEqual(category === undefined ? ['auditd'] : ['auditd', category]);
    expect(fields(event, 'TargetFilename', 'event.action')).toEqual({
      TargetFilename: target,
      'event.action': action,
    });
    expect(event.columns.file_path).toBe(target);
  });

  it('lists what each record of a path says, in their order', () => {
    const event = read(
      callLines({
        syscall: 82,
        cwd: '/srv',
        paths: [
          { name: '/srv/', nametype: 'PARENT' },
          { name: 'á b', nametype: 'CREATE' },
        ],
      }),
    );
    expect(fields(event, 'name', 'nametype', 'inode', 'item')).toEqual({
      name: ['/srv/', 'á b'],
      nametype: ['PARENT', 'CREATE'],
      inode: ['1000', '1001'],
      item: undefined,
    });
  });
});

describe('messages of programs', () => {
  it.each([
    [
      messageLine(
        'USER_LOGIN',
        'op=login id=1000 exe="/usr/sbin/sshd" hostname=203.0.113.9 addr=203.0.113.9 terminal=/dev/pts/0 res=success',
      ),
      {
        'event.action': 'login_succeeded',
        'event.outcome': 'success',
        'source.ip': '203.0.113.9',
        'process.tty': '/dev/pts/0',
      },
    ],
    [
      messageLine(
        'USER_LOGIN',
        'op=login acct=28756E6B6E6F776E207573657229 exe="/usr/sbin/sshd" hostname=? addr=203.0.113.9 terminal=sshd res=failed',
      ),
      {
        'event.action': 'login_failed',
        'event.outcome': 'failure',
        'user.unknown': true,
        'user.name': undefined,
        acct: '(unknown user)',
      },
    ],
    [
      messageLine(
        'USER_AUTH',
        'op=PAM:authentication grantors=? acct="an" exe="/usr/bin/sudo" hostname=? addr=? terminal=/dev/pts/1 res=failed',
      ),
      {
        'event.action': 'authentication_failed',
        'user.name': 'an',
        exe: '/usr/bin/sudo',
        grantors: undefined,
      },
    ],
    [
      messageLine(
        'USER_CMD',
        `cwd="/home/an" cmd=${hex('systemctl stop auditd')} exe="/usr/bin/sudo" terminal=pts/1 res=success`,
      ),
      {
        'event.action': 'sudo_command',
        'process.command_line': 'systemctl stop auditd',
        'process.working_directory': '/home/an',
        'user.audit.name': 'an',
      },
    ],
    [
      messageLine(
        'ADD_USER',
        'op=add-user acct="moi" exe="/usr/sbin/useradd" hostname=may addr=? terminal=pts/0 res=success',
      ),
      { 'event.action': 'user_created', 'user.name': 'moi', 'source.address': 'may' },
    ],
    [
      messageLine(
        'SERVICE_STOP',
        'unit=ufw comm="systemd" exe="/usr/lib/systemd/systemd" hostname=? addr=? terminal=? res=success',
      ),
      { 'event.action': 'service_stopped', unit: 'ufw', 'service.name': 'ufw' },
    ],
    [
      messageLine(
        'ANOM_LOGIN_FAILURES',
        'pam_faillock uid=1001 exe="/usr/sbin/sshd" hostname=? addr=? terminal=ssh res=success',
      ),
      { 'event.action': 'login_failures_exceeded', text: 'pam_faillock' },
    ],
    [
      `${stamp('USER_AUTH')}user pid=1 uid=0 auid=0 msg='PAM: authentication acct="root" : exe="/usr/sbin/sshd" (hostname=h1, addr=192.0.2.1, terminal=ssh res=success)'`,
      {
        'event.action': 'authentication_succeeded',
        'source.ip': '192.0.2.1',
        hostname: 'h1',
        terminal: 'ssh',
        res: 'success',
      },
    ],
    [
      `${stamp('DAEMON_START')}op=start ver=3.0.9 format=enriched kernel=6.1.0 auid=4294967295 pid=1 uid=0 ses=4294967295 res=success\x1dAUID="unset" UID="root"`,
      { 'event.action': 'audit_started', 'user.audit.name': undefined },
    ],
    [
      `${stamp('AVC')}avc:  denied  { read write } for  pid=7 comm="httpd" name="x" dev="dm-0" ino=5 scontext=a:b:c:s0 tcontext=d:e:f:s0 tclass=file permissive=0`,
      {
        'event.action': 'access_denied',
        seresult: 'denied',
        seperms: ['read', 'write'],
        tclass: 'file',
        comm: 'httpd',
      },
    ],
    [
      `${stamp('AVC')}apparmor="DENIED" operation="open" profile="/usr/sbin/cupsd" name="/etc/shadow" pid=5 comm="cupsd" requested_mask="r" denied_mask="r" fsuid=0 ouid=0`,
      { 'event.action': 'access_denied', apparmor: 'DENIED', operation: 'open', profile: '/usr/sbin/cupsd' },
    ],
    [
      `${stamp('CONFIG_CHANGE')}auid=1000 ses=3 op=remove rule key="x" list=4 res=1`,
      { 'event.action': 'audit_rules_changed', op: 'remove rule', key: 'x' },
    ],
    [
      `${stamp('TTY')}tty pid=5 uid=0 auid=1000 ses=1 major=136 minor=0 comm="bash" data=${hex('ls -la\r')}`,
      { 'event.action': 'terminal_input', data: 'ls -la\r', comm: 'bash' },
    ],
  ])('%s', (line, want) => {
    const event = read(line);
    expect(event.parsed).toBe(true);
    expect(fields(event, ...Object.keys(want))).toEqual(want);
  });
});

describe('what is no event', () => {
  it('is kept whole', () => {
    const event = read('Listening for events');
    expect(event.parsed).toBe(false);
    expect(event.message).toBe('Listening for events');
    expect(categories(event)).toEqual(['auditd']);
    expect(event.own).toBeUndefined();
  });

  it('is kept beside the records it stands among', () => {
    const event = read([...execLines(['id']), 'garbage']);
    expect(event.fields.get('log.unread_lines')).toEqual(['garbage']);
    expect(event.parsed).toBe(true);
  });

  it.each([
    '',
    '=',
    'a=',
    `"`,
    `a="`,
    `msg='`,
    `msg='a=1`,
    'x={',
    '= = =',
    `a='b'c'`,
    '\x1d\x1d=',
    'a='.repeat(9),
  ])('never stumbles: %j', (body) => {
    expect(read(`${stamp('SYSCALL')}${body}`).parsed).toBe(true);
  });

  it('takes time that grows with the text alone', () => {
    const words = read(`${stamp('USER')}${'a '.repeat(60_000)}`);
    expect(String(words.fields.get('text')).length).toBeGreaterThan(100_000);
    const many = read(`${stamp('USER')}${Array.from({ length: 20_000 }, (_, at) => `k${at}=v`).join(' ')}`);
    expect(many.fields.size).toBeLessThan(5_000);
  });
});
