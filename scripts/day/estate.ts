/** The hosts of a made-up province: office computers of its communes and departments, servers, domain controllers. */
import { MadeUp } from '../../collector/simulate/made-up.ts';

export const HOST_KINDS = [
  'office',
  'admin',
  'developer',
  'server',
  'web',
  'database',
  'backup',
  'controller',
  'linux',
  'portal',
  'mail',
  'gateway',
] as const;
export type HostKind = (typeof HOST_KINDS)[number];

export interface SimulatedHost {
  agentId: string;
  hostname: string;
  kind: HostKind;
  /** Place among the agencies. */
  agency: number;
  /** Who usually works there, e.g. `TINH\nguyen.van.an`. */
  user: string;
  ip: string;
}

export interface Estate {
  agencies: number;
  hosts: readonly SimulatedHost[];
}

type Share = readonly [kind: HostKind, of: number, name: string];

const SHARES: readonly Share[] = [
  ['controller', 1_500, 'DC'],
  ['backup', 1_000, 'BK'],
  ['database', 250, 'DB'],
  ['web', 200, 'WEB'],
  ['server', 25, 'SRV'],
  ['admin', 600, 'IT'],
  ['developer', 200, 'DEV'],
];

/** Linux servers: of applications, public portals behind nginx, of mail, and those that take the syslog of network devices. */
export const LINUX_SHARES: readonly Share[] = [
  ['linux', 80, 'LNX'],
  ['portal', 1_000, 'CTTDT'],
  ['mail', 2_000, 'MAIL'],
  ['gateway', 1_000, 'LOG'],
];

const FAMILY = ['nguyen', 'tran', 'le', 'pham', 'hoang', 'vo', 'dang', 'bui', 'do', 'ho', 'ngo', 'duong'];
const GIVEN = [
  'an',
  'binh',
  'chi',
  'dung',
  'giang',
  'ha',
  'hung',
  'lan',
  'linh',
  'long',
  'mai',
  'minh',
  'nam',
  'phuc',
];

/** @param hosts how many in all; servers and administrators are a fixed share of them, two of each kind at least */
export function makeEstate(
  hosts: number,
  agencies: number,
  random: () => number,
  beside: readonly Share[] = [],
): Estate {
  const made = new MadeUp(random, 0);
  const kinds: { kind: HostKind; name: string }[] = [];
  for (const [kind, of, name] of [...SHARES, ...beside]) {
    const count = Math.max(2, Math.round(hosts / of));
    for (let at = 0; at < count; at += 1)
      kinds.push({ kind, name: `${name}-${String(at + 1).padStart(3, '0')}` });
  }
  for (let at = kinds.length; at < hosts; at += 1)
    kinds.push({ kind: 'office', name: `PC-${String(at).padStart(4, '0')}` });
  return {
    agencies,
    hosts: kinds.map(({ kind, name }, at) => ({
      agentId: [8, 4, 4, 4, 12].map((digits) => made.hex(digits)).join('-'),
      hostname: name,
      kind,
      // What serves all stands in the data centre.
      agency: kind === 'office' ? 1 + (at % (agencies - 1)) : 0,
      user: `TINH\\${made.pick(FAMILY)}.${made.pick(GIVEN)}${at}`,
      ip: `10.${1 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}`,
    })),
  };
}

const DESKS: ReadonlySet<HostKind> = new Set(['office', 'admin', 'developer']);
export const isServer = (kind: HostKind): boolean => !DESKS.has(kind);
