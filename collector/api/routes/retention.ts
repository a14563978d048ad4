/** Retention: how long events are kept, what was deleted, the proofs, and a run now. */
import { inScope } from '../../registry/agencies.ts';
import { setRetentionMonths } from '../../registry/retention-facts.ts';
import { setAgencyBudget } from '../../registry/room-book.ts';
import { errorSchema } from '../contract.ts';
import {
  budgetBodySchema,
  deletionPageSchema,
  deletionQuerySchema,
  monthsBodySchema,
  proofListSchema,
  proofQuerySchema,
  retentionSchema,
  runBodySchema,
  runStateSchema,
} from '../contract-retention.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { type Principal, principalOf } from '../principal.ts';
import { deletionPage, proofViews, retentionView, runStateView } from '../retention-view.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'retention' | 'disk'>;

/** What concerns the whole province is not for someone who sees a part of it. @throws ApiError forbidden */
function ofEverything(principal: Principal): Principal {
  if (principal.scope.kind === 'all') return principal;
  throw new ApiError('forbidden');
}

export function addRetentionRoutes(app: ApiServer, deps: Deps): void {
  addReading(app, deps);
  addChanges(app, deps);
}

function addReading(app: ApiServer, { registry, retention, disk }: Deps): void {
  app.get(
    '/retention',
    {
      config: { access: 'retention:read' },
      schema: {
        summary: 'How long events are kept, the last runs, what agencies store, the room on the disk',
        response: { 200: retentionSchema, '4xx': errorSchema },
      },
    },
    async (request) => retentionView(registry, principalOf(request).scope, disk),
  );

  app.get(
    '/retention/proofs',
    {
      config: { access: 'retention:read' },
      schema: {
        summary: 'Of each system the oldest events kept, what the law requires, and whether that is met',
        querystring: proofQuerySchema,
        response: { 200: proofListSchema, '4xx': errorSchema },
      },
    },
    async (request) => ({
      proofs: await proofViews(registry, { ...request.query, scope: principalOf(request).scope }),
    }),
  );

  app.get(
    '/retention/deletions',
    {
      config: { access: 'retention:read' },
      schema: {
        summary: 'What was deleted, the newest first',
        querystring: deletionQuerySchema,
        response: { 200: deletionPageSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      ofEverything(principalOf(request));
      return deletionPage(registry, request.query);
    },
  );

  app.get(
    '/retention/runs/current',
    {
      config: { access: 'retention:read' },
      schema: {
        summary: 'The run under way, and how the last one ended',
        response: { 200: runStateSchema, '4xx': errorSchema },
      },
    },
    async () => runStateView(retention),
  );
}

function addChanges(app: ApiServer, { registry, retention, disk }: Deps): void {
  app.post(
    '/retention/runs',
    {
      config: { access: 'retention:write', stepUp: 'session' },
      schema: {
        summary: 'Begin a run now; with dryRun it only says what would go',
        body: runBodySchema,
        response: { 202: runStateSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor } = ofEverything(principalOf(request));
      const { dryRun, trustClock } = request.body;
      retention.begin({ dryRun, isClockTrusted: trustClock, actor });
      return reply.code(202).send(runStateView(retention));
    },
  );

  app.put(
    '/retention/months',
    {
      config: { access: 'retention:write', stepUp: 'session' },
      schema: {
        summary: 'Keep a level longer than the law asks; never shorter',
        body: monthsBodySchema,
        response: { 200: retentionSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { actor, scope } = ofEverything(principalOf(request));
      await setRetentionMonths(registry, request.body.basis, request.body.months, actor);
      return retentionView(registry, scope, disk);
    },
  );

  app.put(
    '/retention/budgets',
    {
      config: { access: 'retention:write' },
      schema: {
        summary: 'What an agency may store a day before it is told; nothing is deleted for it',
        body: budgetBodySchema,
        response: { 200: retentionSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { actor, scope } = principalOf(request);
      if (!inScope(scope, request.body.agencyId)) throw new ApiError('not-found', { field: 'agencyId' });
      await setAgencyBudget(registry, request.body, actor);
      return retentionView(registry, scope, disk);
    },
  );
}
