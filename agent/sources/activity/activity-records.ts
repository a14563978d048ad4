/** What was seen, as records under Sigma's names. */
import path from 'node:path';
import type { ActivityRecord } from '#protocol/activity-record.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { Login } from './login-records.ts';
import type { NetworkNews } from './network-watch.ts';
import type { ProcessFacts } from './read-process.ts';
import type { UsbDevice } from './usb-watch.ts';

export type Facts = Readonly<Record<string, string | number | undefined>>;

/** Programs by which somebody acts as somebody else. */
const PRIVILEGE = new Set(['sudo', 'su', 'pkexec', 'doas', 'runuser']);

export function activityRecord(
  at: number,
  category: ActivityRecord['category'],
  action: string,
  sensor: string,
  facts: Facts,
): ActivityRecord {
  const detail: ActivityRecord['detail'] = {};
  for (const [name, value] of Object.entries(facts)) {
    if (value === undefined || value === '') continue;
    detail[name] = typeof value === 'string' ? value.slice(0, LIMITS.shortStringMax).toWellFormed() : value;
  }
  return { kind: 'activity', at, category, action, sensor, detail };
}

export interface ProcessContext {
  parent: ProcessFacts | undefined;
  hash: string | undefined;
  userName: (id: string) => string;
}

const commandLine = (process: ProcessFacts | undefined): string => process?.arguments.join(' ') ?? '';

function processFacts(process: ProcessFacts, { parent, hash, userName }: ProcessContext): Facts {
  const { image, pid, parentPid, folder, userId, loginUserId, sessionId, container, group } = process;
  return {
    Image: image,
    CommandLine: commandLine(process),
    CurrentDirectory: folder,
    ProcessId: String(pid),
    ParentProcessId: String(parentPid),
    ParentImage: parent?.image,
    ParentCommandLine: commandLine(parent),
    User: userName(userId),
    LogonId: sessionId,
    'user.actor.name': loginUserId === undefined ? undefined : userName(loginUserId),
    Hashes: hash === undefined ? undefined : `SHA256=${hash.toUpperCase()}`,
    sha256: hash,
    ContainerId: container,
    ControlGroup: group,
  };
}

/** The start, and where it makes somebody another, that too when no log tells it. */
export function processRecords(
  at: number,
  process: ProcessFacts,
  context: ProcessContext,
  tellsPrivilege: boolean,
): ActivityRecord[] {
  const facts = processFacts(process, context);
  const start = activityRecord(at, 'process', 'start', 'proc', facts);
  const program = path.basename(process.image);
  return tellsPrivilege && PRIVILEGE.has(program)
    ? [start, activityRecord(at, 'privilege', program, 'proc', facts)]
    : [start];
}

export function networkRecord(
  at: number,
  { kind, socket, process }: NetworkNews,
  userName: (id: string) => string,
): ActivityRecord {
  const program = {
    Image: process?.image,
    CommandLine: commandLine(process),
    ProcessId: process === undefined ? undefined : String(process.pid),
    User: userName(process?.userId ?? socket.userId),
    Protocol: socket.protocol,
    ContainerId: process?.container,
  };
  if (kind === 'listen') {
    const facts = { ...program, ListenIp: socket.localIp, ListenPort: String(socket.localPort) };
    return activityRecord(at, 'listener', 'listen', 'proc', facts);
  }
  return activityRecord(at, 'network', 'connect', 'proc', {
    ...program,
    Initiated: 'true',
    SourceIp: socket.localIp,
    SourcePort: String(socket.localPort),
    DestinationIp: socket.remoteIp,
    DestinationPort: String(socket.remotePort),
  });
}

export function loginRecord({ at, kind, user, line, from, pid }: Login): ActivityRecord {
  const facts = { User: user, Terminal: line, SourceHost: from, ProcessId: String(pid) };
  return activityRecord(Math.max(0, at), 'logon', kind, 'utmp', facts);
}

export function deviceRecord(at: number, action: 'insert' | 'remove', device: UsbDevice): ActivityRecord {
  return activityRecord(at, 'device', action, 'sysfs', {
    Bus: 'usb',
    Port: device.port,
    VendorId: device.vendorId,
    ProductId: device.productId,
    Manufacturer: device.manufacturer,
    Product: device.product,
    SerialNumber: device.serial,
    InterfaceClasses: device.classes,
  });
}
