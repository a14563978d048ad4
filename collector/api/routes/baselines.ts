/** Baselines of watched files: how each host's stands, who approved it, and approving it at the digest that one saw. */
import { z } from 'zod';
import { inScope } from '../../registry/agencies.ts';
import { readAgent } from '../../registry/agents.ts';
import {
  approveBaseline,
  listBaselineApprovals,
  readBaselineHosts,
  withdrawBaselineApproval,
  type BaselineApproval,
} from '../../registry/baseline-approvals.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { baselineStanding, baselineState } from '../../services/fleet/baseline-standing.ts';
import {
  baselineApprovalBodySchema,
  baselineApprovalListSchema,
  baselineApprovalSchema,
  baselineListSchema,
  type BaselineApprovalView,
} from '../contract-baselines.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { personOf, principalOf } from '../principal.ts';
import { Turns } from '../turns.ts';

const DAY_MS = 86_400_000;
const params = z.strictObject({ id: z.string().min(1).max(64) });
const partParams = params.extend({ partId: z.string().min(1).max(64) });
const TURNS = { runningMax: 3, runningPerKeyMax: 2, waitingPerKeyMax: 64 } as const;
/** A host that told nothing for so long says little of today. */
const REACH_MS = 31 * DAY_MS;
/** Clocks of hosts may be ahead. */
const AHEAD_MS = DAY_MS;
/** An approval that is older says nothing any more. */
const APPROVAL_MS_MAX = 366 * DAY_MS;

function viewOf(approval: BaselineApproval): BaselineApprovalView {
  const { agentId: _, toldMs, approvedMs, withdrawnMs, ...rest } = approval;
  return {
    ...rest,
    toldAt: isoTime(toldMs),
    approvedAt: isoTime(approvedMs),
    withdrawnAt: withdrawnMs === null ? null : isoTime(withdrawnMs),
  };
}

export function addBaselineRoutes(app: ApiServer, deps: ApiDependencies): void {
  const { registry, store } = deps;
  const turns = new Turns(TURNS, deps.engineTurns);

  app.get(
    '/integrity/baselines',
    {
      config: { access: 'event:read' },
      schema: {
        summary: 'How the baseline of each host’s watched files stands, and which of them people approved',
        response: { 200: baselineListSchema, '4xx': errorSchema, '5xx': errorSchema },
      },
    },
    async (request) => {
      const { scope, actor } = principalOf(request);
      const hosts = await readBaselineHosts(registry.db, scope);
      const atMs = deps.now() + AHEAD_MS;
      const knownFromMs = atMs - APPROVAL_MS_MAX;
      const since = hosts.map(({ approval }) => approval?.toldMs ?? atMs);
      const fromMs = Math.max(
        knownFromMs,
        since.reduce((a, b) => Math.min(a, b), atMs - REACH_MS),
      );
      const asked = { agentIds: hosts.map(({ id }) => id), atMs, fromMs };
      const found = hosts.length === 0 ? [] : await turns.run(actor, () => store.fleet.baselines(asked));
      const toldBy = new Map(found.map((told) => [told.agentId, told]));
      return {
        baselines: hosts.flatMap(({ id, hostname, approval }) => {
          const told = toldBy.get(id);
          if (told === undefined) return [];
          const digest = told.digest === '' ? null : told.digest;
          return {
            agentId: id,
            hostname,
            state: baselineState(told),
            digest,
            paths: digest === null ? null : told.paths,
            toldAt: isoTime(told.toldMs),
            standing: baselineStanding(told, approval, knownFromMs),
            approval: approval === undefined ? null : viewOf(approval),
          };
        }),
      };
    },
  );

  app.get(
    '/agents/:id/baseline-approvals',
    {
      config: { access: 'event:read' },
      schema: {
        summary: 'Approvals of the baseline of a host, also those that were withdrawn',
        params,
        response: { 200: baselineApprovalListSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { scope } = principalOf(request);
      const found = await listBaselineApprovals(registry.db, request.params.id, scope);
      return { approvals: found.map(viewOf) };
    },
  );

  app.post(
    '/agents/:id/baseline-approvals',
    {
      config: { access: 'agent:write' },
      schema: {
        summary:
          'Approve the baseline of a host at the digest that one saw; refused when it told another since',
        params,
        body: baselineApprovalBodySchema,
        response: { 201: baselineApprovalSchema, '4xx': errorSchema, '5xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { scope, actor } = personOf(request);
      const agent = await readAgent(registry, request.params.id);
      if (agent === undefined || !inScope(scope, agent.agencyId))
        throw new ApiError('not-found', { message: 'there is no such agent' });
      const atMs = deps.now() + AHEAD_MS;
      const asked = { agentIds: [agent.id], atMs, fromMs: atMs - REACH_MS };
      const [told] = await turns.run(actor, () => store.fleet.baselines(asked));
      const { digest, note = '' } = request.body;
      const approval = await approveBaseline(
        registry,
        { agentId: agent.id, digest, note },
        told === undefined ? undefined : { ...told, isTampered: baselineState(told) === 'tampered' },
        { actor, scope },
      );
      return reply.code(201).send(viewOf(approval));
    },
  );

  app.delete(
    '/agents/:id/baseline-approvals/:partId',
    {
      config: { access: 'agent:write' },
      schema: {
        summary: 'Withdraw an approval of a baseline; the one before it stands again',
        params: partParams,
        response: { 204: z.null(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { scope, actor } = personOf(request);
      const { id, partId } = request.params;
      await withdrawBaselineApproval(registry, { agentId: id, id: partId }, { actor, scope });
      return reply.code(204).send(null);
    },
  );
}
