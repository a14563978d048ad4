/** Events of Sysmon as templates of records: all fields of their kind, in Sysmon's order. Pure. */
import type { StoryEvent } from './story-events.ts';
import type { Story, StoryHost } from './story-schema.ts';
import { madeGuid, madeHex } from './made-values.ts';

export interface StoryProcess {
  guid: string;
  pid: string;
  image: string;
  line: string;
  user: string;
  parent: StoryProcess | undefined;
}

type SysmonKind =
  'process' | 'file' | 'delete' | 'registry' | 'connect' | 'resolve' | 'load' | 'driver' | 'open';
type SysmonEvent = Extract<StoryEvent, { kind: SysmonKind }>;
type Data = Record<string, string>;

const CHANNEL = 'Microsoft-Windows-Sysmon/Operational';

export interface Around {
  story: Story;
  on: string;
  host: StoryHost;
}

/** @param process that did it; undefined for what no process does */
export function sysmonTemplate(
  one: SysmonEvent,
  process: StoryProcess | undefined,
  around: Around,
): Record<string, unknown> {
  const { id, data } = body(one, process, around);
  return { channel: CHANNEL, id, data: { RuleName: '-', UtcTime: '{utc}', ...data } };
}

const nameOf = (image: string): string => image.slice(image.lastIndexOf('\\') + 1);
const hashes = (sha256: string): string =>
  `SHA256=${sha256.toUpperCase()},IMPHASH=${madeHex(32, 'imphash', sha256).toUpperCase()}`;

function doer(process: StoryProcess | undefined): Data {
  if (process === undefined) return {};
  return { ProcessGuid: process.guid, ProcessId: process.pid, Image: process.image };
}

function body(
  one: SysmonEvent,
  process: StoryProcess | undefined,
  { story, on, host }: Around,
): { id: number; data: Data } {
  const user = process?.user ?? host.user;
  const own = doer(process);
  switch (one.kind) {
    case 'process': {
      const { image, line, level, original, company, product, sha256 } = one.event;
      const parent = process?.parent;
      return {
        id: 1,
        data: {
          ...own,
          FileVersion: '10.0.19041.4355 (WinBuild.160101.0800)',
          Description: nameOf(image),
          Product: product,
          Company: company,
          OriginalFileName: original ?? nameOf(image),
          CommandLine: line,
          CurrentDirectory: 'C:\\Windows\\system32\\',
          User: user,
          LogonGuid: madeGuid(story.name, on, user, 'logon'),
          LogonId: `0x${madeHex(6, story.name, on, user)}`,
          TerminalSessionId: level === 'System' ? '0' : '1',
          IntegrityLevel: level,
          Hashes: hashes(sha256 ?? madeHex(64, 'image', image.toLowerCase())),
          ParentProcessGuid: parent?.guid ?? madeGuid(story.name, on, 'none'),
          ParentProcessId: parent?.pid ?? '4',
          ParentImage: parent?.image ?? 'C:\\Windows\\explorer.exe',
          ParentCommandLine: parent?.line ?? 'C:\\Windows\\Explorer.EXE',
          ParentUser: parent === undefined || parent.user === '' ? host.user : parent.user,
        },
      };
    }
    case 'file':
      return {
        id: 11,
        data: { ...own, TargetFilename: one.event.file, CreationUtcTime: '{utc}', User: user },
      };
    case 'delete':
      return {
        id: 23,
        data: {
          ...own,
          User: user,
          TargetFilename: one.event.delete,
          Hashes: hashes(madeHex(64, 'file', one.event.delete)),
          IsExecutable: 'false',
          Archived: 'true',
        },
      };
    case 'registry':
      return {
        id: 13,
        data: {
          EventType: 'SetValue',
          ...own,
          TargetObject: one.event.registry,
          Details: one.event.details,
          User: user,
        },
      };
    case 'connect':
      return {
        id: 3,
        data: {
          ...own,
          User: user,
          Protocol: 'tcp',
          Initiated: 'true',
          SourceIsIpv6: 'false',
          SourceIp: host.address,
          SourceHostname: `${host.name}.minhhoa.example`,
          SourcePort: String(49_200 + (Number.parseInt(madeHex(4, on, one.event.connect), 16) % 12_000)),
          SourcePortName: '-',
          DestinationIsIpv6: 'false',
          DestinationIp: one.event.connect,
          DestinationHostname: one.event.name ?? '-',
          DestinationPort: String(one.event.port),
          DestinationPortName: '-',
        },
      };
    case 'resolve':
      return {
        id: 22,
        data: {
          ProcessGuid: own['ProcessGuid'] ?? '',
          ProcessId: own['ProcessId'] ?? '',
          QueryName: one.event.resolve,
          QueryStatus: '0',
          QueryResults: '-',
          Image: own['Image'] ?? '',
          User: user,
        },
      };
    case 'load': {
      const { load, signed, sha256 } = one.event;
      return {
        id: 7,
        data: {
          ...own,
          ImageLoaded: load,
          FileVersion: '-',
          Description: '-',
          Product: '-',
          Company: '-',
          OriginalFileName: '-',
          Hashes: hashes(sha256 ?? madeHex(64, 'image', load.toLowerCase())),
          Signed: String(signed),
          Signature: '-',
          SignatureStatus: signed ? 'Valid' : 'Unavailable',
          User: user,
        },
      };
    }
    case 'driver': {
      const { driver, signature, sha256 } = one.event;
      return {
        id: 6,
        data: {
          ImageLoaded: driver,
          Hashes: hashes(sha256 ?? madeHex(64, 'image', driver.toLowerCase())),
          Signed: 'true',
          Signature: signature,
          SignatureStatus: 'Valid',
        },
      };
    }
    case 'open':
      return {
        id: 10,
        data: {
          SourceProcessGUID: own['ProcessGuid'] ?? '',
          SourceProcessId: own['ProcessId'] ?? '',
          SourceThreadId: '5120',
          SourceImage: own['Image'] ?? '',
          TargetProcessGUID: madeGuid(story.name, on, one.event.open),
          TargetProcessId: '712',
          TargetImage: one.event.open,
          GrantedAccess: one.event.access,
          CallTrace: 'C:\\Windows\\SYSTEM32\\ntdll.dll+9d4c4|C:\\Windows\\System32\\KERNELBASE.dll+2c13e',
          SourceUser: user,
          TargetUser: 'NT AUTHORITY\\SYSTEM',
        },
      };
  }
}
