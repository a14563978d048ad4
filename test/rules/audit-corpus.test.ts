/** SigmaHQ's own rules for auditd and for processes and connections of Linux find joined audit events (skipped without the corpus). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { newEvent } from '../../collector/normalize/draft.ts';
import { readAudit } from '../../collector/normalize/audit/read-audit.ts';
import { builtInPipelines } from '../../rules/pipelines/index.ts';
import { compile, parseRules } from '../../rules/sigma/index.ts';
import { callLines, execLines, messageLine } from '../support/audit-records.ts';
import { CORPUS } from '../unit/normalize/helpers.ts';

const RULES = path.join(CORPUS, 'sigma/rules/core/linux');
const FOLDERS = ['auditd', 'process_creation', 'network_connection', 'file_event'];

const names = { ARCH: 'x86_64', SYSCALL: 'execve', UID: 'root', EUID: 'root', AUID: 'an' };
const started = (...argv: readonly string[]): readonly string[] => execLines(argv, { names });
const agent = (parent: string): string =>
  `type=VONGGAC_AGENT msg=audit(1750000000.123:1): parent_exe="${parent}" uid_33="www-data"`;

const CASES: readonly (readonly [title: string, lines: readonly string[]])[] = [
  // One record at a time, as auditd's rules are written.
  ['Suspicious Commands Linux', started('chmod', '777', '/srv/x')],
  ['Linux Capabilities Discovery', started('getcap', '-r', '/')],
  ['Masquerading as Linux Crond Process', started('cp', '/bin/sh', '/tmp/crond')],
  ['Data Compressed', started('tar', '-czf', '/tmp/x.tgz', '/srv')],
  ['Network Sniffing - Linux', started('tcpdump', '-c', '5', '-i')],
  ['File Time Attribute Change - Linux', started('touch', '-acmr', '/bin/ls', '/tmp/x')],
  ['Credentials In Files - Linux', started('grep', '-ri', 'password', '/srv')],
  ['Suspicious History File Operations - Linux', started('rm', '/root/.bash_history')],
  ['Remove Immutable File Attribute - Auditd', started('chattr', '-i', '/etc/passwd')],
  ['Modify System Firewall', started('ufw', 'delete', '1')],
  ['Bpfdoor TCP Ports Redirect', started('iptables', '-t', 'nat', '-A', 'PREROUTING', '--to-ports', '42391')],
  ['Program Executions in Suspicious Folders', execLines(['/tmp/x'], { exe: '/tmp/x', names })],
  [
    'Webshell Remote Command Execution',
    execLines(['sh', '-c', 'id'], { uid: 33, auid: 4_294_967_295, names: { ...names, UID: 'www-data' } }),
  ],
  [
    'Clear or Disable Kernel Ring Buffer Logs via Syslog Syscall',
    callLines({ syscall: 103, a: ['5', '0', '0', '0'] }),
  ],
  [
    'ASLR Disabled Via Sysctl or Direct Syscall - Linux',
    callLines({ syscall: 135, a: ['40000', '0', '0', '0'] }),
  ],
  ['Special File Creation via Mknod Syscall', callLines({ syscall: 133 })],
  [
    'Modification of ld.so.preload',
    callLines({ syscall: 257, cwd: '/', paths: [{ name: '/etc/ld.so.preload', nametype: 'NORMAL' }] }),
  ],
  [
    'Systemd Service Creation',
    callLines({
      syscall: 257,
      cwd: '/',
      paths: [
        { name: '/etc/systemd/system/', nametype: 'PARENT' },
        { name: '/etc/systemd/system/x.service', nametype: 'CREATE' },
      ],
    }),
  ],
  [
    'Creation Of An User Account',
    [messageLine('ADD_USER', 'op=add-user acct="x" exe="/usr/sbin/useradd" res=success')],
  ],
  [
    'Disable System Firewall',
    [messageLine('SERVICE_STOP', 'unit=ufw comm="systemd" exe="/usr/lib/systemd/systemd" res=success')],
  ],
  // What the event is besides.
  ['Linux Base64 Encoded Shebang In CLI', started('sh', '-c', 'echo IyEvYmluL2Jhc2g= | base64 -d')],
  ['Linux Crypto Mining Indicators', started('xmrig', '--cpu-priority=5')],
  [
    'Linux Webshell Indicators',
    [...execLines(['/usr/bin/whoami'], { uid: 33, exe: '/usr/bin/whoami' }), agent('/usr/sbin/apache2')],
  ],
  [
    'Linux Reverse Shell Indicator',
    callLines({ syscall: 42, exe: '/bin/bash', saddr: '020001BBC633640A0000000000000000' }),
  ],
  [
    'New Cron File Created',
    callLines({
      syscall: 257,
      cwd: '/etc/cron.d',
      a: ['ffffff9c', '0', '241', '1b6'],
      paths: [{ name: 'x', nametype: 'CREATE' }],
    }),
  ],
];

describe.skipIf(!existsSync(RULES))('SigmaHQ rules over joined audit events', () => {
  const files = existsSync(RULES)
    ? FOLDERS.flatMap((folder) =>
        readdirSync(path.join(RULES, folder), { recursive: true, encoding: 'utf8' })
          .filter((name) => name.endsWith('.yml'))
          .map((name) => path.join(RULES, folder, name)),
      )
    : [];
  const engine = compile(
    files.map((file) => parseRules(readFileSync(file, 'utf8'), { source: path.basename(file) })),
    { pipelines: builtInPipelines() },
  );

  function titles(lines: readonly string[]): string[] {
    const text = lines.join('\n');
    const event = newEvent(0, text);
    readAudit(event, text);
    return engine.match(event.fields, event.logsources).map(({ rule }) => rule.title);
  }

  it.each(CASES)('%s', (title, lines) => {
    expect(titles(lines)).toContain(title);
  });

  it('finds nothing in what is ordinary', () => {
    expect(titles(started('ls', '-l', '/srv'))).toEqual([]);
    expect(titles(callLines({ syscall: 42, exe: '/usr/bin/ssh', saddr: '020000160A000001' }))).toEqual([]);
    expect(
      titles([messageLine('USER_START', 'op=PAM:session_open acct="an" exe="/usr/sbin/cron" res=success')]),
    ).toEqual([]);
  });
});
