/** The list of machines beside the hosts that report: what is installed, what is not, and why. Read as of now. */
import { siteOf } from '../../liveness/watch.ts';
import {
  judgeHost,
  judgeMachine,
  type InstalledSummary,
  MACHINE_STATES,
  type MachineState,
  noStates,
  type Standing,
  summarise,
  type ToldRefusal,
} from '../../rollout/judge-installed.ts';
import { foldHostname, hardwareOf } from '../../rollout/machine-name.ts';
import {
  type KnownHost,
  type ListedMachine,
  type Match,
  matchMachines,
} from '../../rollout/match-machines.ts';
import type { AgencyScope } from '../agencies.ts';
import { slices } from '../agency-holdings.ts';
import type { RegistryDb } from '../database.ts';
import { listRefusals } from '../enrol-refusals.ts';

interface InstalledHost extends KnownHost {
  osName: string;
  osVersion: string;
  arch: string;
}

export interface InstalledRow extends Standing {
  /** Null: a host that is not on the list. */
  machineId: number | null;
  agencyId: number;
  agencyName: string;
  hostname: string;
  serial: string;
  macs: readonly string[];
  label: string;
  place: string;
  person: string;
  forwardsTo: string;
  systemId: number | null;
  systemName: string | null;
  agentId: string | null;
  agentHostname: string | null;
  version: string | null;
  /** What its agent or its installer said of it. */
  system: { name: string; version: string; arch: string } | null;
  matchedBy: Match<KnownHost>['by'] | null;
  /** Its agent reports from another agency. */
  elsewhere: { agencyId: number; agencyName: string } | null;
}

export interface InstalledAgency extends InstalledSummary {
  agencyId: number;
  agencyName: string;
  counted: { machines: number; source: string; setMs: number; setBy: string } | null;
}

export interface Installed {
  atMs: number;
  newest: string;
  totals: InstalledSummary;
  /** Agencies with a list, a number or a host; in the order of their names. */
  agencies: InstalledAgency[];
  /** In no order. */
  rows: InstalledRow[];
}

export interface InstalledQuery {
  scope: AgencyScope;
  /** Only these of the scope. */
  agencyIds?: readonly number[] | undefined;
  /** Newest version of the agent that is known. */
  newest: string;
  nowMs: number;
  /** Only counted: what is said of each machine beside its state is not read. */
  onlyCounts?: boolean | undefined;
}

export async function readInstalled(db: RegistryDb, query: InstalledQuery): Promise<Installed> {
  const { scope, newest, nowMs } = query;
  const agencies = await readAgencies(db, scope);
  const wanted = query.agencyIds === undefined ? undefined : new Set(query.agencyIds);
  const isWanted = (id: number): boolean => agencies.has(id) && (wanted?.has(id) ?? true);
  const nameOf = (id: number): string => agencies.get(id)?.name ?? '';
  const machines = (await readMachines(db, query)).filter(({ agencyId }) => isWanted(agencyId));
  const hosts = await readHosts(db, query);
  const above = (id: number): number[] => {
    const path: number[] = [];
    for (let at = agencies.get(id)?.parentId; at !== undefined && at !== null && !path.includes(at);) {
      path.push(at);
      at = agencies.get(at)?.parentId;
    }
    return path;
  };
  const matches = matchMachines(machines, hosts, await readSharing(db, machines), above);
  const refusals = await readRefusals(db, scope);

  const rows: InstalledRow[] = machines.map((machine) => {
    const match = matches.get(machine.id);
    const refusal = refusals.get(`${machine.agencyId}\n${foldHostname(machine.hostname)}`);
    const host = match?.host;
    const standing = judgeMachine(machine, { host, refusal }, nowMs, newest);
    const isStrange =
      host !== undefined &&
      host.agencyId !== machine.agencyId &&
      !above(host.agencyId).includes(machine.agencyId);
    const { id: machineId, ...listed } = machine;
    return {
      ...listed,
      ...standing,
      machineId,
      agencyName: nameOf(machine.agencyId),
      ...toldOf(host, refusal),
      matchedBy: match?.by ?? null,
      elsewhere: isStrange ? { agencyId: host.agencyId, agencyName: nameOf(host.agencyId) } : null,
    };
  });
  const taken = new Set([...matches.values()].map(({ host }) => host.hostId));
  const seen = new Set<string>();
  for (const host of hosts) {
    const { agencyId, hostname, hostId, state } = host;
    if (state === 'revoked' || taken.has(hostId) || seen.has(hostId) || !isWanted(agencyId)) continue;
    seen.add(hostId);
    rows.push({
      machineId: null,
      agencyId,
      agencyName: nameOf(agencyId),
      hostname,
      serial: '',
      macs: [],
      label: '',
      place: '',
      person: '',
      forwardsTo: '',
      systemId: null,
      systemName: null,
      ...toldOf(host, undefined),
      ...judgeHost(host, nowMs, newest),
      state: 'unlisted',
      matchedBy: null,
      elsewhere: null,
    });
  }
  return { atMs: nowMs, newest, ...(await countRows(db, rows, agencies, isWanted)), rows };
}

/** In the order of agencies and host names. */
export function inOrder(rows: readonly InstalledRow[]): InstalledRow[] {
  const { compare } = new Intl.Collator('vi', { numeric: true });
  // Names of agencies are many times the same: they are compared once.
  const names = new Map(rows.map(({ agencyId, agencyName }) => [agencyId, agencyName]));
  const agencies = [...names].toSorted(([a, one], [b, other]) => compare(one, other) || a - b);
  const places = new Map(agencies.map(([agencyId], place) => [agencyId, place]));
  const placeOf = ({ agencyId }: InstalledRow): number => places.get(agencyId) ?? 0;
  return rows.toSorted(
    (a, b) =>
      placeOf(a) - placeOf(b) || compare(a.hostname, b.hostname) || (a.machineId ?? 0) - (b.machineId ?? 0),
  );
}

function toldOf(host: InstalledHost | undefined, refusal: ToldRefusal | undefined) {
  const told = host ?? refusal;
  return {
    agentId: host?.agentId ?? null,
    agentHostname: host?.hostname ?? null,
    version: host?.version ?? null,
    system: told === undefined ? null : { name: told.osName, version: told.osVersion, arch: told.arch },
  };
}

async function countRows(
  db: RegistryDb,
  rows: readonly InstalledRow[],
  agencies: ReadonlyMap<number, AgencyPlace>,
  isWanted: (id: number) => boolean,
): Promise<Pick<Installed, 'agencies' | 'totals'>> {
  const states = new Map<number, Record<MachineState, number>>();
  for (const { agencyId, state } of rows) {
    const mine = states.get(agencyId) ?? noStates();
    mine[state] += 1;
    states.set(agencyId, mine);
  }
  const given = await db.selectFrom('expected_count').selectAll().execute();
  const counts = new Map(given.filter((row) => isWanted(row.agency_id)).map((row) => [row.agency_id, row]));
  const ids = [...new Set([...states.keys(), ...counts.keys()])];
  const all = ids.map((agencyId): InstalledAgency => {
    const count = counts.get(agencyId);
    return {
      agencyId,
      agencyName: agencies.get(agencyId)?.name ?? '',
      counted:
        count === undefined
          ? null
          : { machines: count.machines, source: count.source, setMs: count.set_ms, setBy: count.set_by },
      ...summarise(states.get(agencyId) ?? noStates(), count?.machines ?? null),
    };
  });
  const { compare } = new Intl.Collator('vi', { numeric: true });
  all.sort((a, b) => compare(a.agencyName, b.agencyName) || a.agencyId - b.agencyId);
  return { agencies: all, totals: addUp(all) };
}

/** What no agency says how many it has of is not among the expected. */
function addUp(agencies: readonly InstalledAgency[]): InstalledSummary {
  const states = noStates();
  const totals = { listed: 0, installed: 0, unnamed: 0, expected: 0, missing: 0 };
  for (const agency of agencies) {
    for (const state of MACHINE_STATES) states[state] += agency.states[state];
    totals.listed += agency.listed;
    totals.unnamed += agency.unnamed;
    if (agency.expected === null) continue;
    totals.installed += agency.installed;
    totals.expected += agency.expected;
    totals.missing += agency.missing ?? 0;
  }
  const isKnown = agencies.some(({ expected }) => expected !== null);
  return {
    ...totals,
    expected: isKnown ? totals.expected : null,
    installed: isKnown ? totals.installed : states.unlisted,
    missing: isKnown ? totals.missing : null,
    contradiction: agencies.some(({ contradiction }) => contradiction),
    states,
  };
}

interface AgencyPlace {
  name: string;
  parentId: number | null;
}

async function readAgencies(db: RegistryDb, scope: AgencyScope): Promise<Map<number, AgencyPlace>> {
  let select = db.selectFrom('agency').select(['id', 'name', 'parent_id as parentId']);
  if (scope.kind === 'some') select = select.where('id', 'in', scope.agencyIds);
  return new Map((await select.execute()).map(({ id, ...place }) => [id, place]));
}

type MachineRow = ListedMachine & {
  label: string;
  place: string;
  person: string;
  systemId: number | null;
  systemName: string | null;
};

async function readMachines(
  db: RegistryDb,
  { scope, onlyCounts = false }: Pick<InstalledQuery, 'scope' | 'onlyCounts'>,
): Promise<MachineRow[]> {
  let select = db
    .selectFrom('expected_machine')
    .select(['expected_machine.id', 'agency_id as agencyId', 'hostname', 'serial', 'macs'])
    .select('forwards_to as forwardsTo')
    .$if(!onlyCounts, (more) =>
      more
        .leftJoin('information_system', 'information_system.id', 'expected_machine.system_id')
        .select(['label', 'place', 'person', 'system_id as systemId'])
        .select('information_system.name as systemName'),
    )
    .where('ended_ms', 'is', null)
    .orderBy('expected_machine.id');
  if (scope.kind === 'some') select = select.where('agency_id', 'in', scope.agencyIds);
  const rows = await select.execute();
  // Name by name, as below: to copy tens of thousands of rows by spreading takes ten times as long.
  return rows.map((row) => ({
    id: row.id,
    agencyId: row.agencyId,
    hostname: row.hostname,
    serial: row.serial,
    macs: row.macs === '' ? [] : row.macs.split(' '),
    label: row.label ?? '',
    place: row.place ?? '',
    person: row.person ?? '',
    forwardsTo: row.forwardsTo,
    systemId: row.systemId ?? null,
    systemName: row.systemName ?? null,
  }));
}

async function readHosts(
  db: RegistryDb,
  { scope, onlyCounts = false }: Pick<InstalledQuery, 'scope' | 'onlyCounts'>,
): Promise<InstalledHost[]> {
  const silent = await db
    .selectFrom('silence')
    .select(['kind', 'subject', 'since_ms as sinceMs'])
    .where('ended_ms', 'is', null)
    .where('kind', 'in', ['agent', 'site'])
    .execute();
  const silences = new Map(silent.map(({ kind, subject, sinceMs }) => [`${kind} ${subject}`, sinceMs]));
  let select = db
    .selectFrom('agent')
    .leftJoin('agent_presence as presence', 'presence.agent_id', 'agent.id')
    .select(['agent.id as agentId', 'host_id as hostId', 'agency_id as agencyId', 'hostname', 'state'])
    .select(['agent_version as version', 'enrolled_ms as enrolledMs', 'last_seen_ms as lastSeenMs'])
    .$if(!onlyCounts, (more) => more.select(['os_name as osName', 'os_version as osVersion', 'arch']))
    .select(['presence.network', 'presence.online_ms as onlineMs', 'presence.offline_ms as offlineMs'])
    .where('state', 'in', ['active', 'pending', 'revoked'])
    .orderBy('enrolled_ms', 'desc')
    .orderBy('agent.id');
  if (scope.kind === 'some') select = select.where('agency_id', 'in', scope.agencyIds);
  const rows = await select.execute();
  const hosts: InstalledHost[] = [];
  for (const row of rows) {
    const { agentId, agencyId, state, network, onlineMs, offlineMs, lastSeenMs } = row;
    if (state === 'replaced') continue;
    const isOnline = onlineMs !== null && offlineMs === null;
    const seenMs = Math.max(lastSeenMs ?? NEVER, onlineMs ?? NEVER, offlineMs ?? NEVER);
    const silentSinceMs = (): number | null =>
      silences.get(`agent ${agentId}`) ??
      silences.get(`site ${siteOf({ agencyId, network: network ?? '' })}`) ??
      null;
    hosts.push({
      agentId,
      hostId: row.hostId,
      agencyId,
      hostname: row.hostname,
      state,
      version: row.version,
      enrolledMs: row.enrolledMs,
      isOnline,
      seenMs: seenMs === NEVER ? null : seenMs,
      silentSinceMs: isOnline || silences.size === 0 ? null : silentSinceMs(),
      osName: row.osName ?? '',
      osVersion: row.osVersion ?? '',
      arch: row.arch ?? '',
    });
  }
  return hosts;
}

const NEVER = -1;
const DIGESTS_AT_ONCE = 5_000;

/** Hosts that have a digest of the machine's hardware, a list for each digest. */
async function readSharing(
  db: RegistryDb,
  machines: readonly ListedMachine[],
): Promise<(machine: ListedMachine) => readonly (readonly string[])[]> {
  const known = new Map(
    machines.map((machine) => [machine.id, hardwareOf(machine).map(({ digest }) => digest)]),
  );
  const digests = [...new Set([...known.values()].flat())];
  const hosts = new Map<string, string[]>();
  for (const some of slices(digests, DIGESTS_AT_ONCE)) {
    const rows = await db
      .selectFrom('host_fact')
      .select(['digest', 'host_id as hostId'])
      .where('digest', 'in', some)
      .execute();
    for (const { digest, hostId } of rows) hosts.set(digest, [...(hosts.get(digest) ?? []), hostId]);
  }
  return ({ id }) =>
    (known.get(id) ?? []).flatMap((digest) => {
      const sharing = hosts.get(digest);
      return sharing === undefined ? [] : [sharing];
    });
}

/** The newest of each host. */
async function readRefusals(db: RegistryDb, scope: AgencyScope): Promise<Map<string, ToldRefusal>> {
  const refusals = await listRefusals(db, scope);
  return new Map(refusals.toReversed().map((one) => [`${one.agencyId}\n${foldHostname(one.hostname)}`, one]));
}
