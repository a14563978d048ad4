/** The kernel's tables of sockets: /proc/net/{tcp,tcp6,udp,udp6}. */
import fs from 'node:fs';
import path from 'node:path';

export interface SocketRow {
  protocol: 'tcp' | 'udp';
  state: 'listening' | 'connected' | 'other';
  localIp: string;
  localPort: number;
  remoteIp: string;
  remotePort: number;
  userId: string;
  inode: string;
}

const ESTABLISHED = '01';
const CLOSED = '07';
const LISTEN = '0A';
const TABLES = [
  ['tcp', 'tcp'],
  ['tcp6', 'tcp'],
  ['udp', 'udp'],
  ['udp6', 'udp'],
] as const;

/** Each 32-bit word is in the machine's order, which is little-endian on all machines there are agents for. */
export function parseAddress(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  const swapped = Buffer.from(bytes);
  if (swapped.length % 4 === 0) swapped.swap32();
  if (swapped.length === 4) return [...swapped].join('.');
  if (swapped.length !== 16) return '';
  const groups = Array.from({ length: 8 }, (_, at) => swapped.readUInt16BE(at * 2));
  // ::ffff:a.b.c.d is IPv4 over a socket of both families.
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xff_ff)
    return [...swapped.subarray(12)].join('.');
  return compress(groups);
}

/** RFC 5952: the longest run of zeros is left out. */
function compress(groups: readonly number[]): string {
  let best = { at: -1, length: 1 };
  for (let at = 0; at < groups.length; at += 1) {
    let length = 0;
    while (groups[at + length] === 0) length += 1;
    if (length > best.length) best = { at, length };
  }
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  if (best.at < 0) return hex(groups);
  return `${hex(groups.slice(0, best.at))}::${hex(groups.slice(best.at + best.length))}`;
}

function parseRow(line: string, protocol: 'tcp' | 'udp'): SocketRow | undefined {
  const fields = line.trim().split(/\s+/);
  const [, local = '', remote = '', state = '', , , , userId = '', , inode = ''] = fields;
  const [localHex = '', localPort = ''] = local.split(':');
  const [remoteHex = '', remotePort = ''] = remote.split(':');
  if (inode === '' || !/^\d+$/.test(inode)) return undefined;
  const port = Number.parseInt(remotePort, 16);
  const isListening = protocol === 'tcp' ? state === LISTEN : state === CLOSED && port === 0;
  return {
    protocol,
    state: isListening ? 'listening' : state === ESTABLISHED ? 'connected' : 'other',
    localIp: parseAddress(localHex),
    localPort: Number.parseInt(localPort, 16),
    remoteIp: parseAddress(remoteHex),
    remotePort: port,
    userId,
    inode,
  };
}

export function readSockets(procRoot: string): SocketRow[] {
  return TABLES.flatMap(([file, protocol]) => {
    let text: string;
    try {
      text = fs.readFileSync(path.join(procRoot, 'net', file), 'latin1');
    } catch {
      // A kernel without IPv6.
      return [];
    }
    return text
      .split('\n')
      .slice(1)
      .flatMap((line) => parseRow(line, protocol) ?? []);
  });
}

/** Which process holds which socket, for the sockets asked for: looks through the open files of all processes. */
export function ownersOf(
  procRoot: string,
  inodes: ReadonlySet<string>,
  pids: readonly number[],
): Map<string, number> {
  const owners = new Map<string, number>();
  for (const pid of pids) {
    if (owners.size === inodes.size) break;
    const folder = path.join(procRoot, String(pid), 'fd');
    let names: string[];
    try {
      names = fs.readdirSync(folder);
    } catch {
      // It ended, or is somebody else's.
      continue;
    }
    for (const name of names) {
      let target: string;
      try {
        target = fs.readlinkSync(path.join(folder, name));
      } catch {
        continue;
      }
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      if (inode !== undefined && inodes.has(inode) && !owners.has(inode)) owners.set(inode, pid);
    }
  }
  return owners;
}
