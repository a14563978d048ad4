/** One act on as many alerts as a query finds: looked at first, then done as a job. */
import { BULK, BULK_KIND, type BulkParams } from '../../registry/bulk-alerts.ts';
import { toAlertFilter } from '../alert-query.ts';
import { alertBulkSchema, jobDetailSchema, jobPreviewSchema, type AlertBulk } from '../contract-jobs.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { mustBeFresh } from '../guard.ts';
import { viewJobDetail } from '../job-view.ts';
import { principalOf, type Principal } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'jobs'>;

async function paramsOf({ registry }: Deps, body: AlertBulk, principal: Principal): Promise<BulkParams> {
  const { filter, ids, act, reason } = body;
  if ((filter === undefined) === (ids === undefined)) {
    throw new ApiError('bad-request', { field: 'filter', message: 'give either a filter or ids' });
  }
  if (Object.values(act).every((value) => value === undefined)) {
    throw new ApiError('bad-request', { field: 'act', message: 'say what is to be changed' });
  }
  const username = principal.kind === 'user' ? principal.username : undefined;
  return {
    filter: await toAlertFilter(registry, filter ?? {}, { scope: principal.scope, username }),
    ids,
    act,
    reason,
    actor: principal.actor,
    askedMs: registry.now(),
  };
}

export function addAlertBulkRoutes(app: ApiServer, deps: Deps): void {
  app.post(
    '/alerts/bulk/preview',
    {
      config: { access: 'alert:bulk' },
      schema: {
        summary:
          'What a bulk act would do: how many, which are left and why, whether it takes a second person',
        body: alertBulkSchema,
        response: { 200: jobPreviewSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      return deps.jobs.preview(BULK_KIND, await paramsOf(deps, request.body, principal), principal.scope);
    },
  );

  app.post(
    '/alerts/bulk',
    {
      config: { access: 'alert:bulk' },
      schema: {
        summary: 'Change as many alerts as the filter finds, as a job that can be undone for 30 days',
        body: alertBulkSchema,
        response: { 201: jobDetailSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { actor, scope, agencyId } = principal;
      const params = await paramsOf(deps, request.body, principal);
      // Many at once: whoever holds a console that was left open is asked who they are.
      const { changes } = await deps.jobs.preview(BULK_KIND, params, scope);
      if (changes > BULK.withoutSecondMax) mustBeFresh(principal, deps.registry.now());
      const wanted = { params, reason: request.body.reason, agencyId };
      const job = await deps.jobs.request(BULK_KIND, wanted, { actor, scope });
      return reply.code(201).send(viewJobDetail(job));
    },
  );
}
