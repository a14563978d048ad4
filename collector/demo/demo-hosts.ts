/** Hosts of the made-up province: who they are, where they stand, and what is wrong with them. The same seed makes the same. */
import type { HostFacts } from '#protocol/message-fields.ts';
import { MadeUp, seeded } from '../simulate/made-up.ts';
import { DEMO_AGENCIES, DEMO_SYSTEMS } from './province.ts';

/** What is wrong with a host; most have nothing. */
export const WEAKNESSES = [
  'no-firewall',
  'old-patches',
  'no-antivirus',
  'idle-account',
  'telnet',
  'clock-off',
  'other-resolver',
  'weak-sshd',
] as const;
export type Weakness = (typeof WEAKNESSES)[number];

export interface DemoHost {
  hostname: string;
  agencyKey: string;
  /** Of DEMO_SYSTEMS. */
  systemCode: string;
  kind: 'office' | 'server';
  facts: HostFacts;
  address: string;
  weaknesses: ReadonlySet<Weakness>;
  /** It enrolled once and is never heard of again: honest reports count it as not assessed. */
  silent: boolean;
}

/** A quarter of hosts have something wrong. */
const WEAK_SHARE = 0.25;
const SILENT_SHARE = 0.04;

const LINUX = { platform: 'linux', arch: 'x64', timeZone: 'Asia/Ho_Chi_Minh' } as const;

function serverFacts(hostname: string, made: MadeUp): HostFacts {
  return made.chance(0.7)
    ? { hostname, ...LINUX, osName: 'Debian GNU/Linux', osVersion: '12' }
    : { hostname, ...LINUX, osName: 'Ubuntu', osVersion: '24.04' };
}

function officeFacts(hostname: string, made: MadeUp): HostFacts {
  const osVersion = made.chance(0.85) ? '11 Pro 24H2' : '10 Pro 22H2';
  return {
    hostname,
    platform: 'win32',
    arch: 'x64',
    timeZone: 'Asia/Ho_Chi_Minh',
    osName: 'Microsoft Windows',
    osVersion,
  };
}

function weaknessesOf(made: MadeUp, kind: DemoHost['kind']): Set<Weakness> {
  const found = new Set<Weakness>();
  if (!made.chance(WEAK_SHARE)) return found;
  for (let more = 1 + made.number(3); more > 0; more -= 1) {
    const weakness = WEAKNESSES[made.number(WEAKNESSES.length)];
    if (weakness !== undefined && (kind === 'server' || weakness !== 'weak-sshd')) found.add(weakness);
  }
  return found;
}

const serial = (index: number): string => String(index + 1).padStart(3, '0');

/**
 * So many hosts: the systems' servers at their operators first, then computers in offices by the agencies' shares.
 * @param count at least as many as there are servers
 */
export function demoHosts(count: number, seed: number): DemoHost[] {
  const made = new MadeUp(seeded(seed), 0);
  const finish = (
    host: Omit<DemoHost, 'facts' | 'address' | 'weaknesses' | 'silent'>,
    index: number,
  ): DemoHost => ({
    ...host,
    facts: (host.kind === 'server' ? serverFacts : officeFacts)(host.hostname, made),
    address: `10.99.${Math.floor(index / 250)}.${(index % 250) + 2}`,
    weaknesses: weaknessesOf(made, host.kind),
    silent: host.kind === 'office' && made.chance(SILENT_SHARE),
  });
  const servers = DEMO_SYSTEMS.flatMap(({ code, operator, servers: wanted, hostKey }) =>
    Array.from({ length: hostKey === undefined ? 0 : wanted }, (_, index) => ({
      hostname: `mh-${operator}-${hostKey ?? ''}-${serial(index)}`,
      agencyKey: operator,
      systemCode: code,
      kind: 'server' as const,
    })),
  );
  const offices = DEMO_SYSTEMS.find(({ hostKey }) => hostKey === undefined);
  const left = Math.max(0, count - servers.length);
  const computers = DEMO_AGENCIES.flatMap(({ key }, at) => {
    const through = (agencies: number): number =>
      Math.round(DEMO_AGENCIES.slice(0, agencies).reduce((sum, agency) => sum + agency.share, 0) * left);
    const own = through(at + 1) - through(at);
    return Array.from({ length: own }, (_, index) => ({
      hostname: `mh-${key}-pc-${serial(index)}`,
      agencyKey: key,
      systemCode: offices?.code ?? '',
      kind: 'office' as const,
    }));
  });
  return [...servers, ...computers].map(finish);
}

/** Fewest hosts of a province: each system has its servers. */
export const SERVERS = DEMO_SYSTEMS.reduce((sum, { servers }) => sum + servers, 0);
