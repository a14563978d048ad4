/** Postures: how a host stands against its policies at a moment, and how hosts stand check by check. */
import { z } from 'zod';
import { builtInPolicies } from '../../../rules/posture/index.ts';
import { inScope } from '../../registry/agencies.ts';
import { readAgent } from '../../registry/agents.ts';
import { errorSchema } from '../contract.ts';
import {
  postureChecksQuerySchema,
  postureChecksSchema,
  postureHostsQuerySchema,
  postureHostsSchema,
  posturePoliciesSchema,
  postureQuerySchema,
  postureSchema,
} from '../contract-posture.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { countHostPostures, showPosture, summarizePosture } from '../posture-view.ts';
import { principalOf } from '../principal.ts';
import { Turns } from '../turns.ts';

const params = z.strictObject({ id: z.string().min(1).max(64) });
const TURNS = { runningMax: 3, runningPerKeyMax: 2, waitingPerKeyMax: 8 } as const;

export function addPostureRoutes(app: ApiServer, deps: ApiDependencies): void {
  const turns = new Turns(TURNS, deps.engineTurns);
  const ports = { registry: deps.registry, posture: deps.store.posture };
  const momentOf = (text: string | undefined): number => (text === undefined ? deps.now() : Date.parse(text));

  app.get(
    '/agents/:id/posture',
    {
      config: { access: 'event:read' },
      schema: {
        summary:
          'How a host stands against its configuration policies at a moment, with evidence and reasons',
        params,
        querystring: postureQuerySchema,
        response: { 200: postureSchema, '4xx': errorSchema, '5xx': errorSchema },
      },
    },
    async (request) => {
      const { scope, actor } = principalOf(request);
      const agent = await readAgent(deps.registry, request.params.id);
      if (agent === undefined || !inScope(scope, agent.agencyId))
        throw new ApiError('not-found', { message: 'there is no such agent' });
      const { at, ...asked } = request.query;
      return turns.run(actor, () => showPosture(ports, agent, { ...asked, atMs: momentOf(at) }));
    },
  );

  app.get(
    '/posture/checks',
    {
      config: { access: 'event:read' },
      schema: {
        summary: 'How many hosts pass and fail each check, by policy and control',
        querystring: postureChecksQuerySchema,
        response: { 200: postureChecksSchema, '4xx': errorSchema, '5xx': errorSchema },
      },
    },
    async (request) => {
      const { scope, actor } = principalOf(request);
      const { at, ...asked } = request.query;
      return turns.run(actor, () => summarizePosture(ports, { ...asked, scope, atMs: momentOf(at) }));
    },
  );

  app.get(
    '/posture/hosts',
    {
      config: { access: 'event:read' },
      schema: {
        summary: 'How many checks each host passes and fails',
        querystring: postureHostsQuerySchema,
        response: { 200: postureHostsSchema, '4xx': errorSchema, '5xx': errorSchema },
      },
    },
    async (request) => {
      const { scope, actor } = principalOf(request);
      const { at, ...asked } = request.query;
      return turns.run(actor, () => countHostPostures(ports, { ...asked, scope, atMs: momentOf(at) }));
    },
  );

  app.get(
    '/posture/policies',
    {
      config: { access: 'event:read' },
      schema: {
        summary:
          'What the checks of the policies that come with the product mean, and how to mend what fails',
        response: { 200: posturePoliciesSchema, '4xx': errorSchema },
      },
    },
    () => ({
      policies: builtInPolicies().policies.map(({ policy, version, title, checks }) => ({
        policy,
        version,
        title,
        checks: checks.map((check) => ({
          check: check.id,
          title: check.title,
          why: check.rationale,
          mend: check.remediation,
        })),
      })),
    }),
  );
}
