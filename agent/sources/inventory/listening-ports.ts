/**
 * Listening sockets and the programs that hold them, read from /proc. Without root the programs of other users stay
 * unnamed. UDP sockets on ports handed out to clients are left out: they come and go with every query.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { Collector, InventoryItem } from './inventory-item.ts';

export interface ListeningSocket {
  protocol: 'tcp' | 'udp';
  address: string;
  port: number;
  uid: number;
  inode: string;
}

const TABLES = [
  { file: 'tcp', protocol: 'tcp', state: '0A' },
  { file: 'tcp6', protocol: 'tcp', state: '0A' },
  { file: 'udp', protocol: 'udp', state: '07' },
  { file: 'udp6', protocol: 'udp', state: '07' },
] as const;

/** The kernel prints each 32-bit word of an address in the byte order of the machine: little-endian where we run. */
export function parseAddress(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  for (let word = 0; word + 4 <= bytes.length; word += 4) bytes.subarray(word, word + 4).reverse();
  if (bytes.length === 4) return bytes.join('.');
  const mapped = bytes.subarray(0, 12).equals(Buffer.from('00000000000000000000ffff', 'hex'));
  if (mapped) return bytes.subarray(12).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** @param state hexadecimal socket state of what counts as listening. */
export function parseSockets(table: string, protocol: 'tcp' | 'udp', state: string): ListeningSocket[] {
  const sockets: ListeningSocket[] = [];
  for (const line of table.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    const [, local, remote, found] = fields;
    const [address, port] = (local ?? '').split(':');
    if (found !== state || address === undefined || port === undefined) continue;
    if (remote === undefined || !/^0+:0+$/.test(remote)) continue;
    sockets.push({
      protocol,
      address: parseAddress(address),
      port: Number.parseInt(port, 16),
      uid: Number(fields[7] ?? 0),
      inode: fields[9] ?? '',
    });
  }
  return sockets;
}

/** @param proc the mounted /proc. */
export function listeningPortsCollector(proc: string): Collector {
  return {
    category: 'listening-port',
    async collect(signal) {
      const clientPortMin = await firstClientPort(proc);
      const sockets: ListeningSocket[] = [];
      for (const { file, protocol, state } of TABLES) {
        const table = await readIfThere(path.join(proc, 'net', file));
        sockets.push(...parseSockets(table ?? '', protocol, state));
      }
      const served = sockets.filter(({ protocol, port }) => protocol === 'tcp' || port < clientPortMin);
      const programs = await findPrograms(proc, new Set(served.map(({ inode }) => inode)), signal);
      const items = new Map<string, InventoryItem>();
      for (const { protocol, address, port, uid, inode } of served) {
        const host = address.includes(':') ? `[${address}]` : address;
        const key = `${protocol} ${host}:${port}`;
        const program = programs.get(inode);
        const before = items.get(key);
        if (before !== undefined && (program === undefined || before.detail['process'] !== undefined))
          continue;
        items.set(key, { key, detail: { protocol, address, port, uid, ...program } });
      }
      return [...items.values()];
    },
  };
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await fs.promises.readFile(file, 'utf8');
  } catch (error) {
    // IPv6 may be switched off.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function firstClientPort(proc: string): Promise<number> {
  const range = await readIfThere(path.join(proc, 'sys/net/ipv4/ip_local_port_range'));
  const first = Number.parseInt(range ?? '', 10);
  return Number.isNaN(first) ? 32_768 : first;
}

interface Program {
  process: string;
  executable: string;
}

async function findPrograms(
  proc: string,
  inodes: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Map<string, Program>> {
  const found = new Map<string, Program>();
  const names = await fs.promises.readdir(proc);
  for (const pid of names.filter((name) => /^\d+$/.test(name))) {
    if (signal.aborted || found.size === inodes.size) break;
    const held = (await socketsOf(path.join(proc, pid, 'fd'))).filter(
      (inode) => inodes.has(inode) && !found.has(inode),
    );
    if (held.length === 0) continue;
    const program = await programOf(path.join(proc, pid));
    if (program !== undefined) for (const inode of held) found.set(inode, program);
  }
  return found;
}

async function socketsOf(folder: string): Promise<string[]> {
  let names: string[];
  try {
    names = await fs.promises.readdir(folder);
  } catch {
    // Ended meanwhile, or another user's.
    return [];
  }
  const inodes: string[] = [];
  for (const name of names) {
    const inode = /^socket:\[(\d+)\]$/.exec(linkTarget(path.join(folder, name)))?.[1];
    if (inode !== undefined) inodes.push(inode);
  }
  return inodes;
}

function linkTarget(link: string): string {
  try {
    return fs.readlinkSync(link);
  } catch {
    // Closed meanwhile.
    return '';
  }
}

async function programOf(folder: string): Promise<Program | undefined> {
  try {
    const name = await fs.promises.readFile(path.join(folder, 'comm'), 'utf8');
    return { process: name.trim(), executable: linkTarget(path.join(folder, 'exe')) };
  } catch {
    // Ended meanwhile.
    return undefined;
  }
}
