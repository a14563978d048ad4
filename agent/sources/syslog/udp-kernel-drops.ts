/** How many datagrams the kernel threw away because a socket's buffer was full: the last column of /proc/net/udp. */
import fs from 'node:fs';
import net from 'node:net';

const FILES = { 4: '/proc/net/udp', 6: '/proc/net/udp6' } as const;
const HEX_BYTES = 4;

/** @returns drops since the socket was made; undefined where the system does not tell. */
export function kernelDrops(address: string, port: number): number | undefined {
  const family = net.isIPv4(address) ? 4 : 6;
  let table: string;
  try {
    table = fs.readFileSync(FILES[family], 'utf8');
  } catch {
    // Not Linux, or /proc is hidden: these drops stay unknown.
    return undefined;
  }
  return dropsIn(table, address, port);
}

/** @param table as in /proc/net/udp or udp6. */
export function dropsIn(table: string, address: string, port: number): number | undefined {
  const local = `${hexAddress(address)}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/));
  const counts = rows.filter((row) => row[1] === local).map((row) => Number(row.at(-1)));
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}

/** As the kernel prints it on a little-endian machine: each word of four bytes turned round. */
function hexAddress(address: string): string {
  const bytes = net.isIPv4(address) ? address.split('.').map(Number) : ipv6Bytes(address);
  const words = Array.from({ length: bytes.length / HEX_BYTES }, (_, index) =>
    bytes.slice(index * HEX_BYTES, (index + 1) * HEX_BYTES).toReversed(),
  );
  return words
    .flat()
    .map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'))
    .join('');
}

function ipv6Bytes(address: string): number[] {
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const groups = (text: string | undefined): string[] =>
    text === undefined || text === '' ? [] : text.split(':').flatMap(ipv4AsGroups);
  const [before, after] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

function ipv4AsGroups(group: string): string[] {
  if (!group.includes('.')) return [group];
  const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
  return [(a * 256 + b).toString(16), (c * 256 + d).toString(16)];
}
