/** One request for each agency out of a selection of alerts: looked at first, then done as a job. */
import { REQUEST_BULK_KIND } from '../../registry/requests/bulk-requests.ts';
import { jobDetailSchema, jobPreviewSchema } from '../contract-jobs.ts';
import { requestBulkBodySchema } from '../contract-requests.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { viewJobDetail } from '../job-view.ts';
import { principalOf, type Principal } from '../principal.ts';
import { toRequestBulk } from '../request-query.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'jobs'>;

const whoOf = ({ actor, scope, agencyId, ...rest }: Principal) => ({
  actor,
  scope,
  agencyId,
  username: rest.kind === 'user' ? rest.username : undefined,
});

export function addRequestBulkRoutes(app: ApiServer, { registry, jobs }: Deps): void {
  app.post(
    '/requests/bulk/preview',
    {
      config: { access: 'request:write' },
      schema: {
        summary: 'Which agencies a bulk request would go to, and which alerts are left and why',
        body: requestBulkBodySchema,
        response: { 200: jobPreviewSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const who = whoOf(principalOf(request));
      return jobs.preview(REQUEST_BULK_KIND, await toRequestBulk(registry, request.body, who), who.scope);
    },
  );
  app.post(
    '/requests/bulk',
    {
      config: { access: 'request:write' },
      schema: {
        summary: 'One request for each agency of the selected alerts, as a job',
        body: requestBulkBodySchema,
        response: { 201: jobDetailSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const who = whoOf(principalOf(request));
      const params = await toRequestBulk(registry, request.body, who);
      const wanted = { params, reason: request.body.reason, agencyId: who.agencyId };
      const job = await jobs.request(REQUEST_BULK_KIND, wanted, who);
      return reply.code(201).send(viewJobDetail(job));
    },
  );
}
