/** Agents: list, show, revoke. */
import { z } from 'zod';
import { listAgents, resolveAgent, revokeAgent } from '../../registry/agents.ts';
import type { AgentRecord } from '../../registry/agents.ts';
import { defineOperation, type OperationContext } from './operation.ts';

const AGENTS_MAX = 50_000;

const agentSchema = z.object({
  id: z.string(),
  hostname: z.string(),
  state: z.enum(['online', 'offline', 'unknown', 'revoked']),
  agencyId: z.number(),
  agencyName: z.string(),
  group: z.string().nullable(),
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
  revokedMs: z.number().nullable(),
});
export type AgentView = z.infer<typeof agentSchema>;

function viewOf(agent: AgentRecord, { live }: OperationContext): AgentView {
  const { publicKey: _publicKey, state, ...facts } = agent;
  if (state === 'revoked') return { ...facts, state };
  // Without a collector nobody is connected, but that is not a fact about the host.
  if (live === undefined) return { ...facts, state: 'unknown' };
  return { ...facts, state: live.presence.isOnline(agent.id) ? 'online' : 'offline' };
}

export const agentList = defineOperation({
  name: 'agent.list',
  needs: 'data',
  input: z.strictObject({}),
  output: z.array(agentSchema),
  async run(context) {
    const agents = await listAgents(context.registry, { scope: { kind: 'all' }, limit: AGENTS_MAX });
    return agents.map((agent) => viewOf(agent, context));
  },
});

const whichSchema = z.strictObject({
  /** Whole id, or its first characters. */
  id: z.string().min(1).max(64),
});

export const agentShow = defineOperation({
  name: 'agent.show',
  needs: 'data',
  input: whichSchema,
  output: agentSchema,
  run: async (context, { id }) => viewOf(await resolveAgent(context.registry, id), context),
});

export const agentRevoke = defineOperation({
  name: 'agent.revoke',
  needs: 'data',
  input: whichSchema,
  output: agentSchema,
  async run(context, { id }) {
    const { registry, actor, live } = context;
    const agent = await revokeAgent(registry, (await resolveAgent(registry, id)).id, actor);
    live?.presence.disconnect(agent.id, 'revoked');
    return viewOf(agent, context);
  },
});
