/**
 * Fills an empty collector with the made-up province: agencies, systems, hosts that tell of themselves over real sessions.
 * Invariant: nothing is made beside real agencies, so that no report ever mixes the two.
 */
import { parseJoinToken } from '#protocol/join-token.ts';
import { enrolWhenFree, seenAt, type SimIdentity } from '../simulate/identity.ts';
import { seeded } from '../simulate/made-up.ts';
import { SimSession } from '../simulate/sim-session.ts';
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
  /** Ids of alerts about a host, so far. */
  alertsOf: (hostname: string) => Promise<string[]>;
  /** @returns number of the case */
  openIncident: (alertIds: string[], detectedMs: number) => Promise<string>;
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
  /** Those that are heard of, before they tell anything. */
  onEnrolled?: ((identities: readonly SimIdentity[]) => Promise<void>) | undefined;
}

export interface DemoResult {
  agencies: number;
  systems: number;
  hosts: number;
  /** Enrolled, and never heard of. */
  silent: number;
  /** Number of the case about the host that was entered; null where its alert did not come in time. */
  incident: string | null;
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
const ALERT_LOOK_MS = 500;
const ALERT_LOOKS_MAX = 60;

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
  const enrolled = await enrolAll(centre, agencyIds, hosts, options);
  // Before anything happens on them: alerts say whose systems they are about.
  for (const { code, operator, hostKey } of DEMO_SYSTEMS) {
    const names = hostKey === undefined ? 'mh-*-pc-*' : `mh-${operator}-${hostKey}-*`;
    await centre.addRule(idOf(systemIds, code), [names]);
  }
  await options.onEnrolled?.(enrolled.filter(({ host }) => !host.silent).map(({ identity }) => identity));
  const sessions = await tellAll(enrolled, options);
  return {
    agencies: DEMO_AGENCIES.length,
    systems: DEMO_SYSTEMS.length,
    hosts: hosts.length,
    silent: hosts.filter(({ silent }) => silent).length,
    incident: await openIncident(centre, options),
    sessions,
  };
}

async function openIncident(centre: DemoCentre, { sleep, now, signal }: DemoOptions): Promise<string | null> {
  for (let looks = 0; looks < ALERT_LOOKS_MAX && !signal.aborted; looks += 1) {
    const alertIds = await centre.alertsOf(ATTACKED);
    if (alertIds.length > 0) return centre.openIncident(alertIds, now());
    await sleep(ALERT_LOOK_MS);
  }
  return null;
}

function idOf(ids: ReadonlyMap<string, number>, code: string): number {
  const id = ids.get(code);
  if (id === undefined) throw new RangeError(`the collector did not take ${code}`);
  return id;
}

interface Enrolled {
  host: DemoHost;
  identity: SimIdentity;
  session: SimSession;
}

async function enrolAll(
  centre: DemoCentre,
  agencyIds: ReadonlyMap<string, number>,
  hosts: readonly DemoHost[],
  { signal, sleep }: DemoOptions,
): Promise<Enrolled[]> {
  const tokens = new Map<string, string>();
  for (const { key, code } of DEMO_AGENCIES) {
    const uses = hosts.filter(({ agencyKey }) => agencyKey === key).length;
    if (uses > 0) tokens.set(key, await centre.joinToken(idOf(agencyIds, code), uses));
  }
  const [first] = tokens.values();
  const pin = parseJoinToken(first ?? '');
  if (pin === undefined) throw new RangeError('the collector made no join token');
  const served = await seenAt(centre.url, pin, undefined);
  const enrolled: Enrolled[] = [];
  await eachAtOnce(hosts, signal, async (host) => {
    const token = tokens.get(host.agencyKey) ?? '';
    const { hostname, facts } = host;
    const wanted = { url: centre.url, token, served, hostname, host: facts };
    const identity = await enrolWhenFree(wanted, { signal, sleep });
    enrolled.push({ host, identity, session: new SimSession(identity) });
  });
  return enrolled;
}

/** @returns the open sessions, everything acknowledged */
async function tellAll(
  enrolled: readonly Enrolled[],
  { signal, now, logs, seed, onHost }: DemoOptions,
): Promise<SimSession[]> {
  let told = 0;
  const talking = enrolled.filter(({ host }) => !host.silent);
  try {
    await eachAtOnce(talking, signal, async ({ host, session }, index) => {
      const random = seeded(seed * 100_003 + index);
      const attacked = host.hostname === ATTACKED;
      await tellHost(session, host, hostRecords(host, { logs, nowMs: now(), random, attacked }));
      told += 1;
      onHost(told, talking.length);
    });
  } catch (error) {
    for (const { session } of talking) session.close();
    throw error;
  }
  return talking.map(({ session }) => session);
}

/** In their order, a few at a time; no more are begun once it is stopped. */
async function eachAtOnce<T>(
  all: readonly T[],
  signal: AbortSignal,
  work: (one: T, index: number) => Promise<void>,
): Promise<void> {
  const left = all.entries();
  const worker = async (): Promise<void> => {
    for (const [index, one] of left) {
      if (signal.aborted) return;
      await work(one, index);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
