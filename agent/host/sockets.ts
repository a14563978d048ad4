/**
 * Listening sockets and the programs that hold them, read from /proc. Without root the programs of other users stay
 * unnamed. UDP sockets on ports handed out to clients are left out: they come and go with every query.
 */
import fs from 'node:fs';
import path from 'node:path';
import { at, type Host } from './host.ts';
import { linkAt, listFolder, readText, textOr } from './read-text.ts';
import { reading, type Reading } from './reading.ts';
import { readdir } from '../async-fs.ts';

export interface ListeningSocket {
  protocol: 'tcp' | 'udp';
  address: string;
  port: number;
  uid: number;
  inode: string;
}

export interface ListeningPort extends Omit<ListeningSocket, 'inode'> {
  /** undefined: another user's, and the agent may not look. */
  process: string | undefined;
  executable: string | undefined;
}

const TABLES = [
  { file: 'tcp', protocol: 'tcp', state: '0A' },
  { file: 'tcp6', protocol: 'tcp', state: '0A' },
  { file: 'udp', protocol: 'udp', state: '07' },
  { file: 'udp6', protocol: 'udp', state: '07' },
] as const;

const TABLE_BYTES_MAX = 64 * 1_048_576;
const CLIENT_PORT_MIN = 32_768;

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

/**
 * @param turn awaited between processes that are looked at
 * @throws Error when the tables of the kernel cannot be read
 */
export async function readListeningPorts(
  host: Pick<Host, 'root'>,
  turn: () => Promise<void> = () => Promise.resolve(),
): Promise<Reading<ListeningPort>> {
  const range = await textOr(host, '/proc/sys/net/ipv4/ip_local_port_range');
  const first = Number.parseInt(range ?? '', 10);
  const clientPortMin = Number.isNaN(first) ? CLIENT_PORT_MIN : first;
  const sockets: ListeningSocket[] = [];
  for (const { file, protocol, state } of TABLES) {
    const table = await readText(host, `/proc/net/${file}`, TABLE_BYTES_MAX);
    // IPv6 may be switched off.
    if (table.kind === 'unreadable') throw new Error(`/proc/net/${file} cannot be read: ${table.reason}`);
    if (table.kind === 'text') sockets.push(...parseSockets(table.text, protocol, state));
  }
  const served = sockets.filter(({ protocol, port }) => protocol === 'tcp' || port < clientPortMin);
  const { programs, hidden } = await findPrograms(host, new Set(served.map(({ inode }) => inode)), turn);
  const ports = reading<ListeningPort>();
  const byKey = new Map<string, ListeningPort>();
  for (const { inode, ...socket } of served) {
    const key = `${socket.protocol} ${socket.address} ${socket.port}`;
    const program = programs.get(inode);
    const before = byKey.get(key);
    if (before !== undefined && (program === undefined || before.process !== undefined)) continue;
    byKey.set(key, { ...socket, process: program?.process, executable: program?.executable });
  }
  ports.items.push(...byKey.values());
  const unnamed = ports.items.filter(({ process }) => process === undefined).length;
  if (unnamed > 0 && hidden > 0) {
    const reason = `permission denied for ${hidden} processes: the agent needs root to name them`;
    ports.unread.push({ part: `programs of ${unnamed} listening ports`, reason });
  }
  return ports;
}

interface Program {
  process: string;
  executable: string;
}

async function findPrograms(
  host: Pick<Host, 'root'>,
  inodes: ReadonlySet<string>,
  turn: () => Promise<void>,
): Promise<{ programs: Map<string, Program>; hidden: number }> {
  const programs = new Map<string, Program>();
  let hidden = 0;
  const listed = await listFolder(host, '/proc', 200_000);
  for (const pid of listed.kind === 'names' ? listed.names : []) {
    if (!/^\d+$/.test(pid)) continue;
    if (programs.size === inodes.size) break;
    await turn();
    const open = await socketsOf(at(host, `/proc/${pid}/fd`));
    if (open === undefined) {
      hidden += 1;
      continue;
    }
    const held = open.filter((inode) => inodes.has(inode) && !programs.has(inode));
    if (held.length === 0) continue;
    const name = await textOr(host, `/proc/${pid}/comm`);
    // Ended meanwhile.
    if (name === undefined) continue;
    const executable = (await linkAt(host, `/proc/${pid}/exe`)) ?? '';
    for (const inode of held) programs.set(inode, { process: name, executable });
  }
  return { programs, hidden };
}

/** @returns undefined when it is another user's */
async function socketsOf(folder: string): Promise<string[] | undefined> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    // Ended meanwhile: it holds nothing any more.
    return error instanceof Error && 'code' in error && error.code === 'EACCES' ? undefined : [];
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
