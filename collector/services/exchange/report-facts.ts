/**
 * What a report to the centre tells of machines, read of the control plane and the store. Invariants: machines of the scope alone;
 * what was not told, or too long ago, is not known and never made up. Patches, protection and weaknesses are as they stand at the
 * end of the period as far as the store knows; weaknesses and addresses only as of now. Programs, paths and ports are those of events.
 */
import { timeOf } from '../../compliance/evidence/account-facts.ts';
import { PICTURE_FRESH_MS } from '../../compliance/evidence/host-pictures.ts';
import {
  REPORT_LIMITS,
  type ReportedConnection,
  type ReportedMachine,
  type ReportedMalware,
  type ReportFacts,
} from '../../exchange/av-report.ts';
import type { AgencyScope } from '../../registry/agency-scope.ts';
import type { Registry, RegistryDb } from '../../registry/database.ts';
import { coveredReleases, listFeeds } from '../../registry/vulnerability/feeds.ts';
import { listFindings } from '../../registry/vulnerability/list-findings.ts';
import type { FleetItem, FleetReader } from '../../store/fleet-store.ts';
import {
  type DetailReader,
  type EventDetail,
  type FoundMalware,
  readFoundMalware,
  readSightingDetails,
  sightingKey,
} from './telemetry-details.ts';

const DAY_MS = 86_400_000;
/** NumberMachineNotUpdateOn15Day. */
const NOT_UPDATED_MS = 15 * DAY_MS;
const NAMED_HOSTS_MAX = 300;
const ITEMS_MAX = 200_000;
const SIGHTINGS_MAX = 50_000;
const FINDING_PAGE_ROWS = 2_000;
const FINDINGS_MAX = 200_000;
/** The annex wants a name; logs of products differ too much in theirs. */
const DETECTED = 'detected by antivirus';

/** Where facts are read. */
export interface ReportSources {
  fleet: Pick<FleetReader, 'items' | 'counts'>;
  events: DetailReader;
}

export interface ReportAsked {
  scope: AgencyScope;
  /** Milliseconds since 1970. */
  fromMs: number;
  toMs: number;
}

function readMachines(db: RegistryDb, scope: AgencyScope) {
  let select = db
    .selectFrom('agent')
    .leftJoin('agent_presence', 'agent_presence.agent_id', 'agent.id')
    .select(['agent.id', 'agent.hostname', 'agent.os_name', 'agent.os_version', 'agent_presence.address'])
    .where('agent.state', '=', 'active')
    .orderBy('agent.id')
    // One more, so that the report says that it was cut.
    .limit(REPORT_LIMITS.machinesMax + 1);
  if (scope.kind === 'some') select = select.where('agent.agency_id', 'in', scope.agencyIds);
  return select.execute();
}

function readSightings(db: RegistryDb, { scope, fromMs, toMs }: ReportAsked) {
  let select = db
    .selectFrom('indicator_sighting as s')
    .innerJoin('indicator as i', 'i.id', 's.indicator_id')
    .select(['s.agent_id', 's.indicator_id', 's.events', 'i.kind', 'i.value', 'i.description'])
    .where('s.last_ms', '>=', fromMs)
    .where('s.first_ms', '<', toMs)
    .orderBy('s.last_ms', 'desc')
    .limit(SIGHTINGS_MAX);
  if (scope.kind === 'some') select = select.where('s.agency_id', 'in', scope.agencyIds);
  return select.execute();
}

/** Names of open weaknesses by agent, the most pressing first. */
async function readWeaknesses({ db, now }: Registry, scope: AgencyScope): Promise<Map<string, string[]>> {
  const moment = { nowMs: now(), releases: coveredReleases(await listFeeds(db)) };
  const found = new Map<string, string[]>();
  let after: { priority: number; id: number } | undefined;
  for (let read = 0; read < FINDINGS_MAX; read += FINDING_PAGE_ROWS) {
    const query = { filter: { states: ['open' as const] }, scope, moment, limit: FINDING_PAGE_ROWS, after };
    const page = await listFindings(db, query);
    for (const { agentId, cve } of page) {
      const names = found.get(agentId);
      if (names === undefined) found.set(agentId, [cve]);
      else if (!names.includes(cve)) names.push(cve);
    }
    after = page.at(-1);
    if (page.length < FINDING_PAGE_ROWS) break;
  }
  return found;
}

async function readItems(
  fleet: ReportSources['fleet'],
  agentIds: readonly string[] | undefined,
  atMs: number,
  look: { category: string; facts: readonly string[]; keys?: readonly string[] },
): Promise<Map<string, FleetItem[]>> {
  const fromMs = atMs - PICTURE_FRESH_MS;
  const { items } = await fleet.items({ ...look, agentIds, fromMs, atMs, limit: ITEMS_MAX });
  return Map.groupBy(items, ({ agentId }) => agentId);
}

/** Whether one of them is on; null where none is told, or none says. */
function anyOn(items: readonly FleetItem[] | undefined, fact: string): boolean | null {
  const said = new Set((items ?? []).map(({ facts }) => facts[fact]));
  if (said.has('true')) return true;
  return said.has('false') ? false : null;
}

/** What events name, and how many there are beside that. */
function antivirusFound(named: readonly FoundMalware[], count: number): ReportedMalware[] {
  const found = { type: 'antivirus', behaviour: '' };
  const rest = count - named.reduce((sum, { files }) => sum + files, 0);
  return [
    ...named.map(({ name, ...one }) => ({ ...found, ...one, name: name === '' ? DETECTED : name })),
    ...(rest > 0 ? [{ ...found, name: DETECTED, files: rest, path: '', hash: '' }] : []),
  ];
}

export async function readReportFacts(
  registry: Registry,
  { fleet, events }: ReportSources,
  asked: ReportAsked,
): Promise<ReportFacts> {
  const { scope, fromMs, toMs } = asked;
  const [agents, sightings, weaknesses] = await Promise.all([
    readMachines(registry.db, scope),
    readSightings(registry.db, asked),
    readWeaknesses(registry, scope),
  ]);
  // Of few hosts the store is asked by name; of many it is asked about all, and what is of others finds no machine.
  const agentIds = agents.length <= NAMED_HOSTS_MAX ? agents.map(({ id }) => id) : undefined;
  const [patches, antivirus, firewalls, detected, details, malwareOf] =
    agents.length === 0
      ? [
          new Map(),
          new Map(),
          new Map(),
          [],
          new Map<string, EventDetail>(),
          new Map<string, FoundMalware[]>(),
        ]
      : await Promise.all([
          readItems(fleet, agentIds, toMs, {
            category: 'patch-level',
            facts: ['lastInstalledAt'],
            keys: ['updates'],
          }),
          readItems(fleet, agentIds, toMs, { category: 'antivirus', facts: ['running'] }),
          readItems(fleet, agentIds, toMs, { category: 'firewall', facts: ['active'] }),
          fleet.counts({ agentIds, fromMs, atMs: toMs, events: ['malware-found'] }),
          sightings.length === 0 ? new Map<string, EventDetail>() : readSightingDetails(events, asked),
          readFoundMalware(events, asked),
        ]);
  const countOf = new Map(detected.map(({ agentId, count }) => [agentId, count]));
  const seen = Map.groupBy(sightings, ({ agent_id }) => agent_id);
  const machines = agents.map((agent): ReportedMachine => {
    const own = seen.get(agent.id) ?? [];
    const detailOf = (indicatorId: number) => details.get(sightingKey(agent.id, indicatorId));
    const malware: ReportedMalware[] = own
      .filter(({ kind }) => kind === 'hash')
      .map(({ indicator_id: id, value, description, events: files }) => ({
        name: description === '' ? value : description,
        type: 'indicator',
        behaviour: '',
        files,
        path: detailOf(id)?.path ?? '',
        hash: value,
      }));
    malware.push(...antivirusFound(malwareOf.get(agent.id) ?? [], countOf.get(agent.id) ?? 0));
    const connections = own
      .filter(({ kind }) => kind === 'ip' || kind === 'domain' || kind === 'url')
      .map(({ indicator_id: id, value }): ReportedConnection => {
        const detail = detailOf(id);
        return {
          program: detail?.program ?? '',
          md5: detail?.md5 ?? '',
          sha256: detail?.sha256 ?? '',
          targetAddress: value,
          targetPort: detail?.port ?? '',
        };
      });
    return {
      hostname: agent.hostname,
      address: agent.address ?? '',
      osName: `${agent.os_name} ${agent.os_version}`.trim(),
      patchedMs: timeOf(patches.get(agent.id)?.[0]?.facts['lastInstalledAt']) ?? null,
      malware,
      connections,
      vulnerabilities: weaknesses.get(agent.id) ?? [],
      antivirusOn: anyOn(antivirus.get(agent.id), 'running'),
      firewallOn: anyOn(firewalls.get(agent.id), 'active'),
    };
  });
  return {
    fromMs,
    toMs,
    madeMs: registry.now(),
    machines,
    notUpdated: machines.filter(({ patchedMs }) => patchedMs !== null && patchedMs < toMs - NOT_UPDATED_MS)
      .length,
    updateUnknown: machines.filter(({ patchedMs }) => patchedMs === null).length,
  };
}
