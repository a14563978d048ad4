/**
 * Releases of the agent and how they are let out. A rollout is for all agencies, so only who administers all of them may act; one person
 * plans, another starts, and whoever may plan may hold it back at once. Of hosts a caller sees those of its part of the tree.
 */
import { actOnRollout, planRollout } from '../../registry/updates/rollouts.ts';
import { withdrawWithPayloads } from '../../services/fleet/withdraw-release.ts';
import {
  planRolloutSchema,
  releaseListSchema,
  releaseParamsSchema,
  releaseSchema,
  rolloutActSchema,
  rolloutParamsSchema,
  updateRolloutListSchema,
  updateRolloutSchema,
  updateStatusListSchema,
} from '../contract-updates.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { personOf, type Principal, principalOf } from '../principal.ts';
import {
  viewRelease,
  viewReleases,
  viewUpdateRollout,
  viewUpdateRollouts,
  viewUpdateStatus,
} from '../update-view.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'payloads'>;

/** @throws ApiError forbidden */
function mustSeeAll<P extends Principal>(principal: P): P {
  if (principal.scope.kind !== 'all') throw new ApiError('forbidden');
  return principal;
}

const ACTS = [
  ['start', 'Let the release out to the first ring: another person than who planned it'],
  ['pause', 'Nobody else gets the release until it is resumed'],
  ['resume', 'Go on after a pause or a halt'],
  ['halt', 'Nobody else gets the release: something is wrong with it'],
  ['end', 'The rollout is over, or is not to begin'],
] as const;

export function addUpdateRoutes(app: ApiServer, deps: Deps): void {
  addReading(app, deps);
  addPlanning(app, deps);
  for (const [act, summary] of ACTS) addAct(app, deps, act, summary);
}

function addReading(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/releases',
    {
      config: { access: 'policy:read' },
      schema: {
        summary: 'Releases that are kept, and whose keys make one',
        response: { 200: releaseListSchema, '4xx': errorSchema },
      },
    },
    async () => viewReleases(registry),
  );
  app.get(
    '/update-rollouts',
    {
      config: { access: 'policy:read' },
      schema: {
        summary: 'How releases are and were let out, and how each ring stands',
        response: { 200: updateRolloutListSchema, '4xx': errorSchema },
      },
    },
    async () => viewUpdateRollouts(registry),
  );
  app.get(
    '/update-status',
    {
      config: { access: 'policy:read' },
      schema: {
        summary: 'Which version each host runs, and what became of the release it was offered',
        response: { 200: updateStatusListSchema, '4xx': errorSchema },
      },
    },
    async (request) => ({ agents: await viewUpdateStatus(registry, principalOf(request).scope) }),
  );
}

function addPlanning(app: ApiServer, { registry, payloads }: Deps): void {
  app.post(
    '/releases/:version/withdraw',
    {
      config: { access: 'policy:write' },
      schema: {
        summary: 'Do not offer a release any more, and remove its files; hosts that run it keep it',
        params: releaseParamsSchema,
        response: { 200: releaseSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { actor } = mustSeeAll(principalOf(request));
      const { version } = request.params;
      return viewRelease(registry, await withdrawWithPayloads(registry, payloads, version, actor));
    },
  );
  app.post(
    '/update-rollouts',
    {
      config: { access: 'policy:write' },
      schema: {
        summary: 'Plan how a release is let out, ring by ring; it waits for a second person',
        body: planRolloutSchema,
        response: { 201: updateRolloutSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor } = mustSeeAll(personOf(request));
      return reply.code(201).send(viewUpdateRollout(await planRollout(registry, request.body, actor)));
    },
  );
}

function addAct(app: ApiServer, { registry }: Deps, act: (typeof ACTS)[number][0], summary: string): void {
  const letsOut = act === 'start' || act === 'resume';
  app.post(
    `/update-rollouts/:id/${act}`,
    {
      config: { access: 'policy:write', ...(letsOut ? { stepUp: 'person' as const } : {}) },
      schema: {
        summary,
        params: rolloutParamsSchema,
        body: rolloutActSchema,
        response: { 200: updateRolloutSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { actor } = mustSeeAll(letsOut ? personOf(request) : principalOf(request));
      const { reason } = request.body;
      return viewUpdateRollout(await actOnRollout(registry, request.params.id, { act, reason }, actor));
    },
  );
}
