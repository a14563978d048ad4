/** Windows events as the event log renders them, and recorded ones under another host's name and time. */
import type { MadeUp } from '../../collector/simulate/made-up.ts';

export type Data = Readonly<Record<string, string>>;

/** What one host writes at one moment. */
export interface WindowsEvent {
  channel: string;
  provider: string;
  id: number;
  data: Data;
}

const SYSMON = { channel: 'Microsoft-Windows-Sysmon/Operational', provider: 'Microsoft-Windows-Sysmon' };

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** The event as its host's agent sends it. */
export function windowsXml(event: WindowsEvent, computer: string, timeMs: number): string {
  const { channel, provider, id, data } = event;
  const values = Object.entries(data).map(([name, value]) => `<Data Name="${name}">${escape(value)}</Data>`);
  return (
    `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="${provider}"/>` +
    `<EventID>${id}</EventID><Version>2</Version><Level>${channel === 'Security' ? 0 : 4}</Level><Task>${id}</Task>` +
    `<Opcode>0</Opcode><Keywords>${channel === 'Security' ? '0x8020000000000000' : '0x8000000000000000'}</Keywords>` +
    `<TimeCreated SystemTime="${new Date(timeMs).toISOString().replace('Z', '4000Z')}"/>` +
    `<EventRecordID>${Math.floor(timeMs / 10) % 10_000_000}</EventRecordID><Correlation/>` +
    `<Execution ProcessID="3308" ThreadID="4008"/><Channel>${channel}</Channel><Computer>${computer}</Computer>` +
    `<Security UserID="S-1-5-18"/></System>` +
    `<EventData>${values.join('')}</EventData></Event>`
  );
}

/** A recorded event as if this host had written it then. */
export function restamp(xml: string, computer: string, timeMs: number): string {
  const iso = new Date(timeMs).toISOString();
  return xml
    .replace(/SystemTime=(["'])[^"']*\1/, `SystemTime="${iso}"`)
    .replace(/<Computer>[^<]*<\/Computer>/, `<Computer>${computer}</Computer>`)
    .replace(
      /(<Data Name="(?:UtcTime|CreationUtcTime)">)[^<]*/g,
      `$1${iso.replace('T', ' ').replace('Z', '')}`,
    );
}

const nameOf = (image: string): string => image.slice(image.lastIndexOf('\\') + 1);

export interface Started {
  image: string;
  line: string;
  parent: string;
  parentLine?: string | undefined;
  user: string;
  level?: 'Medium' | 'High' | 'System' | undefined;
  /** What its maker says it is. */
  product?: { company: string; name: string; original?: string } | undefined;
}

/** Sysmon's account of a process that begins. */
export function processStarted(made: MadeUp, started: Started): WindowsEvent {
  const { image, line, parent, user, level = 'Medium', product } = started;
  const { company = 'Microsoft Corporation', name = 'Microsoft® Windows® Operating System' } = product ?? {};
  return {
    ...SYSMON,
    id: 1,
    data: {
      RuleName: '-',
      ProcessGuid: made.guid(),
      ProcessId: String(1_000 + made.number(30_000)),
      Image: image,
      FileVersion: '10.0.19041.1 (WinBuild.160101.0800)',
      Description: nameOf(image),
      Product: name,
      Company: company,
      OriginalFileName: product?.original ?? nameOf(image),
      CommandLine: line,
      CurrentDirectory: 'C:\\Windows\\system32\\',
      User: user,
      LogonGuid: made.guid(),
      LogonId: `0x${made.hex(6)}`,
      TerminalSessionId: level === 'System' ? '0' : '1',
      IntegrityLevel: level,
      Hashes: `SHA256=${made.hex(64).toUpperCase()},IMPHASH=${made.hex(32).toUpperCase()}`,
      ParentProcessGuid: made.guid(),
      ParentProcessId: String(1_000 + made.number(30_000)),
      ParentImage: parent,
      ParentCommandLine: started.parentLine ?? `"${parent}"`,
      ParentUser: user,
    },
  };
}

export function fileCreated(image: string, file: string, user: string): WindowsEvent {
  return { ...SYSMON, id: 11, data: { RuleName: '-', Image: image, TargetFilename: file, User: user } };
}

export function registrySet(image: string, key: string, details: string, user: string): WindowsEvent {
  const data = { RuleName: '-', EventType: 'SetValue', Image: image, TargetObject: key, Details: details };
  return { ...SYSMON, id: 13, data: { ...data, User: user } };
}

export function connected(
  image: string,
  user: string,
  to: { ip: string; port: number; host?: string },
): WindowsEvent {
  const data = {
    RuleName: '-',
    Image: image,
    User: user,
    Protocol: 'tcp',
    Initiated: 'true',
    SourceIp: '10.1.1.1',
    DestinationIp: to.ip,
    DestinationHostname: to.host ?? '-',
    DestinationPort: String(to.port),
  };
  return { ...SYSMON, id: 3, data };
}

export function resolved(image: string, name: string, user: string): WindowsEvent {
  const data = {
    RuleName: '-',
    QueryName: name,
    QueryStatus: '0',
    QueryResults: '-',
    Image: image,
    User: user,
  };
  return { ...SYSMON, id: 22, data };
}

/** An event of the Security log. */
export function security(id: number, data: Data): WindowsEvent {
  return { channel: 'Security', provider: 'Microsoft-Windows-Security-Auditing', id, data };
}

export function serviceInstalled(name: string, image: string, account = 'LocalSystem'): WindowsEvent {
  const data = {
    ServiceName: name,
    ImagePath: image,
    ServiceType: 'user mode service',
    StartType: 'demand start',
    AccountName: account,
  };
  return { channel: 'System', provider: 'Service Control Manager', id: 7045, data };
}

export function scriptBlock(made: MadeUp, text: string, file = ''): WindowsEvent {
  const data = {
    MessageNumber: '1',
    MessageTotal: '1',
    ScriptBlockText: text,
    ScriptBlockId: made.guid(),
    Path: file,
  };
  return {
    channel: 'Microsoft-Windows-PowerShell/Operational',
    provider: 'Microsoft-Windows-PowerShell',
    id: 4104,
    data,
  };
}

export function threatFound(threat: string, file: string, user: string): WindowsEvent {
  const data = {
    'Product Name': 'Microsoft Defender Antivirus',
    'Threat Name': threat,
    'Severity Name': 'High',
    'Category Name': 'Tool',
    Path: `file:_${file}`,
    'Detection User': user,
    'Process Name': 'C:\\Windows\\explorer.exe',
    'Action Name': 'Quarantine',
  };
  return {
    channel: 'Microsoft-Windows-Windows Defender/Operational',
    provider: 'Microsoft-Windows-Windows Defender',
    id: 1116,
    data,
  };
}

/** Sysmon's account of a process that opens another. */
export function accessed(source: string, target: string, mask: string): WindowsEvent {
  const data = {
    RuleName: '-',
    SourceProcessId: '3120',
    SourceThreadId: '3188',
    SourceImage: source,
    TargetProcessId: '708',
    TargetImage: target,
    GrantedAccess: mask,
    CallTrace:
      'C:\\Windows\\SYSTEM32\\ntdll.dll+9d4c4|C:\\Windows\\System32\\KERNELBASE.dll+2c13e|C:\\Windows\\System32\\KERNEL32.DLL+17614',
    SourceUser: 'NT AUTHORITY\\SYSTEM',
    TargetUser: 'NT AUTHORITY\\SYSTEM',
  };
  return { ...SYSMON, id: 10, data };
}

export function loaded(
  image: string,
  library: string,
  { signed, company }: { signed: boolean; company: string },
): WindowsEvent {
  const data = {
    RuleName: '-',
    Image: image,
    ImageLoaded: library,
    FileVersion: '1.0.0.0',
    Company: company,
    OriginalFileName: nameOf(library),
    Signed: String(signed),
    Signature: signed ? company : '-',
    SignatureStatus: signed ? 'Valid' : 'Unavailable',
  };
  return { ...SYSMON, id: 7, data };
}

/** Defender's own account of a setting that changed. */
export function defenderChanged(key: string, value: string): WindowsEvent {
  const data = {
    'Product Name': 'Microsoft Defender Antivirus',
    'Product Version': '4.18.24090.11',
    'Old Value': `${key} = `,
    'New Value': `${key} = ${value}`,
  };
  return {
    channel: 'Microsoft-Windows-Windows Defender/Operational',
    provider: 'Microsoft-Windows-Windows Defender',
    id: 5007,
    data,
  };
}
