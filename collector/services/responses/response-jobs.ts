/** One command for many hosts as a kind of jobs, and taking back what it cut off. */
import { anyJobKind, type AnyJobKind } from '../jobs/job-runner.ts';
import type { Registry } from '../../registry/database.ts';
import {
  bulkResponseSchema,
  previewRelease,
  previewResponses,
  releaseStep,
  RESPONSE_BULK_KIND,
  RESPONSE_UNDO_KIND,
  responsesStep,
  undoResponsesSchema,
} from '../../registry/responses-bulk/bulk-responses.ts';

const DAY_MS = 86_400_000;
/** No isolation lasts longer. */
const UNDO_DAYS = 7;
const ACCESS = { read: 'response:read', run: 'response:request', approve: 'response:approve' } as const;

export function responseJobs({ db }: Registry, isOnline: (agentId: string) => boolean): AnyJobKind[] {
  return [
    anyJobKind({
      name: RESPONSE_BULK_KIND,
      access: ACCESS,
      params: bulkResponseSchema,
      undo: { kind: RESPONSE_UNDO_KIND, withinMs: UNDO_DAYS * DAY_MS },
      preview: (params, { scope }) => previewResponses(db, params, scope, isOnline),
      step: async (params, context) => (trx) => responsesStep(trx, params, context),
    }),
    anyJobKind({
      name: RESPONSE_UNDO_KIND,
      access: ACCESS,
      params: undoResponsesSchema,
      preview: (params) => previewRelease(db, params),
      step: async (params, context) => (trx) => releaseStep(trx, params, context),
    }),
  ];
}
