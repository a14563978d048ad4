/**
 * What people do to agents: approve, revoke, move. Each act is one transaction with its row of the audit trail; the
 * caller also ends the live session (port Presence) where the act concerns it.
 */
import { type AgencyScope, ensureAgentGroup, inScope, requireAgency } from './agencies.ts';
import { noteFormer } from './agency-history.ts';
import { agentRows, type AgentRecord, unknownAgent } from './agents.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { RefusalError } from './refusal.ts';

/** Acts on one agent; what it answers says whether anything changed. */
export type AgentAct = (
  registry: Registry,
  id: string,
  by: ActBy,
) => Promise<{ agent: AgentRecord; changed: boolean }>;

export interface ActBy {
  actor: string;
  /** Agents outside of it do not exist for the actor. */
  scope: AgencyScope;
}

const EVERYWHERE: AgencyScope = { kind: 'all' };

/** @throws RefusalError agent-unknown */
async function requireAgent(db: RegistryDb, id: string, scope: AgencyScope): Promise<AgentRecord> {
  const agent = await agentRows(db).where('agent.id', '=', id).executeTakeFirst();
  if (agent === undefined || !inScope(scope, agent.agencyId)) throw unknownAgent(id);
  return agent;
}

/** @throws RefusalError agent-unknown, agent-retired */
export const approveAgent: AgentAct = (registry, id, { actor, scope }) => {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const agent = await requireAgent(trx, id, scope);
    if (agent.state === 'active') return { agent, changed: false };
    if (agent.state !== 'pending') {
      throw new RefusalError(
        'agent-retired',
        id,
        `agent ${id} (${agent.hostname}) is ${agent.state} for good: enrol the host again`,
      );
    }
    await trx
      .updateTable('agent')
      .set({ state: 'active', approved_ms: nowMs, approved_by: actor })
      .where('id', '=', id)
      .execute();
    await writeAudit(trx, nowMs, {
      actor,
      action: 'agent.approve',
      target: `agent:${id}`,
      detail: { hostname: agent.hostname },
    });
    return { agent: { ...agent, state: 'active', approvedMs: nowMs, approvedBy: actor }, changed: true };
  });
};

/** @throws RefusalError agent-unknown */
export const revokeAgentIn =
  (reason: string): AgentAct =>
  (registry, id, { actor, scope }) => {
    const nowMs = registry.now();
    return registry.db.transaction().execute(async (trx) => {
      const agent = await requireAgent(trx, id, scope);
      if (agent.state === 'revoked') return { agent, changed: false };
      await trx
        .updateTable('agent')
        .set({ state: 'revoked', revoked_ms: nowMs })
        .where('id', '=', id)
        .execute();
      await writeAudit(trx, nowMs, {
        actor,
        action: 'agent.revoke',
        target: `agent:${id}`,
        detail: { hostname: agent.hostname, reason },
      });
      return { agent: { ...agent, state: 'revoked', revokedMs: nowMs }, changed: true };
    });
  };

/** Whatever its agency. @throws RefusalError agent-unknown */
export async function revokeAgent(
  registry: Registry,
  id: string,
  actor: string,
  reason = '',
): Promise<AgentRecord> {
  const { agent } = await revokeAgentIn(reason)(registry, id, { actor, scope: EVERYWHERE });
  return agent;
}

export interface MoveTo {
  agencyId?: number | undefined;
  /** Made when it is new; the empty text takes the agent out of its group. */
  group?: string | undefined;
}

/** Events stored before keep the agency they were stored under. @throws RefusalError agent-unknown, agency-unknown */
export const moveAgentTo =
  (to: MoveTo): AgentAct =>
  (registry, id, { actor, scope }) => {
    const nowMs = registry.now();
    return registry.db.transaction().execute(async (trx) => {
      const agent = await requireAgent(trx, id, scope);
      const { agencyId = agent.agencyId, group } = to;
      if (!inScope(scope, agencyId)) {
        throw new RefusalError('agency-unknown', String(agencyId), `there is no agency ${agencyId} for you`);
      }
      await requireAgency(trx, agencyId);
      const named = group === undefined ? agent.group : group === '' ? null : group;
      if (agencyId === agent.agencyId && named === agent.group) return { agent, changed: false };
      const groupId = named === null ? null : await ensureAgentGroup(trx, named, nowMs);
      if (agencyId !== agent.agencyId) {
        await noteFormer(trx, { kind: 'agent', ref: id, agencyId: agent.agencyId, untilMs: nowMs });
      }
      await trx
        .updateTable('agent')
        .set({ agency_id: agencyId, group_id: groupId })
        .where('id', '=', id)
        .execute();
      await writeAudit(trx, nowMs, {
        actor,
        action: 'agent.move',
        target: `agent:${id}`,
        detail: {
          hostname: agent.hostname,
          from: { agencyId: agent.agencyId, group: agent.group },
          to: { agencyId, group: named },
        },
      });
      return { agent: await requireAgent(trx, id, EVERYWHERE), changed: true };
    });
  };

export interface ActsDone {
  /** In the order given; those that were so already among them. */
  agents: AgentRecord[];
  /** Ids of those that the act changed. */
  changed: string[];
  refused: { id: string; message: string }[];
}

/** Between so many transactions the process does its other work. */
const ACTS_AT_ONCE = 50;

/** One after the other; one that is refused does not keep the others from being done. */
export async function actOnAgents(
  registry: Registry,
  ids: readonly string[],
  act: AgentAct,
  by: ActBy,
): Promise<ActsDone> {
  const done: ActsDone = { agents: [], changed: [], refused: [] };
  for (const [place, id] of [...new Set(ids)].entries()) {
    if (place % ACTS_AT_ONCE === ACTS_AT_ONCE - 1) await new Promise(setImmediate);
    try {
      const { agent, changed } = await act(registry, id, by);
      done.agents.push(agent);
      if (changed) done.changed.push(id);
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      done.refused.push({ id, message: error.message });
    }
  }
  return done;
}
