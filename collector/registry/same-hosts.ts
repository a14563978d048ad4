/**
 * Proposals that a new agent runs on a known host: listed, accepted, rejected. Accepted, the new agent takes over the
 * host with its history, group and systems, and the former agent is retired. A former agent that was heard of after
 * the new one enrolled is alive, so the two are two machines, whatever their serial numbers say.
 */
import { type AgencyScope, inScope } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { RefusalError } from './refusal.ts';

export interface SameHost {
  agentId: string;
  hostname: string;
  agencyId: number;
  agencyName: string;
  enrolledMs: number;
  formerId: string;
  formerHostname: string;
  formerLastSeenMs: number | null;
  /** Kinds of hardware that agree. */
  agreeing: string[];
  score: number;
  /** The former agent was heard of after the new one enrolled. */
  alive: boolean;
  proposedMs: number;
}

function openRows(db: RegistryDb) {
  return db
    .selectFrom('same_host')
    .innerJoin('agent', 'agent.id', 'same_host.agent_id')
    .innerJoin('agent as former', 'former.id', 'same_host.former_id')
    .innerJoin('agency', 'agency.id', 'agent.agency_id')
    .select([
      'same_host.agent_id as agentId',
      'agent.hostname as hostname',
      'agent.agency_id as agencyId',
      'agency.name as agencyName',
      'agent.enrolled_ms as enrolledMs',
      'same_host.former_id as formerId',
      'former.hostname as formerHostname',
      'former.agency_id as formerAgencyId',
      'former.last_seen_ms as formerLastSeenMs',
      'former.host_id as formerHostId',
      'former.group_id as formerGroupId',
      'agent.host_id as hostId',
      'agent.group_id as groupId',
      'agent.state as state',
      'same_host.agreeing as agreeing',
      'same_host.score as score',
      'same_host.proposed_ms as proposedMs',
    ])
    .where('same_host.state', '=', 'open')
    .where('agent.state', 'in', ['active', 'pending', 'replaced'])
    .where('former.state', 'in', ['active', 'pending', 'replaced']);
}

type OpenRow = Awaited<ReturnType<ReturnType<typeof openRows>['execute']>>[number];

const isAlive = (row: OpenRow): boolean => (row.formerLastSeenMs ?? 0) > row.enrolledMs;

/** Open ones, the oldest first. Both agents must lie in the scope. */
export async function listSameHosts(registry: Registry, scope: AgencyScope): Promise<SameHost[]> {
  const rows = await openRows(registry.db)
    .orderBy('same_host.proposed_ms')
    .orderBy('same_host.agent_id')
    .execute();
  return rows
    .filter((row) => inScope(scope, row.agencyId) && inScope(scope, row.formerAgencyId))
    .map((row) => ({
      agentId: row.agentId,
      hostname: row.hostname,
      agencyId: row.agencyId,
      agencyName: row.agencyName,
      enrolledMs: row.enrolledMs,
      formerId: row.formerId,
      formerHostname: row.formerHostname,
      formerLastSeenMs: row.formerLastSeenMs,
      agreeing: row.agreeing.split(','),
      score: row.score,
      alive: isAlive(row),
      proposedMs: row.proposedMs,
    }));
}

/** @throws RefusalError same-host-unknown */
async function requireOpen(db: RegistryDb, agentId: string, scope: AgencyScope): Promise<OpenRow> {
  const row = await openRows(db).where('same_host.agent_id', '=', agentId).executeTakeFirst();
  if (row !== undefined && inScope(scope, row.agencyId) && inScope(scope, row.formerAgencyId)) return row;
  throw new RefusalError(
    'same-host-unknown',
    agentId,
    `nothing is proposed for agent ${agentId}; "vonggac agent proposals" shows what is`,
  );
}

async function decide(
  db: RegistryDb,
  row: OpenRow,
  decision: { state: 'accepted' | 'rejected'; actor: string; nowMs: number },
): Promise<void> {
  const { state, actor, nowMs } = decision;
  await db
    .updateTable('same_host')
    .set({ state, decided_ms: nowMs, decided_by: actor })
    .where('agent_id', '=', row.agentId)
    .execute();
  await writeAudit(db, nowMs, {
    actor,
    action: state === 'accepted' ? 'same-host.accept' : 'same-host.reject',
    target: `agent:${row.agentId}`,
    detail: { hostname: row.hostname, former: row.formerId, agreeing: row.agreeing },
  });
}

/** The host of the new agent becomes the former one's, hardware as of now. */
async function mergeHosts(db: RegistryDb, { hostId, formerHostId }: OpenRow): Promise<void> {
  if (hostId === formerHostId) return;
  await db.deleteFrom('host_fact').where('host_id', '=', formerHostId).execute();
  await db.updateTable('host_fact').set({ host_id: formerHostId }).where('host_id', '=', hostId).execute();
  await db.updateTable('agent').set({ host_id: formerHostId }).where('host_id', '=', hostId).execute();
  await db.deleteFrom('host').where('id', '=', hostId).execute();
}

/** The systems the former agent belongs to now; what it stored stays with it. */
async function inheritSystems(db: RegistryDb, { agentId, formerId }: OpenRow, nowMs: number): Promise<void> {
  const systems = await db
    .selectFrom('host_system')
    .select('system_id')
    .where('agent_id', '=', formerId)
    .where('valid_to_ms', 'is', null)
    .execute();
  const own = await db
    .selectFrom('host_system')
    .select('system_id')
    .where('agent_id', '=', agentId)
    .where('valid_to_ms', 'is', null)
    .execute();
  const has = new Set(own.map((row) => row.system_id));
  const missing = systems.filter((row) => !has.has(row.system_id));
  if (missing.length === 0) return;
  const rows = missing.map(({ system_id }) => ({
    agent_id: agentId,
    system_id,
    valid_from_ms: nowMs,
    valid_to_ms: null,
  }));
  await db.insertInto('host_system').values(rows).execute();
}

/**
 * An agent that waited for approval is approved by it.
 * @returns the agent that is retired: the caller ends its session, if it has one
 * @throws RefusalError same-host-unknown, same-host-alive
 */
export async function acceptSameHost(
  registry: Registry,
  agentId: string,
  by: { actor: string; scope: AgencyScope },
): Promise<{ formerId: string }> {
  const { actor, scope } = by;
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireOpen(trx, agentId, scope);
    if (isAlive(row)) {
      throw new RefusalError(
        'same-host-alive',
        agentId,
        `agent ${row.formerId} (${row.formerHostname}) was heard of after ${row.hostname} enrolled: these are two machines; revoke one of them, or reject the proposal`,
      );
    }
    await mergeHosts(trx, row);
    await inheritSystems(trx, row, nowMs);
    await trx
      .updateTable('agent')
      .set({ state: 'replaced', replaced_ms: nowMs })
      .where('id', '=', row.formerId)
      .where('state', '!=', 'replaced')
      .execute();
    await trx
      .updateTable('agent')
      .set({ successor_of: row.formerId, group_id: row.groupId ?? row.formerGroupId })
      .where('id', '=', agentId)
      .execute();
    await trx
      .updateTable('agent')
      .set({ state: 'active', approved_ms: nowMs, approved_by: actor })
      .where('id', '=', agentId)
      .where('state', '=', 'pending')
      .execute();
    await decide(trx, row, { state: 'accepted', actor, nowMs });
    return { formerId: row.formerId };
  });
}

/** Both agents go on as they are. @throws RefusalError same-host-unknown */
export async function rejectSameHost(
  registry: Registry,
  agentId: string,
  by: { actor: string; scope: AgencyScope },
): Promise<void> {
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    const row = await requireOpen(trx, agentId, by.scope);
    await decide(trx, row, { state: 'rejected', actor: by.actor, nowMs });
  });
}
