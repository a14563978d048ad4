/**
 * What a new rule of a log source begins with: a selection of two lines, an entity, and records that an agent could
 * send, of which two match and some just miss. Invariant: each passes our checks and its own test as it is.
 */
type Record_ = Readonly<Record<string, unknown>>;
type Case = readonly [name: string, record: Record_];

export interface RuleTemplate {
  /** Sigma lines of the one selection. */
  selection: readonly (readonly [field: string, value: string | number])[];
  entity: readonly string[];
  /** Tags of ATT&CK without `attack.`: tactics and a technique. */
  tags: readonly string[];
  match: readonly Case[];
  nearMiss: readonly Case[];
}

const SYSMON = 'Microsoft-Windows-Sysmon/Operational';
const windows = (channel: string, id: number, data: Record_): Record_ => ({
  kind: 'windows',
  channel,
  id,
  data,
});
const log = (channel: string, text: string): Record_ => ({ kind: 'log', channel, text });

/** A category of Sysmon: `field` and the program are asked. */
function sysmon(
  id: number,
  field: string,
  place: (name: string) => Record_,
  tags: readonly string[],
): RuleTemplate {
  const event = (program: string, name: string): Record_ =>
    windows(SYSMON, id, { Image: `C:\\Tools\\${program}`, User: 'TINH\\an', ...place(name) });
  return {
    selection: [
      ['Image|endswith', '\\replace-me.exe'],
      [`${field}|contains`, 'replace-me-too'],
    ],
    entity: ['host.name', field],
    tags,
    match: [
      ['the attack', event('replace-me.exe', 'replace-me-too')],
      ['the attack, written otherwise', event('Replace-Me.EXE', 'a-replace-me-too-b')],
    ],
    nearMiss: [
      ['another program', event('other.exe', 'replace-me-too')],
      ['daily work of the program', event('replace-me.exe', 'other')],
    ],
  };
}

/** A log of Windows by its channel: the event's number and one of its values are asked. */
function eventLog(channel: string, id: number, field: string, tags: readonly string[]): RuleTemplate {
  const event = (number: number, value: string): Record_ => windows(channel, number, { [field]: value });
  return {
    selection: [
      ['EventID', id],
      [`${field}|contains`, 'replace-me'],
    ],
    entity: ['host.name', field],
    tags,
    match: [
      ['the attack', event(id, 'replace-me')],
      ['the attack, written otherwise', event(id, 'a Replace-Me b')],
    ],
    nearMiss: [
      ['daily work', event(id, 'other')],
      ['another event', event(id + 1, 'replace-me')],
    ],
  };
}

const started = (program: string, line: string): Record_ =>
  windows(SYSMON, 1, {
    Image: `C:\\Tools\\${program}`,
    CommandLine: line,
    User: 'TINH\\an',
    ParentImage: 'C:\\Windows\\explorer.exe',
  });
const audited = (program: string, line: string): Record_ =>
  windows('Security', 4688, {
    SubjectUserName: 'an',
    NewProcessName: `C:\\Tools\\${program}`,
    CommandLine: line,
    ParentProcessName: 'C:\\Windows\\explorer.exe',
  });

const execve = (program: string, argument: string): Record_ =>
  log(
    'linux-audit',
    [
      `type=SYSCALL msg=audit(1763000000.123:7): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=0 items=2 ppid=10 pid=11 auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3 comm="x" exe="${program}" key="vonggac-exec"`,
      `type=EXECVE msg=audit(1763000000.123:7): argc=2 a0="${program}" a1="${argument}"`,
      'type=CWD msg=audit(1763000000.123:7): cwd="/root"',
    ].join('\n'),
  );
const request = (method: string, address: string): Record_ =>
  log('web-access', `203.0.113.9 - - [{clf}] "${method} ${address} HTTP/1.1" 200 512 "-" "Mozilla/5.0"`);
const changed = (change: string, file: string): Record_ => ({
  kind: 'integrity',
  change,
  path: file,
  ...(change !== 'created' && { before: { mode: 0o644 } }),
  after: { mode: 0o644 },
});

const EXECUTION = ['execution', 't1059'];

/** By product/category/service, as `--logsource` is written. */
export const RULE_TEMPLATES: ReadonlyMap<string, RuleTemplate> = new Map<string, RuleTemplate>([
  [
    'windows/process_creation/',
    {
      selection: [
        ['Image|endswith', '\\replace-me.exe'],
        ['CommandLine|contains', '/replace-me'],
      ],
      entity: ['host.name', 'Image'],
      tags: EXECUTION,
      match: [
        ['the attack, by Sysmon', started('replace-me.exe', 'replace-me.exe /replace-me')],
        ['the attack, by the audit log', audited('replace-me.exe', 'replace-me.exe /Replace-Me now')],
      ],
      nearMiss: [
        ['daily work of the program', started('replace-me.exe', 'replace-me.exe /other')],
        ['another program', audited('other.exe', 'other.exe /replace-me')],
      ],
    },
  ],
  [
    'windows/file_event/',
    sysmon(11, 'TargetFilename', (name) => ({ TargetFilename: `C:\\HoSo\\${name}.txt` }), EXECUTION),
  ],
  [
    'windows/registry_set/',
    sysmon(
      13,
      'TargetObject',
      (name) => ({ EventType: 'SetValue', TargetObject: `HKLM\\SOFTWARE\\${name}`, Details: 'x' }),
      ['persistence', 't1112'],
    ),
  ],
  [
    'windows/image_load/',
    sysmon(
      7,
      'ImageLoaded',
      (name) => ({ ImageLoaded: `C:\\Tools\\${name}.dll`, Signed: 'false' }),
      EXECUTION,
    ),
  ],
  [
    'windows/dns_query/',
    sysmon(22, 'QueryName', (name) => ({ QueryName: `${name}.example.vn`, QueryStatus: '0' }), [
      'command-and-control',
      't1071.004',
    ]),
  ],
  [
    'windows/network_connection/',
    sysmon(
      3,
      'DestinationHostname',
      (name) => ({
        Initiated: 'true',
        DestinationIp: '203.0.113.9',
        DestinationPort: '443',
        DestinationHostname: `${name}.example.vn`,
      }),
      ['command-and-control', 't1071'],
    ),
  ],
  [
    'windows/ps_script/',
    eventLog('Microsoft-Windows-PowerShell/Operational', 4104, 'ScriptBlockText', ['execution', 't1059.001']),
  ],
  ['windows//security', eventLog('Security', 4624, 'TargetUserName', ['initial-access', 't1078'])],
  ['windows//system', eventLog('System', 7045, 'ServiceName', ['persistence', 't1543.003'])],
  ['windows//windefend', eventLog('Microsoft-Windows-Windows Defender/Operational', 1116, 'Path', EXECUTION)],
  [
    'windows//taskscheduler',
    eventLog('Microsoft-Windows-TaskScheduler/Operational', 106, 'TaskName', ['persistence', 't1053.005']),
  ],
  [
    'linux/process_creation/',
    {
      selection: [
        ['Image|endswith', '/replace-me'],
        ['CommandLine|contains', '--replace-me'],
      ],
      entity: ['host.name', 'Image'],
      tags: ['execution', 't1059.004'],
      match: [
        ['the attack', execve('/usr/bin/replace-me', '--replace-me')],
        ['the attack from elsewhere', execve('/tmp/replace-me', '--replace-me=now')],
      ],
      nearMiss: [
        ['daily work of the program', execve('/usr/bin/replace-me', '--other')],
        ['another program', execve('/usr/bin/other', '--replace-me')],
      ],
    },
  ],
  [
    'linux//sshd',
    {
      selection: [
        ['event.action', 'ssh_login_succeeded'],
        ['user.name', 'replace-me'],
      ],
      entity: ['host.name', 'source.ip'],
      tags: ['initial-access', 't1078'],
      match: [
        ['with a password', log('sshd', sshd('Accepted password for replace-me'))],
        ['with a key', log('sshd', sshd('Accepted publickey for replace-me'))],
      ],
      nearMiss: [
        ['refused', log('sshd', sshd('Failed password for replace-me'))],
        ['somebody else', log('sshd', sshd('Accepted password for other'))],
      ],
    },
  ],
  [
    '/webserver/',
    {
      selection: [
        ['cs-method', 'POST'],
        ['cs-uri-stem|contains', '/replace-me'],
      ],
      entity: ['source.ip', 'cs-uri-stem'],
      tags: ['initial-access', 't1190'],
      match: [
        ['the attack', request('POST', '/replace-me.php')],
        ['the attack, deeper', request('POST', '/a/replace-me?x=1')],
      ],
      nearMiss: [
        ['only looked at', request('GET', '/replace-me.php')],
        ['another page', request('POST', '/other.php')],
      ],
    },
  ],
  [
    'vonggac//integrity',
    {
      selection: [
        ['event.action', 'file_modified'],
        ['file.path|startswith', '/etc/replace-me/'],
      ],
      entity: ['host.name', 'file.path'],
      tags: ['persistence', 't1543'],
      match: [
        ['a file', changed('modified', '/etc/replace-me/a.conf')],
        ['a file below', changed('modified', '/etc/replace-me/d/b.conf')],
      ],
      nearMiss: [
        ['a new file', changed('created', '/etc/replace-me/a.conf')],
        ['another file', changed('modified', '/etc/other/a.conf')],
      ],
    },
  ],
]);

function sshd(words: string): string {
  return `{time} srv01 sshd[2211]: ${words} from 203.0.113.50 port 40022 ssh2`;
}
