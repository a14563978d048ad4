/** Agents: list with filters, one in detail, and what is done to them: approve, revoke, move, join to a known host. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  actOnAgents,
  type AgentAct,
  approveAgent,
  moveAgentTo,
  revokeAgentIn,
} from '../../registry/agent-acts.ts';
import { inScope } from '../../registry/agencies.ts';
import {
  type AgentFilter,
  agentPages,
  type AgentRecord,
  agentsOfHost,
  readAgent,
} from '../../registry/agents.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { acceptSameHost, listSameHosts, rejectSameHost } from '../../registry/same-hosts.ts';
import { toAgentSummary } from '../agent-summary.ts';
import {
  agentListSchema,
  agentQuerySchema,
  agentSchema,
  errorSchema,
  type AgentSummary,
} from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import {
  agentActsSchema,
  agentDetailSchema,
  approveBodySchema,
  moveBodySchema,
  revokeBodySchema,
  sameHostBodySchema,
  sameHostDecidedSchema,
  sameHostListSchema,
} from '../contract-identity.ts';
import { principalOf } from '../principal.ts';

const DAY_MS = 86_400_000;
const params = z.strictObject({ id: z.string().min(1).max(64) });
const pageSchema = z.array(agentSchema);
const timeOf = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));

function filterOf(query: z.infer<typeof agentQuerySchema>, nowMs: number): AgentFilter {
  const { agencyId, group, state, staleDays, hostId } = query;
  const rowState = state === 'online' || state === 'offline' ? 'active' : state;
  return {
    agencyId,
    group,
    hostId,
    states: rowState === undefined ? undefined : [rowState],
    staleBeforeMs: staleDays === undefined ? undefined : nowMs - staleDays * DAY_MS,
  };
}

export function addAgentRoutes(app: ApiServer, deps: ApiDependencies): void {
  const { registry, presence } = deps;
  const summaryOf = (agent: AgentRecord): AgentSummary => toAgentSummary(agent, presence.isOnline(agent.id));

  app.get(
    '/agents',
    {
      config: { access: 'agent:read' },
      schema: {
        summary: 'Agents by host name',
        querystring: agentQuerySchema,
        response: { 200: agentListSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { state } = request.query;
      const agents: AgentSummary[] = [];
      // Checked and written page by page: ten thousand at once would hold up the agents' own traffic.
      const parts: string[] = [];
      const filter = filterOf(request.query, registry.now());
      for await (const page of agentPages(registry, principalOf(request).scope, filter)) {
        const wanted = page.map(summaryOf).filter((agent) => {
          return (state !== 'online' && state !== 'offline') || agent.state === state;
        });
        if (wanted.length === 0) continue;
        const part = pageSchema.parse(wanted);
        agents.push(...part);
        parts.push(JSON.stringify(part).slice(1, -1));
      }
      return reply
        .type('application/json; charset=utf-8')
        .serializer(() => `{"agents":[${parts.join(',')}]}`)
        .send({ agents });
    },
  );

  app.get(
    '/agents/:id',
    {
      config: { access: 'agent:read' },
      schema: {
        summary: 'One agent, and the others that reported from its machine',
        params,
        response: { 200: agentDetailSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { scope } = principalOf(request);
      const agent = await readAgent(registry, request.params.id);
      if (agent === undefined || !inScope(scope, agent.agencyId)) {
        throw new ApiError('not-found', { message: 'there is no such agent' });
      }
      const others = (await agentsOfHost(registry, agent.hostId)).filter(
        (other) => other.id !== agent.id && inScope(scope, other.agencyId),
      );
      const { platform, arch, timeZone, machineId, joinTokenId, approvedBy, successorOf } = agent;
      return {
        ...summaryOf(agent),
        platform,
        arch,
        timeZone,
        machineId,
        joinTokenId,
        approvedBy,
        successorOf,
        approvedAt: timeOf(agent.approvedMs),
        revokedAt: timeOf(agent.revokedMs),
        replacedAt: timeOf(agent.replacedMs),
        others: others.map(summaryOf),
      };
    },
  );

  const actOn = async (request: FastifyRequest, ids: readonly string[], act: AgentAct) => {
    const { actor, scope } = principalOf(request);
    const { agents, changed, refused } = await actOnAgents(registry, ids, act, { actor, scope });
    return { agents: agents.map(summaryOf), changed, refused };
  };
  const actSchema = { response: { 200: agentActsSchema, '4xx': errorSchema } };

  app.post(
    '/agents/approve',
    {
      config: { access: 'agent:write' },
      schema: { summary: 'Let agents report that wait for approval', body: approveBodySchema, ...actSchema },
    },
    (request) => actOn(request, request.body.ids, approveAgent),
  );

  app.post(
    '/agents/revoke',
    {
      config: { access: 'agent:write' },
      schema: {
        summary: 'Cut agents off for good; their live sessions are closed',
        body: revokeBodySchema,
        ...actSchema,
      },
    },
    async (request) => {
      const { ids, reason } = request.body;
      const acts = await actOn(request, ids, revokeAgentIn(reason));
      for (const id of acts.changed) presence.disconnect(id, 'revoked');
      return acts;
    },
  );

  app.post(
    '/agents/move',
    {
      config: { access: 'agent:write' },
      schema: { summary: 'Put agents into another agency or group', body: moveBodySchema, ...actSchema },
    },
    async (request) => {
      const { ids, agencyId, group } = request.body;
      const acts = await actOn(request, ids, moveAgentTo({ agencyId, group }));
      // A session keeps the agency it was opened with: the agent comes back at once and opens another.
      for (const id of acts.changed) presence.disconnect(id, 'shutting-down');
      return acts;
    },
  );

  app.get(
    '/same-hosts',
    {
      config: { access: 'agent:read' },
      schema: {
        summary: 'Hosts that were set up anew: which new agent seems to be which old one',
        response: { 200: sameHostListSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const found = await listSameHosts(registry, principalOf(request).scope);
      return {
        proposals: found.map(({ enrolledMs, formerLastSeenMs, ...proposal }) => ({
          ...proposal,
          enrolledAt: isoTime(enrolledMs),
          formerLastSeenAt: timeOf(formerLastSeenMs),
        })),
      };
    },
  );

  for (const decision of ['accept', 'reject'] as const) {
    app.post(
      `/same-hosts/${decision}`,
      {
        config: { access: 'agent:write' },
        schema: {
          summary:
            decision === 'accept'
              ? 'The new agents take over the hosts of the old ones, with their history'
              : 'The new agents and the old ones are different hosts',
          body: sameHostBodySchema,
          response: { 200: sameHostDecidedSchema, '4xx': errorSchema },
        },
      },
      async (request) => {
        const { actor, scope } = principalOf(request);
        const decided: string[] = [];
        const refused: { id: string; message: string }[] = [];
        for (const id of new Set(request.body.ids)) {
          try {
            if (decision === 'accept') {
              const { formerId } = await acceptSameHost(registry, id, { actor, scope });
              presence.disconnect(formerId, 'cloned');
            } else await rejectSameHost(registry, id, { actor, scope });
            decided.push(id);
          } catch (error) {
            if (!(error instanceof RefusalError)) throw error;
            refused.push({ id, message: error.message });
          }
        }
        return { decided, refused };
      },
    );
  }
}
