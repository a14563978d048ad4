/** One state for as many rules as a query finds: looked at first, then done as a job that can be taken back. */
import { BULK_RULES, RULE_BULK_KIND, type BulkStates } from '../../registry/rules/bulk-states.ts';
import { requireHouse } from '../../registry/rules/rule-acts.ts';
import { jobDetailSchema, jobPreviewSchema } from '../contract-jobs.ts';
import { ruleBulkSchema, type RuleBulk } from '../contract-rules.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { mustBeFresh } from '../guard.ts';
import { viewJobDetail } from '../job-view.ts';
import { principalOf, type Principal } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'jobs'>;

/** @throws ApiError bad-request; RefusalError rule-not-yours */
function paramsOf({ registry }: Deps, body: RuleBulk, principal: Principal): BulkStates {
  requireHouse(principal);
  const { filter, ids, state, why } = body;
  if ((filter === undefined) === (ids === undefined))
    throw new ApiError('bad-request', { field: 'filter', message: 'give either a filter or ids' });
  return { filter: filter ?? {}, ids, state, why, actor: principal.actor, askedMs: registry.now() };
}

export function addRuleBulkRoutes(app: ApiServer, deps: Deps): void {
  app.post(
    '/rules/bulk/preview',
    {
      config: { access: 'rule:write' },
      schema: {
        summary: 'Which rules would change, which are left and why, whether it takes a second person',
        body: ruleBulkSchema,
        response: { 200: jobPreviewSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      return deps.jobs.preview(RULE_BULK_KIND, paramsOf(deps, request.body, principal), principal.scope);
    },
  );

  app.post(
    '/rules/bulk',
    {
      config: { access: 'rule:write' },
      schema: {
        summary:
          'Draft, test, on, off or retired for all rules that the filter finds: a job, undone within 30 days',
        body: ruleBulkSchema,
        response: { 201: jobDetailSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { actor, scope, agencyId } = principal;
      const params = paramsOf(deps, request.body, principal);
      // Many at once: whoever holds a console that was left open is asked who they are.
      const { changes } = await deps.jobs.preview(RULE_BULK_KIND, params, scope);
      if (changes > BULK_RULES.withoutSecondMax) mustBeFresh(principal, deps.registry.now());
      const job = await deps.jobs.request(
        RULE_BULK_KIND,
        { params, reason: params.why, agencyId },
        { actor, scope },
      );
      return reply.code(201).send(viewJobDetail(job));
    },
  );
}
