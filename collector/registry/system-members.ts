/**
 * Which hosts belong to which system, and when: by hand here, by rule in system-rules.ts. Invariants: a host is in a system
 * at most once at a time; what a person decided no rule changes; every change stands in the audit trail.
 */
import { type AgencyScope, inScope } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb, RegistryTransaction } from './database.ts';
import { RefusalError } from './refusal.ts';
import { type HostSelection, selectHosts } from './select-hosts.ts';
import { type InformationSystem, readSystem } from './systems.ts';

export interface Assignment {
  system: InformationSystem;
  /** Hosts whose membership changed, and those where nothing was to be done. */
  changed: number;
  unchanged: number;
}

/** Audit rows name so many hosts; the rest is in host_system itself. */
const HOSTS_NAMED_MAX = 100;

export async function auditHosts(
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

interface MembershipRow {
  id: number;
  agent_id: string;
  system_id: number;
  valid_from_ms: number;
  valid_to_ms: number | null;
  rule_id: number | null;
}

/** @throws RefusalError membership-overlap: the host was in the system in that time already */
function requireNoOverlap(
  earlier: readonly MembershipRow[],
  host: { id: string; hostname: string },
  fromMs: number,
): void {
  const other = earlier.find(({ valid_to_ms }) => valid_to_ms !== null && valid_to_ms > fromMs);
  if (other === undefined) return;
  const until = new Date(other.valid_to_ms ?? fromMs).toISOString();
  const said = `${host.hostname} was in the system until ${until} already: begin then, or later`;
  throw new RefusalError('membership-overlap', host.id, said);
}

/**
 * Hosts belong to the system from `sinceMs` on. Without it: from now; a host that was in no system before, from its
 * enrolment, since its past belongs nowhere else. An earlier `sinceMs` for a host that is in it already reaches back.
 * @throws RefusalError system-unknown, agent-unknown, agent-ambiguous, membership-overlap
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
      .select(['id', 'agent_id', 'system_id', 'valid_from_ms', 'valid_to_ms', 'rule_id'])
      .execute();
    const known = new Set(memberships.map((row) => row.agent_id));
    const here = Map.groupBy(
      memberships.filter((row) => row.system_id === id),
      (row) => row.agent_id,
    );
    const fresh: typeof agents = [];
    for (const agent of agents) {
      const own = here.get(agent.id) ?? [];
      const lastMs = Math.max(...own.map(({ valid_to_ms }) => valid_to_ms ?? 0), 0);
      const standardMs = known.has(agent.id) ? Math.max(nowMs, lastMs) : agent.enrolledMs;
      const fromMs = options.sinceMs === undefined ? standardMs : Math.min(options.sinceMs, nowMs);
      const open = own.find(({ valid_to_ms }) => valid_to_ms === null);
      if (options.sinceMs !== undefined && fromMs < (open?.valid_from_ms ?? Infinity)) {
        requireNoOverlap(own, agent, fromMs);
      }
      if (open === undefined) {
        await trx
          .insertInto('host_system')
          .values({ agent_id: agent.id, system_id: id, valid_from_ms: fromMs, valid_to_ms: null })
          .execute();
      } else if (options.sinceMs !== undefined && fromMs < open.valid_from_ms) {
        await trx
          .updateTable('host_system')
          .set({ valid_from_ms: fromMs, rule_id: null })
          .where('id', '=', open.id)
          .execute();
      } else if (open.rule_id !== null) {
        // From now on because a person says so, whatever becomes of the rule.
        await trx.updateTable('host_system').set({ rule_id: null }).where('id', '=', open.id).execute();
      } else continue;
      fresh.push(agent);
    }
    const ids = fresh.map((agent) => agent.id);
    if (ids.length > 0) await liftExclusions(trx, id, ids);
    const detail = options.sinceMs === undefined ? {} : { sinceMs: options.sinceMs };
    await auditHosts(trx, nowMs, { actor, action: 'system.assign', id }, ids, detail);
    const system = await readSystem(trx, id);
    return { system, changed: fresh.length, unchanged: agents.length - fresh.length };
  });
}

async function liftExclusions(trx: RegistryDb, systemId: number, agentIds: readonly string[]): Promise<void> {
  for (const agentId of agentIds) {
    await trx
      .deleteFrom('system_exclusion')
      .where('system_id', '=', systemId)
      .where('agent_id', '=', agentId)
      .execute();
  }
}

/** Hosts leave the system now, and no rule brings them back; that they were in it stays on record. @throws as assignHosts */
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
    const hasRules =
      (await trx.selectFrom('system_rule').select('id').where('system_id', '=', id).limit(1).execute())
        .length > 0;
    const left: string[] = [];
    for (const agent of agents) {
      if (hasRules) {
        await trx
          .insertInto('system_exclusion')
          .values({ system_id: id, agent_id: agent.id, since_ms: nowMs, set_by: actor })
          .onConflict((conflict) => conflict.columns(['system_id', 'agent_id']).doNothing())
          .execute();
      }
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

export interface SystemMember {
  agentId: string;
  hostname: string;
  agencyId: number;
  sinceMs: number;
  /** The rule that put it there; null: a person. */
  ruleId: number | null;
}

/** Hosts of the scope that belong to it now, by id. */
export async function listMembers(
  db: RegistryDb,
  systemId: number,
  scope: AgencyScope,
  page: { afterId?: string | undefined; limit: number },
): Promise<SystemMember[]> {
  let select = db
    .selectFrom('host_system')
    .innerJoin('agent', 'agent.id', 'host_system.agent_id')
    .select(['agent.id as agentId', 'agent.hostname as hostname', 'agent.agency_id as agencyId'])
    .select(['host_system.valid_from_ms as sinceMs', 'host_system.rule_id as ruleId'])
    .where('host_system.system_id', '=', systemId)
    .where('host_system.valid_to_ms', 'is', null)
    .orderBy('agent.id')
    .limit(page.limit);
  if (page.afterId !== undefined) select = select.where('agent.id', '>', page.afterId);
  if (scope.kind === 'some') select = select.where('agent.agency_id', 'in', scope.agencyIds);
  return (await select.execute()).filter(({ agencyId }) => inScope(scope, agencyId));
}
