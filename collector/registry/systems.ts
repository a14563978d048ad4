/**
 * Information systems: their levels over time, and which hosts belong to them when.
 * Invariants: a system has one open level period, equal to its row; a host is in a system at most once at a time;
 * every change stands in the audit trail.
 */
import { sql } from 'kysely';
import { type AgencyScope, requireAgency, rootAgencyId } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb, RegistryTransaction } from './database.ts';
import { RefusalError } from './refusal.ts';
import { type HostSelection, selectHosts } from './select-hosts.ts';
import type { LawProfile } from './tables/agency.ts';

export interface InformationSystem {
  id: number;
  name: string;
  agencyId: number;
  agencyName: string;
  /** Security level 1-5; null until it is decided. */
  level: number | null;
  lawProfile: LawProfile;
  createdMs: number;
  /** Hosts that belong to it now. */
  hosts: number;
}

function systemRows(db: RegistryDb) {
  return db
    .selectFrom('information_system')
    .innerJoin('agency', 'agency.id', 'information_system.owner_agency_id')
    .select([
      'information_system.id as id',
      'information_system.name as name',
      'information_system.owner_agency_id as agencyId',
      'agency.name as agencyName',
      'information_system.level as level',
      'information_system.law_profile as lawProfile',
      'information_system.created_ms as createdMs',
      sql<number>`(select count(*) from host_system
        where system_id = information_system.id and valid_to_ms is null)`.as('hosts'),
    ]);
}

/** By name. */
export async function listSystems(registry: Registry, scope: AgencyScope): Promise<InformationSystem[]> {
  let select = systemRows(registry.db).orderBy('information_system.name').orderBy('information_system.id');
  if (scope.kind === 'some') {
    select = select.where('information_system.owner_agency_id', 'in', scope.agencyIds);
  }
  return select.execute();
}

/** @throws RefusalError system-unknown, also for a system outside the scope */
export async function readSystem(
  db: RegistryDb,
  id: number,
  scope: AgencyScope = { kind: 'all' },
): Promise<InformationSystem> {
  const system = await systemRows(db).where('information_system.id', '=', id).executeTakeFirst();
  if (system !== undefined && (scope.kind === 'all' || scope.agencyIds.includes(system.agencyId))) {
    return system;
  }
  const said = `there is no information system ${id}; "vonggac system list" shows them`;
  throw new RefusalError('system-unknown', String(id), said);
}

/** @throws RefusalError agency-unknown, system-exists (same name at the same agency) */
export async function createSystem(
  registry: Registry,
  wanted: { name: string; agencyId?: number | undefined; level?: number | undefined; lawProfile: LawProfile },
  actor: string,
): Promise<InformationSystem> {
  const name = wanted.name.normalize('NFC').trim();
  const nowMs = registry.now();
  const { level = null, lawProfile } = wanted;
  return registry.db.transaction().execute(async (trx) => {
    const agencyId = wanted.agencyId ?? (await rootAgencyId(trx));
    await requireAgency(trx, agencyId);
    const twin = await trx
      .selectFrom('information_system')
      .select('id')
      .where('owner_agency_id', '=', agencyId)
      .where('name', '=', name)
      .executeTakeFirst();
    if (twin !== undefined) {
      throw new RefusalError('system-exists', name, `system ${twin.id} already has the name "${name}" there`);
    }
    const { id } = await trx
      .insertInto('information_system')
      .values({ name, owner_agency_id: agencyId, level, law_profile: lawProfile, created_ms: nowMs })
      .returning('id')
      .executeTakeFirstOrThrow();
    await trx
      .insertInto('system_level')
      .values({ system_id: id, level, law_profile: lawProfile, valid_from_ms: nowMs, valid_to_ms: null })
      .execute();
    const detail = { name, agencyId, level, lawProfile };
    await writeAudit(trx, nowMs, { actor, action: 'system.create', target: `system:${id}`, detail });
    return readSystem(trx, id);
  });
}

/**
 * Decides a system's level, or takes the decision back with null. The level before stays on record: what was received
 * under it is kept as it asks.
 * @throws RefusalError system-unknown
 */
export async function setSystemLevel(
  registry: Registry,
  id: number,
  wanted: { level: number | null; lawProfile?: LawProfile | undefined },
  actor: string,
  scope?: AgencyScope,
): Promise<InformationSystem> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const before = await readSystem(trx, id, scope);
    const { level, lawProfile = before.lawProfile } = wanted;
    if (level === before.level && lawProfile === before.lawProfile) return before;
    await trx
      .updateTable('information_system')
      .set({ level, law_profile: lawProfile })
      .where('id', '=', id)
      .execute();
    await trx
      .updateTable('system_level')
      .set({ valid_to_ms: nowMs })
      .where('system_id', '=', id)
      .where('valid_to_ms', 'is', null)
      .execute();
    await trx
      .insertInto('system_level')
      .values({ system_id: id, level, law_profile: lawProfile, valid_from_ms: nowMs, valid_to_ms: null })
      .execute();
    const detail = {
      level,
      lawProfile,
      levelBefore: before.level,
      lawProfileBefore: before.lawProfile,
    };
    await writeAudit(trx, nowMs, { actor, action: 'system.set-level', target: `system:${id}`, detail });
    return readSystem(trx, id);
  });
}

export interface Assignment {
  system: InformationSystem;
  /** Hosts whose membership changed, and those where nothing was to be done. */
  changed: number;
  unchanged: number;
}

/** Audit rows name so many hosts; the rest is in host_system itself. */
const HOSTS_NAMED_MAX = 100;

async function auditHosts(
  trx: RegistryTransaction,
  nowMs: number,
  entry: { actor: string; action: string; id: number },
  agentIds: readonly string[],
  detail: Record<string, unknown>,
): Promise<void> {
  if (agentIds.length === 0) return;
  await writeAudit(trx, nowMs, {
    actor: entry.actor,
    action: entry.action,
    target: `system:${entry.id}`,
    detail: { ...detail, hosts: agentIds.length, agentIds: agentIds.slice(0, HOSTS_NAMED_MAX) },
  });
}

/**
 * Hosts belong to the system from `sinceMs` on. Without it: from now; a host that was in no system before, from its
 * enrolment, since its past belongs nowhere else. An earlier `sinceMs` for a host that is in it already reaches back.
 * @throws RefusalError system-unknown, agent-unknown, agent-ambiguous
 */
export async function assignHosts(
  registry: Registry,
  id: number,
  selection: HostSelection,
  actor: string,
  options: { sinceMs?: number | undefined; scope?: AgencyScope | undefined } = {},
): Promise<Assignment> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    await readSystem(trx, id, options.scope);
    const agents = await selectHosts(trx, selection, options.scope);
    const memberships = await trx
      .selectFrom('host_system')
      .select(['id', 'agent_id', 'system_id', 'valid_from_ms', 'valid_to_ms'])
      .execute();
    const known = new Set(memberships.map((row) => row.agent_id));
    const open = new Map(
      memberships
        .filter((row) => row.system_id === id && row.valid_to_ms === null)
        .map((row) => [row.agent_id, row]),
    );
    const fresh: typeof agents = [];
    for (const agent of agents) {
      const standardMs = known.has(agent.id) ? nowMs : agent.enrolledMs;
      const fromMs = Math.min(options.sinceMs ?? standardMs, nowMs);
      const here = open.get(agent.id);
      if (here === undefined) {
        await trx
          .insertInto('host_system')
          .values({ agent_id: agent.id, system_id: id, valid_from_ms: fromMs, valid_to_ms: null })
          .execute();
      } else if (options.sinceMs !== undefined && fromMs < here.valid_from_ms) {
        await trx
          .updateTable('host_system')
          .set({ valid_from_ms: fromMs })
          .where('id', '=', here.id)
          .execute();
      } else continue;
      fresh.push(agent);
    }
    const ids = fresh.map((agent) => agent.id);
    const detail = options.sinceMs === undefined ? {} : { sinceMs: options.sinceMs };
    await auditHosts(trx, nowMs, { actor, action: 'system.assign', id }, ids, detail);
    const system = await readSystem(trx, id);
    return { system, changed: fresh.length, unchanged: agents.length - fresh.length };
  });
}

/** Hosts leave the system now; that they were in it stays on record. @throws as assignHosts */
export async function unassignHosts(
  registry: Registry,
  id: number,
  selection: HostSelection,
  actor: string,
  scope?: AgencyScope,
): Promise<Assignment> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    await readSystem(trx, id, scope);
    const agents = await selectHosts(trx, selection, scope);
    const left: string[] = [];
    for (const agent of agents) {
      const open = await trx
        .selectFrom('host_system')
        .select(['id', 'valid_from_ms'])
        .where('agent_id', '=', agent.id)
        .where('system_id', '=', id)
        .where('valid_to_ms', 'is', null)
        .executeTakeFirst();
      if (open === undefined) continue;
      await trx
        .updateTable('host_system')
        .set({ valid_to_ms: Math.max(nowMs, open.valid_from_ms + 1) })
        .where('id', '=', open.id)
        .execute();
      left.push(agent.id);
    }
    await auditHosts(trx, nowMs, { actor, action: 'system.unassign', id }, left, {});
    const system = await readSystem(trx, id);
    return { system, changed: left.length, unchanged: agents.length - left.length };
  });
}
