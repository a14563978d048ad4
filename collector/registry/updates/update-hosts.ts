/** How hosts stand with a release: what they last said, in which ring they are, and what became of it there. */
import type { AgencyScope } from '../agencies.ts';
import type { RegistryDb } from '../database.ts';
import type { UpdateState } from '../../protocol/update.ts';
import type { RingCount } from './gate.ts';
import { type Ring, type RingHost, ringOf } from './rings.ts';

/** Who did not ask for so long is not waited for, and not counted. */
export const ASKED_WITHIN_MS = 86_400_000;

interface Let {
  version: string;
  rings: readonly Ring[];
  soakMs: number;
}

/** `held` ran it for as long as has to be waited; `silent` did not ask within a day; `unable` takes no updates. */
export type UpdateOutcome = 'held' | 'applied' | 'trying' | 'failed' | 'waiting' | 'silent' | 'unable';

export interface UpdateHost {
  agentId: string;
  hostname: string;
  agencyId: number;
  group: string | null;
  running: string | null;
  platform: string | null;
  state: UpdateState | null;
  release: string | null;
  code: string | null;
  message: string | null;
  fromCollector: number;
  fromNeighbours: number;
  toldMs: number | null;
  runningSinceMs: number | null;
}

export interface RingTotals extends RingCount {
  name: string;
  waiting: number;
  trying: number;
  silent: number;
  unable: number;
}

/** Of active agents, by host name. */
export async function listUpdateHosts(db: RegistryDb, scope: AgencyScope): Promise<UpdateHost[]> {
  let select = db
    .selectFrom('agent')
    .leftJoin('agent_group', 'agent_group.id', 'agent.group_id')
    .leftJoin('agent_update', 'agent_update.agent_id', 'agent.id')
    .select([
      'agent.id as agentId',
      'agent.hostname as hostname',
      'agent.agency_id as agencyId',
      'agent_group.name as group',
      'agent_update.running as running',
      'agent_update.platform as platform',
      'agent_update.state as state',
      'agent_update.release_version as release',
      'agent_update.code as code',
      'agent_update.message as message',
      'agent_update.from_collector as fromCollector',
      'agent_update.from_neighbours as fromNeighbours',
      'agent_update.told_ms as toldMs',
      'agent_update.running_since_ms as runningSinceMs',
    ])
    .where('agent.state', '=', 'active')
    .orderBy('agent.hostname')
    .orderBy('agent.id');
  if (scope.kind === 'some') select = select.where('agent.agency_id', 'in', scope.agencyIds);
  const rows = await select.execute();
  return rows.map((row) => ({
    ...row,
    fromCollector: row.fromCollector ?? 0,
    fromNeighbours: row.fromNeighbours ?? 0,
  }));
}

/** By agency: itself and all above it. */
export async function agenciesAbove(db: RegistryDb): Promise<(agencyId: number) => ReadonlySet<number>> {
  const rows = await db.selectFrom('agency').select(['id', 'parent_id']).execute();
  const parents = new Map(rows.map(({ id, parent_id: parent }) => [id, parent]));
  const kept = new Map<number, ReadonlySet<number>>();
  return (agencyId) => {
    const known = kept.get(agencyId);
    if (known !== undefined) return known;
    const above = new Set<number>();
    for (let at: number | null | undefined = agencyId; typeof at === 'number'; at = parents.get(at)) {
      if (above.has(at)) break;
      above.add(at);
    }
    kept.set(agencyId, above);
    return above;
  };
}

export function outcomeOf(host: UpdateHost, { version, soakMs }: Let, nowMs: number): UpdateOutcome {
  if (host.state === null || host.state === 'off') return 'unable';
  if (host.running === version && host.state !== 'trial') {
    const since = host.runningSinceMs ?? nowMs;
    const isHeld = nowMs - since >= soakMs && (host.toldMs ?? 0) - since >= soakMs;
    return isHeld ? 'held' : 'applied';
  }
  const isOfIt = host.release === version;
  if (isOfIt && (host.state === 'failed' || host.state === 'refused')) return 'failed';
  // One that fell silent over it keeps the ring back.
  if (isOfIt && (host.state === 'loading' || host.state === 'trial')) return 'trying';
  return (host.toldMs ?? 0) < nowMs - ASKED_WITHIN_MS ? 'silent' : 'waiting';
}

/** Of every ring of the rollout, the first first. */
export async function countRings(db: RegistryDb, rollout: Let, nowMs: number): Promise<RingTotals[]> {
  const hosts = await listUpdateHosts(db, { kind: 'all' });
  const above = await agenciesAbove(db);
  const totals = rollout.rings.map(({ name }): RingTotals => ({
    name,
    hosts: 0,
    applied: 0,
    held: 0,
    failed: 0,
    waiting: 0,
    trying: 0,
    silent: 0,
    unable: 0,
  }));
  for (const host of hosts) {
    const ring: RingHost = { id: host.agentId, group: host.group, agencies: above(host.agencyId) };
    const total = totals[ringOf(rollout.rings, rollout.version, ring)];
    if (total === undefined) continue;
    const outcome = outcomeOf(host, rollout, nowMs);
    total[outcome] += 1;
    if (outcome === 'held') total.applied += 1;
    // Who is away or takes no updates keeps nobody back.
    if (outcome !== 'silent' && outcome !== 'unable') total.hosts += 1;
  }
  return totals;
}
