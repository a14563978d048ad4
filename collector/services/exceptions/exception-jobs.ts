/**
 * Long work on exceptions as kinds of jobs: looking at what one would have hidden, closing the open alerts that it covers,
 * taking that back, and opening them again at its end. Closing was approved by a second person with the exception itself.
 */
import { z } from 'zod';
import { builtInPipelines } from '../../../rules/pipelines/index.ts';
import { RAISE_ACCESS, raiseJob, type RaisePorts } from './exception-raise.ts';
import { simulateSpan, type SimulatePorts } from './exception-simulate.ts';
import { simulateVulnerabilities } from './simulate-vulnerabilities.ts';
import { ExceptionIndex, type ActingException } from '../../exceptions/exception-index.ts';
import { maintenanceWindowSchema } from '../../exceptions/maintenance.ts';
import { emptyTally, SIMULATION, summarize, tallySchema } from '../../exceptions/simulation.ts';
import { EXCEPTION_KINDS } from '../../exceptions/vocabulary.ts';
import { anyJobKind, type AnyJobKind, type StepContext } from '../jobs/job-runner.ts';
import type { AlertProtector } from '../../registry/alert-protectors.ts';
import { bulkStep } from '../../registry/bulk-step.ts';
import type { RegistryTransaction } from '../../registry/database.ts';
import { endIn, noteCloseJob } from '../../registry/exceptions/exception-ends.ts';
import { readException } from '../../registry/exceptions/exception-book.ts';
import { openAlerts } from '../../registry/exceptions/proven-alerts.ts';
import {
  previewReopen,
  REOPEN_KIND,
  reopenParamsSchema,
  reopenStep,
} from '../../registry/exceptions/reopen-alerts.ts';
import { previewRaiseUndo, RAISE_UNDO_KIND, undoRaiseStep } from '../../registry/exceptions/undo-raise.ts';
import type { StepOutcome } from '../../registry/jobs.ts';
import { previewUndo, undoParamsSchema, undoStep, UNDO_DAYS } from '../../registry/undo-bulk.ts';

export const SIMULATE_KIND = 'exception.simulate';
export const COVER_KIND = 'exception.cover';
export const COVER_UNDO_KIND = 'exception.cover-undo';

const DAY_MS = 86_400_000;
const ALL = { kind: 'all' } as const;
const ACCESS = { read: 'exception:read', run: 'exception:request', approve: 'exception:approve' } as const;
const DECIDES = { ...ACCESS, run: 'exception:approve' } as const;
/** Alerts judged in one step: each may need a hundred events. */
const ALERTS_PER_STEP = 50;

/** An exception or a draft, as far as it can be tried out. */
export const draftSchema = z.strictObject({
  kind: z.enum(EXCEPTION_KINDS),
  condition: z.string().nullable(),
  window: maintenanceWindowSchema.nullable(),
  agencyId: z.int(),
  agentId: z.string().nullable(),
  groupId: z.int().nullable(),
  rules: z.array(z.string()).nullable(),
  categories: z.array(z.string()).nullable(),
});
export type Draft = z.infer<typeof draftSchema>;

const simulateParams = z.strictObject({
  draft: draftSchema,
  exceptionId: z.int().nullable(),
  /** Up to here, and so many days back. */
  untilMs: z.number(),
  days: z.int().min(1).max(SIMULATION.days),
});
export type SimulateParams = z.infer<typeof simulateParams>;

const coverParams = z.strictObject({
  exceptionId: z.int(),
  verdict: z.enum(['benign', 'false-positive']),
  reason: z.string().min(1).max(4_096),
  actor: z.string().max(512),
  /** Alerts that came later are not concerned. */
  askedMs: z.number(),
});
export type CoverParams = z.infer<typeof coverParams>;

export interface ExceptionJobPorts extends Omit<SimulatePorts, 'db' | 'pipelines'>, RaisePorts {
  protectors: readonly AlertProtector[];
}

/** As it acts on detections of whatever time. */
function acting(draft: Draft): ActingException {
  return { ...draft, id: 1, agencyIds: undefined, startsMs: null, expiresMs: Number.POSITIVE_INFINITY };
}

const nothing = (total: number) => ({ total, changes: 0, skipped: {}, sample: [], needsApproval: [] });

export function exceptionJobs(ports: ExceptionJobPorts): AnyJobKind[] {
  const { registry } = ports;
  const { db } = registry;
  return [
    simulateKind({ ...ports, db, pipelines: builtInPipelines() }),
    anyJobKind({
      name: COVER_KIND,
      access: DECIDES,
      params: coverParams,
      undo: { kind: COVER_UNDO_KIND, withinMs: UNDO_DAYS * DAY_MS },
      preview: async () => nothing(0),
      step: (params, context) => coverStep(ports, params, context),
    }),
    anyJobKind({
      name: COVER_UNDO_KIND,
      access: DECIDES,
      params: undoParamsSchema,
      preview: (params) => previewUndo(db, params),
      step: async (params, { job, scope, rowsMax, nowMs }) => {
        const { id: undoJobId, cursor, requestedBy: actor, reason } = job;
        return async (trx) => {
          if (cursor === null) await revokeOf(trx, params.jobId, { actor, reason }, nowMs);
          return undoStep(trx, params, { undoJobId, actor, reason, cursor, scope, rowsMax, nowMs });
        };
      },
    }),
    anyJobKind({
      name: REOPEN_KIND,
      access: DECIDES,
      params: reopenParamsSchema,
      preview: (params) => previewReopen(db, params),
      step: async (params, { job, rowsMax, nowMs }) => {
        const { id: ownJobId, cursor, requestedBy: actor } = job;
        return (trx) => reopenStep(trx, params, { ownJobId, actor, cursor, rowsMax, nowMs });
      },
    }),
    raiseJob(ports),
    anyJobKind({
      name: RAISE_UNDO_KIND,
      access: RAISE_ACCESS,
      params: undoParamsSchema,
      preview: (params, { scope }) => previewRaiseUndo(db, params, { scope, protectors: ports.protectors }),
      step: async (params, { job, scope, rowsMax, nowMs }) => {
        const { id: undoJobId, cursor, requestedBy: actor, reason } = job;
        const { protectors } = ports;
        const context = { undoJobId, actor, reason, cursor, scope, protectors, rowsMax, nowMs };
        return (trx) => undoRaiseStep(trx, params, context);
      },
    }),
  ];
}

const simulateCursor = z.object({ day: z.int(), tally: tallySchema }).nullable();

function simulateKind(ports: SimulatePorts & Pick<ExceptionJobPorts, 'registry'>): AnyJobKind {
  return anyJobKind({
    name: SIMULATE_KIND,
    access: ACCESS,
    params: simulateParams,
    preview: async ({ draft, days }) => nothing(draft.kind === 'vulnerability' ? 1 : days),
    step: async ({ draft, untilMs, days }, { job, scope, nowMs }) => {
      if (draft.kind === 'vulnerability') {
        const sum = emptyTally();
        const where = { scope, agencyId: draft.agencyId, nowMs };
        await simulateVulnerabilities(ports.registry, acting(draft), where, sum);
        return async () => ({ cursor: null, done: 1, changed: 0, isEnd: true, result: summarize(sum) });
      }
      const { day, tally } = simulateCursor.parse(job.cursor) ?? { day: 0, tally: emptyTally() };
      const toMs = untilMs - day * DAY_MS;
      await simulateSpan(ports, acting(draft), { fromMs: toMs - DAY_MS, toMs, scope }, tally);
      const isEnd = day + 1 >= days || tally.truncated;
      return async () => ({
        cursor: { day: day + 1, tally: isEnd ? emptyTally() : tally },
        done: 1,
        changed: 0,
        isEnd,
        // Also before the end: whoever waits sees what there is.
        result: summarize(tally),
      });
    },
  });
}

/** The exception whose alerts a job closed acts no more: what was done with it is taken back with it. */
async function revokeOf(
  trx: RegistryTransaction,
  jobId: string,
  by: { actor: string; reason: string },
  nowMs: number,
): Promise<void> {
  const row = await trx
    .selectFrom('exception')
    .select('id')
    .where('close_job_id', '=', jobId)
    .executeTakeFirst();
  if (row === undefined) return;
  const exception = await readException(trx, row.id, ALL);
  if (exception.state === 'approved') await endIn(trx, exception, { state: 'revoked', ...by }, nowMs);
  await noteCloseJob(trx, row.id, null);
}

const coverCursor = z.object({ after: z.string() }).nullable();

async function coverStep(
  { registry, desk, words, isCorrelation, protectors }: ExceptionJobPorts,
  params: CoverParams,
  { job, scope, nowMs }: StepContext,
): Promise<(trx: RegistryTransaction) => Promise<StepOutcome>> {
  const { exceptionId, verdict, reason, actor, askedMs } = params;
  const after = coverCursor.parse(job.cursor)?.after ?? '';
  const exception = await readException(registry.db, exceptionId, ALL);
  // It may have been taken back meanwhile.
  const isActing = exception.state === 'approved';
  const alerts = !isActing
    ? []
    : await openAlerts(registry.db, {
        ruleIds: exception.kind === 'rule' ? (exception.rules ?? undefined) : undefined,
        scope,
        untilMs: askedMs,
        after,
        limit: ALERTS_PER_STEP,
      });
  const one = { ...acting(exception), startsMs: exception.startsMs };
  const index = new ExceptionIndex([one], words, builtInPipelines());
  const [correlations, detections] = [true, false].map((wanted) =>
    alerts.flatMap((alert) => alert.detections).filter(({ rule }) => isCorrelation(rule.ruleId) === wanted),
  );
  const taken = await desk.take(index, detections ?? [], correlations ?? []);
  const covered = alerts.filter(
    (alert) => alert.detections.length > 0 && alert.detections.every(({ id }) => taken.has(id)),
  );
  const ids = covered.map(({ id }) => id);
  return async (trx) => {
    if (job.cursor === null) await noteCloseJob(trx, exceptionId, job.id);
    const outcome = {
      cursor: { after: alerts.at(-1)?.id ?? after },
      done: alerts.length,
      changed: 0,
      skipped: {} as Record<string, number>,
      isEnd: alerts.length < ALERTS_PER_STEP,
    };
    if (ids.length === 0) return outcome;
    const act = { state: 'closed' as const, verdict };
    const bulk = { filter: {}, ids, act, reason, actor, askedMs };
    // First those that were found, then what is folded into them.
    let cursor: unknown = null;
    for (let isEnd = false; !isEnd;) {
      const context = {
        jobId: job.id,
        cursor,
        scope,
        rowsMax: ids.length + 1,
        nowMs,
        protectors,
        approved: true,
      };
      const step = await bulkStep(trx, bulk, context);
      outcome.changed += step.changed;
      for (const [why, count] of Object.entries(step.skipped ?? {}))
        outcome.skipped[why] = (outcome.skipped[why] ?? 0) + count;
      ({ cursor, isEnd } = step);
    }
    return outcome;
  };
}
