/** Requests in bulk as a kind of jobs. */
import { anyJobKind, type AnyJobKind } from '../jobs/job-runner.ts';
import type { Registry } from '../../registry/database.ts';
import {
  previewRequests,
  REQUEST_BULK_KIND,
  requestBulkSchema,
  requestsStep,
} from '../../registry/requests/bulk-requests.ts';
import type { RequestTemplate } from '../../request/request-template.ts';

const ACCESS = { read: 'request:read', run: 'request:write', approve: 'request:write' } as const;

export function requestJobs({ db }: Registry, templates: readonly RequestTemplate[]): AnyJobKind[] {
  return [
    anyJobKind({
      name: REQUEST_BULK_KIND,
      access: ACCESS,
      params: requestBulkSchema,
      preview: (params, { scope }) => previewRequests(db, params, scope),
      step: async (params, { job, scope, nowMs }) => {
        const context = { jobId: job.id, cursor: job.cursor, scope, templates, nowMs };
        return (trx) => requestsStep(trx, params, context);
      },
    }),
  ];
}
