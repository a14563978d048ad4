/** Long work on cases as kinds of jobs: alerts put into a case by a query, taken out again, and a case's alerts closed with it. */
import { z } from 'zod';
import { anyJobKind, type AnyJobKind } from '../jobs/job-runner.ts';
import type { AgencyScope } from '../../registry/agencies.ts';
import { filterSchema } from '../../registry/bulk-alerts.ts';
import { bulkParamsSchema, previewBulk } from '../../registry/bulk-alerts.ts';
import { bulkStep } from '../../registry/bulk-step.ts';
import { whereAlerts } from '../../registry/alert-filter.ts';
import { addAlertsStep, removeAlertsOfJob } from '../../registry/cases/case-alerts.ts';
import { requireCase } from '../../registry/cases/find-case.ts';
import type { Registry, RegistryDb } from '../../registry/database.ts';
import type { JobPreview } from '../../registry/jobs.ts';
import { UNDO_DAYS, UNDO_KIND, undoParamsSchema } from '../../registry/undo-bulk.ts';

export const ADD_ALERTS_KIND = 'case.add-alerts';
export const REMOVE_ALERTS_KIND = 'case.remove-alerts';
export const CLOSE_ALERTS_KIND = 'case.close-alerts';
const DAY_MS = 86_400_000;
const ACCESS = { read: 'case:read', run: 'case:write', approve: 'case:write' } as const;

export const addAlertsParamsSchema = z.strictObject({
  caseId: z.string().min(1).max(64),
  filter: filterSchema,
  actor: z.string().max(512),
  /** When it was asked for: what came later is not concerned. */
  askedMs: z.number(),
});
export type AddAlertsParams = z.infer<typeof addAlertsParamsSchema>;

function matching(db: RegistryDb, { filter, askedMs }: AddAlertsParams, scope: AgencyScope) {
  return db
    .selectFrom('alert')
    .where((eb) => whereAlerts(eb, { ...filter, createdUntilMs: askedMs }, scope, 'id'));
}

async function previewAdd(db: RegistryDb, params: AddAlertsParams, scope: AgencyScope): Promise<JobPreview> {
  const row = await requireCase(db, params.caseId, { actor: params.actor, scope }, 'part');
  const { total } = await matching(db, params, scope)
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  const taken = await matching(db, params, scope)
    .innerJoin('case_alert', 'case_alert.alert_id', 'alert.id')
    .select((eb) => ['case_alert.case_id as caseId', eb.fn.countAll<number>().as('count')])
    .groupBy('case_alert.case_id')
    .execute();
  const skipped: Record<string, number> = {};
  let there = 0;
  for (const { caseId, count } of taken) {
    const why = caseId === row.id ? 'unchanged' : 'case';
    skipped[why] = (skipped[why] ?? 0) + count;
    there += count;
  }
  return { total, changes: total - there, skipped, sample: [], needsApproval: [] };
}

const cursorSchema = z.object({ after: z.string() }).nullable();

/** Told of cases that changed, after that is durable. */
type OnCases = (ids: readonly string[]) => void;

function addKind({ db }: Registry, onCases: OnCases): AnyJobKind {
  return anyJobKind({
    name: ADD_ALERTS_KIND,
    access: ACCESS,
    params: addAlertsParamsSchema,
    undo: { kind: REMOVE_ALERTS_KIND, withinMs: UNDO_DAYS * DAY_MS },
    preview: (params, { scope }) => previewAdd(db, params, scope),
    step: async (params, { job, scope, rowsMax, nowMs }) => {
      const after = cursorSchema.parse(job.cursor)?.after ?? '';
      return async (trx) => {
        const rows = await matching(trx, params, scope)
          .select('alert.id')
          .where('alert.id', '>', after)
          .orderBy('alert.id')
          .limit(rowsMax)
          .execute();
        const ids = rows.map(({ id }) => id);
        const act = { actor: params.actor, scope, nowMs, jobId: job.id };
        const progress = {
          cursor: { after: ids.at(-1) ?? after },
          done: ids.length,
          isEnd: ids.length < rowsMax,
        };
        if (ids.length === 0) return { ...progress, changed: 0 };
        const { caseId, ...outcome } = await addAlertsStep(trx, params.caseId, ids, act);
        const onDurable = outcome.changed === 0 ? undefined : () => onCases([caseId]);
        return { ...progress, ...outcome, onDurable };
      };
    },
  });
}

function removeKind({ db }: Registry, onCases: OnCases): AnyJobKind {
  return anyJobKind({
    name: REMOVE_ALERTS_KIND,
    access: ACCESS,
    params: undoParamsSchema,
    preview: async ({ jobId }) => {
      const { total } = await db
        .selectFrom('case_alert')
        .select((eb) => eb.fn.countAll<number>().as('total'))
        .where('job_id', '=', jobId)
        .executeTakeFirstOrThrow();
      return { total, changes: total, skipped: {}, sample: [], needsApproval: [] };
    },
    step: async ({ jobId }, { job, rowsMax, nowMs }) => {
      const act = { actor: job.requestedBy, nowMs, undoJobId: job.id };
      return async (trx) => {
        const { removed, caseIds } = await removeAlertsOfJob(trx, jobId, rowsMax, act);
        const onDurable = caseIds.length === 0 ? undefined : () => onCases(caseIds);
        return { cursor: null, done: removed, changed: removed, isEnd: removed < rowsMax, onDurable };
      };
    },
  });
}

/** Closing a case's alerts is a bulk act that its own protection does not stop; it is undone as any bulk act is. */
function closeKind({ db }: Registry): AnyJobKind {
  return anyJobKind({
    name: CLOSE_ALERTS_KIND,
    access: { read: 'case:read', run: 'alert:bulk', approve: 'alert:bulk' },
    params: bulkParamsSchema,
    undo: { kind: UNDO_KIND, withinMs: UNDO_DAYS * DAY_MS },
    preview: (params, { scope }) => previewBulk(db, params, scope, []),
    step: async (params, { job, scope, rowsMax, nowMs }) => {
      const { id: jobId, cursor } = job;
      const context = {
        jobId,
        cursor,
        scope,
        rowsMax,
        nowMs,
        protectors: [],
        approved: job.decidedBy !== null,
      };
      return (trx) => bulkStep(trx, params, context);
    },
  });
}

export function caseJobs(registry: Registry, onCases: OnCases): AnyJobKind[] {
  return [addKind(registry, onCases), removeKind(registry, onCases), closeKind(registry)];
}
