/** Agents: list with filters, show, and what is done to one or many: approve, revoke, move. */
import { z } from 'zod';
import { LIMITS } from '../../protocol/limits.ts';
import {
  actOnAgents,
  type AgentAct,
  approveAgent,
  moveAgentTo,
  revokeAgentIn,
} from '../../registry/agent-acts.ts';
import {
  type AgentFilter,
  agentPages,
  type AgentRecord,
  agentsOfHost,
  resolveAgent,
} from '../../registry/agents.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { defineOperation, type OperationContext } from './operation.ts';

const EVERYWHERE = { kind: 'all' } as const;
const DAY_MS = 86_400_000;
/** Ids in one call; the command line makes several calls of longer lists. */
export const AGENTS_AT_ONCE = 1_000;

const viewStateSchema = z.enum(['online', 'offline', 'unknown', 'pending', 'revoked', 'replaced']);

export const agentViewSchema = z.object({
  id: z.string(),
  hostname: z.string(),
  state: viewStateSchema,
  agencyId: z.number(),
  agencyName: z.string(),
  group: z.string().nullable(),
  hostId: z.string(),
  platform: z.string(),
  osName: z.string(),
  osVersion: z.string(),
  arch: z.string(),
  timeZone: z.string(),
  agentVersion: z.string(),
  machineId: z.string(),
  joinTokenId: z.string(),
  enrolledMs: z.number(),
  lastSeenMs: z.number().nullable(),
  clockSkewMs: z.number().nullable(),
  approvedMs: z.number().nullable(),
  approvedBy: z.string().nullable(),
  revokedMs: z.number().nullable(),
  replacedMs: z.number().nullable(),
  successorOf: z.string().nullable(),
});
export type AgentView = z.infer<typeof agentViewSchema>;

function viewOf(agent: AgentRecord, { live }: OperationContext): AgentView {
  const { publicKey: _publicKey, state, ...facts } = agent;
  if (state !== 'active') return { ...facts, state };
  // Without a collector nobody is connected, but that is not a fact about the host.
  if (live === undefined) return { ...facts, state: 'unknown' };
  return { ...facts, state: live.presence.isOnline(agent.id) ? 'online' : 'offline' };
}

/** `active` is whoever reports here, connected now or not. */
export const STATE_FILTERS = ['pending', 'active', 'online', 'offline', 'revoked', 'replaced'] as const;
export type StateFilter = (typeof STATE_FILTERS)[number];

export const agentFilterSchema = z.strictObject({
  agencyId: z.int().min(1).optional(),
  group: z.string().max(LIMITS.nameMax).optional(),
  state: z.enum(STATE_FILTERS).optional(),
  /** Not heard of for so many days. */
  staleDays: z.number().positive().max(36_500).optional(),
});
type ListFilter = z.infer<typeof agentFilterSchema>;

function rowFilter(filter: ListFilter, nowMs: number): AgentFilter {
  const { agencyId, group, state, staleDays } = filter;
  const rowState = state === 'online' || state === 'offline' ? 'active' : state;
  return {
    agencyId,
    group,
    states: rowState === undefined ? undefined : [rowState],
    staleBeforeMs: staleDays === undefined ? undefined : nowMs - staleDays * DAY_MS,
  };
}

async function viewsOf(context: OperationContext, filter: ListFilter): Promise<AgentView[]> {
  const { registry } = context;
  const views: AgentView[] = [];
  for await (const page of agentPages(registry, EVERYWHERE, rowFilter(filter, registry.now()))) {
    views.push(...page.map((agent) => viewOf(agent, context)));
  }
  const { state } = filter;
  return state === 'online' || state === 'offline' ? views.filter((view) => view.state === state) : views;
}

export const agentList = defineOperation({
  name: 'agent.list',
  needs: 'data',
  input: agentFilterSchema,
  output: z.array(agentViewSchema),
  run: viewsOf,
});

/** Whole id, or its first characters. */
const idSchema = z.string().min(1).max(64);

export const agentShow = defineOperation({
  name: 'agent.show',
  needs: 'data',
  input: z.strictObject({ id: idSchema }),
  output: agentViewSchema.extend({
    /** Others that reported from the same machine, the newest first. */
    others: z.array(agentViewSchema),
  }),
  async run(context, { id }) {
    const agent = await resolveAgent(context.registry, id);
    const others = (await agentsOfHost(context.registry, agent.hostId)).filter(
      (other) => other.id !== agent.id,
    );
    return { ...viewOf(agent, context), others: others.map((other) => viewOf(other, context)) };
  },
});

const whichSchema = z.strictObject({
  ids: z.array(idSchema).max(AGENTS_AT_ONCE),
  /** Says whom it would concern, and does nothing. */
  dryRun: z.boolean().optional(),
});

const actsSchema = z.object({
  agents: z.array(agentViewSchema),
  /** Ids of those that were changed. */
  changed: z.array(z.string()),
  refused: z.array(z.object({ id: z.string(), message: z.string() })),
});
export type AgentActs = z.infer<typeof actsSchema>;

/** Each id as given, or why it names nobody. */
async function resolveAll(
  context: OperationContext,
  ids: readonly string[],
): Promise<{ agents: AgentRecord[]; refused: AgentActs['refused'] }> {
  const agents: AgentRecord[] = [];
  const refused: AgentActs['refused'] = [];
  for (const id of ids) {
    try {
      agents.push(await resolveAgent(context.registry, id));
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      refused.push({ id, message: error.message });
    }
  }
  return { agents, refused };
}

async function actOnAll(
  context: OperationContext,
  which: z.infer<typeof whichSchema>,
  act: AgentAct,
  onChanged: (id: string) => void,
): Promise<AgentActs> {
  const { registry, actor } = context;
  const { agents, refused } = await resolveAll(context, which.ids);
  if (which.dryRun === true)
    return { agents: agents.map((agent) => viewOf(agent, context)), changed: [], refused };
  const ids = agents.map(({ id }) => id);
  const done = await actOnAgents(registry, ids, act, { actor, scope: EVERYWHERE });
  for (const id of done.changed) onChanged(id);
  return {
    agents: done.agents.map((agent) => viewOf(agent, context)),
    changed: done.changed,
    refused: [...refused, ...done.refused],
  };
}

export const agentApprove = defineOperation({
  name: 'agent.approve',
  needs: 'data',
  input: whichSchema,
  output: actsSchema,
  run: (context, which) => actOnAll(context, which, approveAgent, () => undefined),
});

export const agentRevoke = defineOperation({
  name: 'agent.revoke',
  needs: 'data',
  input: whichSchema.extend({ reason: z.string().max(LIMITS.shortStringMax).optional() }),
  output: actsSchema,
  run: (context, { reason = '', ...which }) =>
    actOnAll(context, which, revokeAgentIn(reason), (id) => context.live?.presence.disconnect(id, 'revoked')),
});

export const agentMove = defineOperation({
  name: 'agent.move',
  needs: 'data',
  input: whichSchema.extend({
    agencyId: z.int().min(1).optional(),
    group: z.string().trim().max(LIMITS.nameMax).optional(),
  }),
  output: actsSchema,
  run: (context, { agencyId, group, ...which }) =>
    // A session keeps the agency it was opened with: the agent comes back at once and opens another.
    actOnAll(context, which, moveAgentTo({ agencyId, group }), (id) =>
      context.live?.presence.disconnect(id, 'shutting-down'),
    ),
});
