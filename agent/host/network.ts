/** Neighbours, routes and name servers, from the kernel's tables and resolv.conf. */
import { isIP } from 'node:net';
import type { Host } from './host.ts';
import { readText, type TextResult } from './read-text.ts';
import { reading, type Reading } from './reading.ts';
import { parseAddress } from './sockets.ts';

export interface Neighbour {
  address: string;
  mac: string;
  device: string;
  /** It is where packets for elsewhere go. */
  gateway: boolean;
}

export interface Route {
  /** `default` or CIDR */
  destination: string;
  /** Empty: directly on the line. */
  gateway: string;
  device: string;
  metric: number;
}

export interface Resolver {
  address: string;
  file: string;
  /** 1 is asked first. */
  order: number;
  search: string;
  options: string;
}

const ROWS_MAX = 10_000;
const TABLE_BYTES_MAX = 16 * 1_048_576;
const COMPLETE = 0x2;
const UP = 0x1;
const REJECT = 0x200;
const LOCAL6 = 0x8000_0000;

/** Text of a table; undefined where there is none. */
function textOf(result: TextResult, file: string, to: Reading<unknown>): string | undefined {
  if (result.kind === 'unreadable') to.unread.push({ part: file, reason: result.reason });
  return result.kind === 'text' ? result.text : undefined;
}

/** @param text of /proc/net/arp */
export function parseArp(text: string): Omit<Neighbour, 'gateway'>[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [address, , flags, mac, , device] = line.trim().split(/\s+/);
      if (address === undefined || flags === undefined || mac === undefined || device === undefined)
        return [];
      return (Number(flags) & COMPLETE) === 0 ? [] : [{ address, mac, device }];
    });
}

/** @param text of `ip -6 neigh show` */
export function parseNeighbours6(text: string): Omit<Neighbour, 'gateway'>[] {
  return text.split('\n').flatMap((line) => {
    const match = /^(\S+) dev (\S+) lladdr (\S+)/.exec(line);
    if (match === null || /\b(FAILED|INCOMPLETE)\b/.test(line)) return [];
    const [, address = '', device = '', mac = ''] = match;
    return [{ address, mac, device }];
  });
}

export async function readNeighbours(host: Host, signal?: AbortSignal): Promise<Reading<Neighbour>> {
  const found = reading<Neighbour>();
  const table = textOf(await readText(host, '/proc/net/arp', TABLE_BYTES_MAX), '/proc/net/arp', found);
  const six = await host.run('ip', ['-6', 'neigh', 'show'], { signal, timeoutMs: 5_000 });
  const gateways = new Set((await readRoutes(host)).items.map(({ gateway }) => gateway));
  const all = [
    ...parseArp(table ?? ''),
    ...(six.kind === 'ended' && six.code === 0 ? parseNeighbours6(six.stdout) : []),
  ];
  found.items.push(...all.slice(0, ROWS_MAX).map((one) => ({ ...one, gateway: gateways.has(one.address) })));
  found.truncated = Math.max(0, all.length - ROWS_MAX);
  return found;
}

/** @param text of /proc/net/route */
export function parseRoutes(text: string): Route[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [device, destination, gateway, flags, , , metric, mask] = line.trim().split(/\s+/);
      if (device === undefined || destination === undefined || gateway === undefined || mask === undefined)
        return [];
      const set = Number.parseInt(flags ?? '', 16);
      if ((set & UP) === 0 || (set & REJECT) !== 0) return [];
      const bits = Number.parseInt(mask, 16).toString(2).replaceAll('0', '').length;
      return [
        {
          destination: bits === 0 ? 'default' : `${parseAddress(destination)}/${bits}`,
          gateway: /^0+$/.test(gateway) ? '' : parseAddress(gateway),
          device,
          metric: Number(metric),
        },
      ];
    });
}

/** @param text of /proc/net/ipv6_route, whose addresses stand in the order they are written */
export function parseRoutes6(text: string): Route[] {
  return text.split('\n').flatMap((line) => {
    const [destination, bits, , , gateway, metric, , , flags, device] = line.trim().split(/\s+/);
    if (destination === undefined || bits === undefined || gateway === undefined || device === undefined)
      return [];
    const set = Number.parseInt(flags ?? '', 16);
    if ((set & UP) === 0 || (set & REJECT) !== 0 || set >= LOCAL6 || device === 'lo') return [];
    const address = plain6(destination);
    // Every interface has its own of these.
    if (/^(fe80|ff)/.test(address)) return [];
    const length = Number.parseInt(bits, 16);
    return [
      {
        destination: length === 0 ? 'default' : `${address}/${length}`,
        gateway: /^0+$/.test(gateway) ? '' : plain6(gateway),
        device,
        metric: Number.parseInt(metric ?? '0', 16),
      },
    ];
  });
}

function plain6(hex: string): string {
  const groups = hex.match(/.{4}/g) ?? [];
  return groups.length === 8 ? new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1) : hex;
}

export async function readRoutes(host: Pick<Host, 'root'>): Promise<Reading<Route>> {
  const found = reading<Route>();
  const four = textOf(await readText(host, '/proc/net/route', TABLE_BYTES_MAX), '/proc/net/route', found);
  const file6 = '/proc/net/ipv6_route';
  const six = textOf(await readText(host, file6, TABLE_BYTES_MAX), file6, found);
  const all = [...parseRoutes(four ?? ''), ...parseRoutes6(six ?? '')];
  found.items = all.slice(0, ROWS_MAX);
  found.truncated = Math.max(0, all.length - ROWS_MAX);
  return found;
}

/** @param text of resolv.conf(5) */
export function parseResolvConf(text: string, file: string): Resolver[] {
  const lines = text.split('\n').map((line) =>
    line
      .replace(/[#;].*$/, '')
      .trim()
      .split(/\s+/),
  );
  const last = (name: string): string =>
    lines
      .findLast(([word]) => word === name)
      ?.slice(1)
      .join(' ') ?? '';
  const search = last('search') || last('domain');
  return lines
    .filter(([word, address]) => word === 'nameserver' && isIP((address ?? '').replace(/%.*$/, '')) !== 0)
    .map(([, address = ''], index) => ({
      address,
      file,
      order: index + 1,
      search,
      options: last('options'),
    }));
}

/** The servers programs ask, and those that systemd-resolved asks for them. */
export async function readResolvers(host: Pick<Host, 'root'>): Promise<Reading<Resolver>> {
  const found = reading<Resolver>();
  for (const file of ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf']) {
    const text = textOf(await readText(host, file), file, found);
    const known = new Set(found.items.map(({ address }) => address));
    found.items.push(...parseResolvConf(text ?? '', file).filter(({ address }) => !known.has(address)));
  }
  return found;
}
