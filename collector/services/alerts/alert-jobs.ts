/** Bulk acts on alerts as kinds of jobs. */
import { anyJobKind, type AnyJobKind } from '../jobs/job-runner.ts';
import type { AlertProtector } from '../../registry/alert-protectors.ts';
import { BULK_KIND, bulkParamsSchema, previewBulk } from '../../registry/bulk-alerts.ts';
import { bulkStep } from '../../registry/bulk-step.ts';
import type { Registry } from '../../registry/database.ts';
import { previewUndo, UNDO_DAYS, UNDO_KIND, undoParamsSchema, undoStep } from '../../registry/undo-bulk.ts';

const DAY_MS = 86_400_000;
const ACCESS = { read: 'alert:read', run: 'alert:bulk', approve: 'alert:bulk' } as const;

/** @param protectors which alerts are left alone */
export function alertJobs({ db }: Registry, protectors: readonly AlertProtector[]): AnyJobKind[] {
  return [
    anyJobKind({
      name: BULK_KIND,
      access: ACCESS,
      params: bulkParamsSchema,
      undo: { kind: UNDO_KIND, withinMs: UNDO_DAYS * DAY_MS },
      preview: (params, { scope }) => previewBulk(db, params, scope, protectors),
      step: async (params, { job, scope, rowsMax, nowMs }) => {
        const { id: jobId, cursor } = job;
        const context = {
          jobId,
          cursor,
          scope,
          rowsMax,
          nowMs,
          protectors,
          approved: job.decidedBy !== null,
        };
        return (trx) => bulkStep(trx, params, context);
      },
    }),
    anyJobKind({
      name: UNDO_KIND,
      access: ACCESS,
      params: undoParamsSchema,
      preview: (params) => previewUndo(db, params),
      step: async (params, { job, scope, rowsMax, nowMs }) => {
        const { id: undoJobId, cursor, requestedBy: actor, reason } = job;
        const context = { undoJobId, actor, reason, cursor, scope, rowsMax, nowMs };
        return (trx) => undoStep(trx, params, context);
      },
    }),
  ];
}
