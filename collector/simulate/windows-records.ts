/** Windows events as the event log renders them: what Security and Sysmon write on an ordinary office day. */
import type { MadeUp } from './made-up.ts';

type Data = readonly (readonly [name: string, value: string])[];

interface Kind {
  provider: string;
  guid: string;
  channel: string;
  keywords: string;
}

const SECURITY: Kind = {
  provider: 'Microsoft-Windows-Security-Auditing',
  guid: '{54849625-5478-4994-A5BA-3E3B0328C30D}',
  channel: 'Security',
  keywords: '0x8020000000000000',
};
const SYSMON: Kind = {
  provider: 'Microsoft-Windows-Sysmon',
  guid: '{5770385F-C22A-43E0-BF4C-06F5698FFBD9}',
  channel: 'Microsoft-Windows-Sysmon/Operational',
  keywords: '0x8000000000000000',
};

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function eventXml(made: MadeUp, kind: Kind, id: number, data: Data): string {
  const values = data.map(([name, value]) => `<Data Name="${name}">${escape(value)}</Data>`).join('');
  return `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="${kind.provider}" Guid="${kind.guid}"/><EventID>${id}</EventID><Version>2</Version><Level>${kind === SYSMON ? 4 : 0}</Level><Task>${id}</Task><Opcode>0</Opcode><Keywords>${kind.keywords}</Keywords><TimeCreated SystemTime="${made.iso().replace('Z', '4000Z')}"/><EventRecordID>${made.number(9_000_000)}</EventRecordID><Correlation/><Execution ProcessID="${made.number(6_000)}" ThreadID="${made.number(9_000)}"/><Channel>${kind.channel}</Channel><Computer>PC-${made.number(300)}.tinh.local</Computer><Security UserID="S-1-5-18"/></System><EventData>${values}</EventData></Event>`;
}

interface Program {
  image: string;
  parent: string;
  /** What it is begun with: most programs the same way each time. */
  line: (made: MadeUp) => string;
}

const EXPLORER = 'C:\\Windows\\explorer.exe';
const SERVICES = 'C:\\Windows\\System32\\services.exe';
const SVCHOST = 'C:\\Windows\\System32\\svchost.exe';
const CHROME = 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe';
const WORD = 'C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE';
const DEFENDER = 'C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.24090.11-0\\MsMpEng.exe';
const SERVICE_NAMES = ['Schedule', 'wuauserv', 'BITS', 'Dnscache', 'WinHttpAutoProxySvc', 'StateRepository'];

const UNIKEY: Program = {
  image: 'C:\\Program Files\\UniKey\\UniKeyNT.exe',
  parent: EXPLORER,
  line: () => '"C:\\Program Files\\UniKey\\UniKeyNT.exe" ',
};

const PROGRAMS: readonly Program[] = [
  {
    image: SVCHOST,
    parent: SERVICES,
    line: (made) => `${SVCHOST} -k netsvcs -p -s ${made.pick(SERVICE_NAMES)}`,
  },
  {
    image: WORD,
    parent: EXPLORER,
    line: (made) => `"${WORD}" /n "D:\\Van ban\\cong-van-${made.number(20_000)}.docx" /o ""`,
  },
  {
    image: CHROME,
    parent: CHROME,
    line: (made) =>
      `"${CHROME}" --type=renderer --lang=vi --device-scale-factor=1 --renderer-client-id=${made.number(900)} --time-ticks-at-unix-epoch=-17${made.hex(10)} --mojo-platform-channel-handle=${made.number(9_000)} /prefetch:1`,
  },
  {
    image: 'C:\\Windows\\System32\\RuntimeBroker.exe',
    parent: SVCHOST,
    line: () => 'C:\\Windows\\System32\\RuntimeBroker.exe -Embedding',
  },
  {
    image: 'C:\\Windows\\System32\\SearchProtocolHost.exe',
    parent: 'C:\\Windows\\System32\\SearchIndexer.exe',
    line: (made) =>
      `"C:\\Windows\\System32\\SearchProtocolHost.exe" Global\\UsGthrFltPipeMssGthrPipe${made.number(3_000)}_ Global\\UsGthrCtrlFltPipeMssGthrPipe${made.number(3_000)} 1 -2147483646`,
  },
  {
    image: 'C:\\Windows\\System32\\backgroundTaskHost.exe',
    parent: SVCHOST,
    line: () =>
      '"C:\\Windows\\System32\\backgroundTaskHost.exe" -ServerName:App.AppXmtcan0h2tfbfy7k9kn8hbxb6dmzz1zh0.mca',
  },
  UNIKEY,
  { image: DEFENDER, parent: SERVICES, line: () => `"${DEFENDER}"` },
];

interface Running {
  image: string;
  name: string;
  line: string;
  parent: string;
}

function program(made: MadeUp): Running {
  const { image, parent, line } = PROGRAMS[made.number(PROGRAMS.length)] ?? UNIKEY;
  return { image, name: image.slice(image.lastIndexOf('\\') + 1), parent, line: line(made) };
}

const hashes = (made: MadeUp): string =>
  `SHA1=${made.hex(40).toUpperCase()},MD5=${made.hex(32).toUpperCase()},SHA256=${made.hex(64).toUpperCase()},IMPHASH=${made.hex(32).toUpperCase()}`;

const sysmonTime = (made: MadeUp): string => made.iso().replace('T', ' ').replace('Z', '');

function logon(made: MadeUp): string {
  const user = made.person();
  return eventXml(made, SECURITY, 4624, [
    ['SubjectUserSid', 'S-1-0-0'],
    ['SubjectUserName', '-'],
    ['SubjectDomainName', '-'],
    ['SubjectLogonId', '0x0'],
    ['TargetUserSid', `S-1-5-21-1004336348-1177238915-682003330-${1_100 + made.number(900)}`],
    ['TargetUserName', user],
    ['TargetDomainName', 'TINH'],
    ['TargetLogonId', `0x${made.hex(6)}`],
    ['LogonType', '3'],
    ['LogonProcessName', 'Kerberos'],
    ['AuthenticationPackageName', 'Kerberos'],
    ['WorkstationName', '-'],
    ['LogonGuid', made.guid()],
    ['TransmittedServices', '-'],
    ['LmPackageName', '-'],
    ['KeyLength', '0'],
    ['ProcessId', '0x0'],
    ['ProcessName', '-'],
    ['IpAddress', made.ip()],
    ['IpPort', String(1_024 + made.number(60_000))],
    ['ImpersonationLevel', '%%1833'],
  ]);
}

function logoff(made: MadeUp): string {
  return eventXml(made, SECURITY, 4634, [
    ['TargetUserSid', `S-1-5-21-1004336348-1177238915-682003330-${1_100 + made.number(900)}`],
    ['TargetUserName', made.person()],
    ['TargetDomainName', 'TINH'],
    ['TargetLogonId', `0x${made.hex(6)}`],
    ['LogonType', '3'],
  ]);
}

function privileges(made: MadeUp): string {
  return eventXml(made, SECURITY, 4672, [
    ['SubjectUserSid', 'S-1-5-18'],
    ['SubjectUserName', 'SYSTEM'],
    ['SubjectDomainName', 'NT AUTHORITY'],
    ['SubjectLogonId', '0x3e7'],
    ['PrivilegeList', 'SeAssignPrimaryTokenPrivilege\n\t\t\tSeTcbPrivilege\n\t\t\tSeSecurityPrivilege'],
  ]);
}

function creation(made: MadeUp): string {
  const { image, line, parent } = program(made);
  return eventXml(made, SECURITY, 4688, [
    ['SubjectUserSid', 'S-1-5-18'],
    ['SubjectUserName', `PC-${made.number(300)}$`],
    ['SubjectDomainName', 'TINH'],
    ['SubjectLogonId', '0x3e7'],
    ['NewProcessId', `0x${made.hex(4)}`],
    ['NewProcessName', image],
    ['TokenElevationType', '%%1936'],
    ['ProcessId', '0x2f0'],
    ['CommandLine', line],
    ['TargetUserSid', 'S-1-0-0'],
    ['TargetUserName', '-'],
    ['TargetDomainName', '-'],
    ['TargetLogonId', '0x0'],
    ['ParentProcessName', parent],
    ['MandatoryLabel', 'S-1-16-16384'],
  ]);
}

function sysmonCreation(made: MadeUp): string {
  const { image, name, line, parent } = program(made);
  return eventXml(made, SYSMON, 1, [
    ['RuleName', '-'],
    ['UtcTime', sysmonTime(made)],
    ['ProcessGuid', made.guid()],
    ['ProcessId', String(made.number(20_000))],
    ['Image', image],
    ['FileVersion', '10.0.19041.1 (WinBuild.160101.0800)'],
    ['Description', 'Host Process'],
    ['Product', 'Microsoft® Windows® Operating System'],
    ['Company', 'Microsoft Corporation'],
    ['OriginalFileName', name],
    ['CommandLine', line],
    ['CurrentDirectory', 'C:\\Windows\\system32\\'],
    ['User', `TINH\\${made.person()}`],
    ['LogonGuid', made.guid()],
    ['LogonId', `0x${made.hex(6)}`],
    ['TerminalSessionId', '1'],
    ['IntegrityLevel', 'Medium'],
    ['Hashes', hashes(made)],
    ['ParentProcessGuid', made.guid()],
    ['ParentProcessId', String(made.number(20_000))],
    ['ParentImage', parent],
    ['ParentCommandLine', `"${parent}"`],
    ['ParentUser', 'NT AUTHORITY\\SYSTEM'],
  ]);
}

function sysmonConnection(made: MadeUp): string {
  return eventXml(made, SYSMON, 3, [
    ['RuleName', '-'],
    ['UtcTime', sysmonTime(made)],
    ['ProcessGuid', made.guid()],
    ['ProcessId', String(made.number(20_000))],
    ['Image', made.chance(0.5) ? SVCHOST : CHROME],
    ['User', `TINH\\${made.person()}`],
    ['Protocol', 'tcp'],
    ['Initiated', 'true'],
    ['SourceIsIpv6', 'false'],
    ['SourceIp', made.ip()],
    ['SourceHostname', `PC-${made.number(300)}.tinh.local`],
    ['SourcePort', String(49_152 + made.number(16_000))],
    ['SourcePortName', '-'],
    ['DestinationIsIpv6', 'false'],
    ['DestinationIp', `203.113.${made.number(256)}.${made.number(256)}`],
    ['DestinationHostname', '-'],
    ['DestinationPort', '443'],
    ['DestinationPortName', 'https'],
  ]);
}

function sysmonFile(made: MadeUp): string {
  return eventXml(made, SYSMON, 11, [
    ['RuleName', '-'],
    ['UtcTime', sysmonTime(made)],
    ['ProcessGuid', made.guid()],
    ['ProcessId', String(made.number(20_000))],
    ['Image', program(made).image],
    ['TargetFilename', `C:\\Users\\${made.person()}\\AppData\\Local\\Temp\\~DF${made.hex(12)}.TMP`],
    ['CreationUtcTime', sysmonTime(made)],
    ['User', `TINH\\${made.person()}`],
  ]);
}

function sysmonRegistry(made: MadeUp): string {
  return eventXml(made, SYSMON, 13, [
    ['RuleName', '-'],
    ['EventType', 'SetValue'],
    ['UtcTime', sysmonTime(made)],
    ['ProcessGuid', made.guid()],
    ['ProcessId', String(made.number(20_000))],
    ['Image', program(made).image],
    [
      'TargetObject',
      `HKLM\\System\\CurrentControlSet\\Services\\bam\\State\\UserSettings\\S-1-5-21-${made.number(1_000_000)}`,
    ],
    ['Details', 'Binary Data'],
    ['User', 'NT AUTHORITY\\SYSTEM'],
  ]);
}

function sysmonName(made: MadeUp): string {
  return eventXml(made, SYSMON, 22, [
    ['RuleName', '-'],
    ['UtcTime', sysmonTime(made)],
    ['ProcessGuid', made.guid()],
    ['ProcessId', String(made.number(20_000))],
    ['QueryName', `dichvu${made.number(2_000)}.tinh.gov.vn`],
    ['QueryStatus', '0'],
    ['QueryResults', `::ffff:${made.ip()};`],
    ['Image', program(made).image],
    ['User', `TINH\\${made.person()}`],
  ]);
}

/** Each as often as it stands here. */
const KINDS: readonly (readonly [channel: string, make: (made: MadeUp) => string])[] = [
  ['Security', logon],
  ['Security', logon],
  ['Security', privileges],
  ['Security', privileges],
  ['Security', creation],
  ['Security', creation],
  [SYSMON.channel, sysmonCreation],
  [SYSMON.channel, sysmonCreation],
  [SYSMON.channel, sysmonConnection],
  [SYSMON.channel, sysmonFile],
  [SYSMON.channel, sysmonRegistry],
  [SYSMON.channel, sysmonName],
];

export function windowsEvent(made: MadeUp): { origin: string; text: string } {
  const [origin, make] = KINDS[made.number(KINDS.length)] ?? ['Security', logon];
  // Most sessions end without a word: programs and services log on without logging off.
  return { origin, text: made.chance(0.01) ? logoff(made) : make(made) };
}

function ticket(made: MadeUp): string {
  const isFirst = made.chance(0.3);
  return eventXml(made, SECURITY, isFirst ? 4768 : 4769, [
    ['TargetUserName', isFirst ? made.person() : `${made.person()}@TINH.LOCAL`],
    ['TargetDomainName', 'TINH.LOCAL'],
    ['ServiceName', isFirst ? 'krbtgt' : `PC-${made.number(300)}$`],
    ['ServiceSid', `S-1-5-21-1004336348-1177238915-682003330-${1_100 + made.number(900)}`],
    ['TicketOptions', isFirst ? '0x40810010' : '0x40810000'],
    ['TicketEncryptionType', '0x12'],
    ['IpAddress', `::ffff:${made.ip()}`],
    ['IpPort', String(49_152 + made.number(16_000))],
    ['Status', '0x0'],
  ]);
}

function failedLogon(made: MadeUp): string {
  return eventXml(made, SECURITY, 4625, [
    ['SubjectUserSid', 'S-1-0-0'],
    ['SubjectUserName', '-'],
    ['TargetUserSid', 'S-1-0-0'],
    ['TargetUserName', made.person()],
    ['TargetDomainName', 'TINH'],
    ['Status', '0xc000006d'],
    ['FailureReason', '%%2313'],
    ['SubStatus', '0xc000006a'],
    ['LogonType', '3'],
    ['LogonProcessName', 'NtLmSsp '],
    ['AuthenticationPackageName', 'NTLM'],
    ['WorkstationName', `PC-${made.number(300)}`],
    ['IpAddress', made.ip()],
    ['IpPort', String(1_024 + made.number(60_000))],
  ]);
}

/** What a domain controller writes all day: tickets, logons and logoffs; one in a hundred fails. */
export function domainControllerEvent(made: MadeUp): { origin: string; text: string } {
  const kind = made.number(100);
  const make =
    kind < 50 ? ticket : kind < 75 ? logon : kind < 95 ? logoff : kind < 99 ? privileges : failedLogon;
  return { origin: SECURITY.channel, text: make(made) };
}
