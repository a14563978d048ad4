/** One command for many hosts: looked at first, then done as a job; commands of it are listed by the job. */
import type { z } from 'zod';
import { inScope, scopeOfAgency } from '../../registry/agencies.ts';
import { RESPONSE_BULK_KIND, type BulkResponse } from '../../registry/responses-bulk/bulk-responses.ts';
import { jobDetailSchema, jobPreviewSchema } from '../contract-jobs.ts';
import { bulkResponseBodySchema } from '../contract-response.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { viewJobDetail } from '../job-view.ts';
import { principalOf, type Principal } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'jobs'>;

/** @throws ApiError bad-request without a condition, not-found for an agency outside the scope, forbidden for tokens */
async function paramsOf(
  { registry }: Deps,
  body: z.infer<typeof bulkResponseBodySchema>,
  principal: Principal,
): Promise<BulkResponse> {
  const { reason: _reason, agencyId, ...rest } = body;
  if (principal.kind !== 'user')
    throw new ApiError('forbidden', { message: 'only a person who is signed in does this, no token' });
  const { agentIds, group, tag, ruleId } = rest;
  if ([agentIds, group, tag, ruleId, agencyId].every((one) => one === undefined))
    throw new ApiError('bad-request', { field: 'agentIds', message: 'say which hosts' });
  if (agencyId !== undefined && !inScope(principal.scope, agencyId))
    throw new ApiError('not-found', { field: 'agencyId' });
  const below = agencyId === undefined ? undefined : await scopeOfAgency(registry.db, agencyId);
  return {
    ...rest,
    agencyIds: below?.kind === 'some' ? [...below.agencyIds] : undefined,
    actor: principal.actor,
  };
}

export function addResponseBulkRoutes(app: ApiServer, deps: Deps): void {
  app.post(
    '/responses/bulk/preview',
    {
      config: { access: 'response:request' },
      schema: {
        summary: 'Which hosts a command would go to, which are away, and which are left out and why',
        body: bulkResponseBodySchema,
        response: { 200: jobPreviewSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const params = await paramsOf(deps, request.body, principal);
      return deps.jobs.preview(RESPONSE_BULK_KIND, params, principal.scope);
    },
  );
  app.post(
    '/responses/bulk',
    {
      config: { access: 'response:request' },
      schema: {
        summary: 'One command for many hosts, as a job; what takes something away waits for a second person',
        body: bulkResponseBodySchema,
        response: { 201: jobDetailSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { actor, scope, agencyId } = principal;
      const params = await paramsOf(deps, request.body, principal);
      const wanted = { params, reason: request.body.reason, agencyId };
      const job = await deps.jobs.request(RESPONSE_BULK_KIND, wanted, { actor, scope });
      return reply.code(201).send(viewJobDetail(job));
    },
  );
}
