/**
 * Fills an empty collector with the made-up province: agencies, systems, hosts that tell of themselves over real sessions.
 * Invariant: nothing is made beside real agencies, so that no report ever mixes the two.
 */
import { parseJoinToken } from '#protocol/join-token.ts';
import { seenAt } from '../simulate/identity.ts';
import { seeded } from '../simulate/made-up.ts';
import type { SimSession } from '../simulate/sim-session.ts';
import { demoHosts, SERVERS, type DemoHost } from './demo-hosts.ts';
import { hostRecords } from './host-records.ts';
import { agenciesCsv, DEMO_AGENCIES, DEMO_SYSTEMS, systemsCsv } from './province.ts';
import { tellHost } from './tell-host.ts';

/** What the demonstration asks of the collector; ids by key or code. */
export interface DemoCentre {
  /** Where agents connect. */
  url: string;
  /** Names of agencies that there are, the one that every collector begins with apart. */
  agencies: () => Promise<string[]>;
  importAgencies: (csv: string) => Promise<ReadonlyMap<string, number>>;
  importSystems: (csv: string) => Promise<ReadonlyMap<string, number>>;
  addRule: (systemId: number, hostnames: string[]) => Promise<void>;
  joinToken: (agencyId: number, uses: number) => Promise<string>;
  /** Dossiers, who answers for them, and lists to hold hosts against. */
  filePapers: (
    agencyIds: ReadonlyMap<string, number>,
    systemIds: ReadonlyMap<string, number>,
  ) => Promise<void>;
}

export interface DemoOptions {
  hosts: number;
  /** Lines of logs of each host. */
  logs: number;
  seed: number;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  signal: AbortSignal;
  onPhase: (phase: 'register' | 'hosts') => void;
  onHost: (told: number, of: number) => void;
}

export interface DemoResult {
  agencies: number;
  systems: number;
  hosts: number;
  /** Enrolled, and never heard of. */
  silent: number;
  sessions: readonly SimSession[];
}

/** There are real agencies in this collector. */
export class NotEmptyError extends Error {
  override readonly name = 'NotEmptyError';
  readonly agencies: readonly string[];

  constructor(agencies: readonly string[]) {
    super('a demonstration is made in an empty collector only');
    this.agencies = agencies;
  }
}

export const DEMO_HOSTS_MIN = SERVERS + DEMO_AGENCIES.length;
const AT_ONCE = 8;
/** Of the portal's servers the first was entered. */
const ATTACKED = 'mh-khcn-dvc-001';

/** @throws NotEmptyError, and as enrolSimAgent */
export async function fillProvince(centre: DemoCentre, options: DemoOptions): Promise<DemoResult> {
  const present = await centre.agencies();
  if (present.length > 0) throw new NotEmptyError(present);
  options.onPhase('register');
  const agencyIds = await centre.importAgencies(agenciesCsv());
  const systemIds = await centre.importSystems(systemsCsv());
  await centre.filePapers(agencyIds, systemIds);
  options.onPhase('hosts');
  const hosts = demoHosts(options.hosts, options.seed);
  const sessions = await tellAll(centre, agencyIds, hosts, options);
  // A new rule looks at the hosts that are there at once.
  for (const { code, operator, hostKey } of DEMO_SYSTEMS) {
    const names = hostKey === undefined ? 'mh-*-pc-*' : `mh-${operator}-${hostKey}-*`;
    await centre.addRule(idOf(systemIds, code), [names]);
  }
  return {
    agencies: DEMO_AGENCIES.length,
    systems: DEMO_SYSTEMS.length,
    hosts: hosts.length,
    silent: hosts.filter(({ silent }) => silent).length,
    sessions,
  };
}

function idOf(ids: ReadonlyMap<string, number>, code: string): number {
  const id = ids.get(code);
  if (id === undefined) throw new RangeError(`the collector did not take ${code}`);
  return id;
}

async function tellAll(
  centre: DemoCentre,
  agencyIds: ReadonlyMap<string, number>,
  hosts: readonly DemoHost[],
  options: DemoOptions,
): Promise<SimSession[]> {
  const { signal, sleep, now, logs, seed } = options;
  const tokens = new Map<string, string>();
  for (const { key, code } of DEMO_AGENCIES) {
    const uses = hosts.filter(({ agencyKey }) => agencyKey === key).length;
    if (uses > 0) tokens.set(key, await centre.joinToken(idOf(agencyIds, code), uses));
  }
  const [first] = tokens.values();
  const pin = parseJoinToken(first ?? '');
  if (pin === undefined) throw new RangeError('the collector made no join token');
  const served = await seenAt(centre.url, pin, undefined);
  const sessions: SimSession[] = [];
  let [next, told] = [0, 0];
  const worker = async (): Promise<void> => {
    while (next < hosts.length && !signal.aborted) {
      const index = next;
      next += 1;
      const host = hosts[index];
      if (host === undefined) return;
      const token = tokens.get(host.agencyKey) ?? '';
      const random = seeded(seed * 100_003 + index);
      const records = hostRecords(host, {
        logs,
        nowMs: now(),
        random,
        attacked: host.hostname === ATTACKED,
      });
      const session = await tellHost(host, records, { url: centre.url, token, served, signal, sleep });
      if (session !== undefined) sessions.push(session);
      told += 1;
      options.onHost(told, hosts.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  } catch (error) {
    for (const session of sessions) session.close();
    throw error;
  }
  return sessions;
}
