/** Alerts and jobs from the command line: the same filters and acts as the API's, over all agencies. */
import { z } from 'zod';
import { toAlertFilter } from '../../api/alert-query.ts';
import {
  alertDetailSchema,
  alertFilterSchema,
  alertPageSchema,
  alertPatchSchema,
  alertQuerySchema,
} from '../../api/contract-alerts.ts';
import {
  alertBulkSchema,
  jobDetailSchema,
  jobListSchema,
  jobPreviewSchema,
} from '../../api/contract-jobs.ts';
import { viewJob, viewJobDetail } from '../../api/job-view.ts';
import { rootAgencyId } from '../../registry/agencies.ts';
import { changeAlert } from '../../registry/alert-acts.ts';
import { pageAlerts, readAlert } from '../../registry/alert-book.ts';
import { BULK_KIND, type BulkParams } from '../../registry/bulk-alerts.ts';
import type { Registry } from '../../registry/database.ts';
import { cancelJob, decideJob } from '../../registry/job-acts.ts';
import { findJob, listJobs } from '../../registry/jobs.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { JOB_STATES } from '../../registry/tables/job.ts';
import { defineOperation, liveOf } from './operation.ts';
import { requestJob } from './request-job.ts';
import { personOf, personSchema } from './response.ts';

const EVERYWHERE = { kind: 'all' } as const;
const NOBODY = { scope: EVERYWHERE, username: undefined };
const idSchema = z.string().min(1).max(64);
/** Words as the API takes them in an address. */
const wordsSchema = z.record(z.string().max(32), z.union([z.string().max(512), z.number()]));

async function detailOf({ db, now }: Registry, id: string) {
  const alert = await readAlert(db, id, EVERYWHERE, now());
  if (alert !== undefined) return alert;
  throw new RefusalError('alert-unknown', id, `there is no alert ${id}; "vonggac alert list" shows them`);
}

export const alertList = defineOperation({
  name: 'alert.list',
  needs: 'data',
  input: z.strictObject({ query: wordsSchema }),
  output: alertPageSchema,
  async run({ registry }, { query }) {
    const { after: _after, limit, sort, order, ...words } = alertQuerySchema.parse(query);
    const filter = await toAlertFilter(registry, words, NOBODY);
    const page = await pageAlerts(registry.db, { filter, sort, order, limit }, EVERYWHERE, registry.now());
    return { alerts: page.alerts, next: page.next === undefined ? null : '' };
  },
});

export const alertShow = defineOperation({
  name: 'alert.show',
  needs: 'data',
  input: z.strictObject({ id: idSchema }),
  output: alertDetailSchema,
  run: ({ registry }, { id }) => detailOf(registry, id),
});

export const alertChange = defineOperation({
  name: 'alert.change',
  needs: 'data',
  input: z.strictObject({ id: idSchema, change: alertPatchSchema.omit({ dueAt: true }) }),
  output: alertDetailSchema,
  async run({ registry, actor, live }, { id, change }) {
    const ids = await changeAlert(registry, id, change, { actor, scope: EVERYWHERE });
    await live?.alerts.changed(ids);
    return detailOf(registry, id);
  },
});

const bulkInput = z.strictObject({
  query: wordsSchema,
  act: alertBulkSchema.shape.act,
  reason: z.string().min(1).max(4_096),
});

async function bulkParams(
  registry: Registry,
  { query, act, reason }: z.infer<typeof bulkInput>,
  actor: string,
): Promise<BulkParams> {
  const filter = await toAlertFilter(registry, alertFilterSchema.parse(query), NOBODY);
  return { filter, act, reason, actor, askedMs: registry.now() };
}

export const alertBulkPreview = defineOperation({
  name: 'alert.bulk-preview',
  needs: 'collector',
  input: bulkInput,
  output: jobPreviewSchema,
  async run(context, input) {
    const params = await bulkParams(context.registry, input, context.actor);
    return liveOf(context).jobs.preview(BULK_KIND, params, EVERYWHERE);
  },
});

export const alertBulk = defineOperation({
  name: 'alert.bulk',
  needs: 'collector',
  input: bulkInput,
  output: jobDetailSchema,
  async run(context, input) {
    const params = await bulkParams(context.registry, input, context.actor);
    return requestJob(context, BULK_KIND, { params, reason: input.reason });
  },
});

export const jobList = defineOperation({
  name: 'job.list',
  needs: 'data',
  input: z.strictObject({ state: z.enum(JOB_STATES).optional() }),
  output: jobListSchema,
  async run({ registry }, { state }) {
    const states = state === undefined ? undefined : [state];
    return { jobs: (await listJobs(registry.db, { scope: EVERYWHERE, limit: 100, states })).map(viewJob) };
  },
});

export const jobShow = defineOperation({
  name: 'job.show',
  needs: 'data',
  input: z.strictObject({ id: idSchema }),
  output: jobDetailSchema,
  run: async ({ registry }, { id }) => viewJobDetail(await findJob(registry.db, id, EVERYWHERE)),
});

/** The same of a job that goes on. By the collector alone: who looks again and again beside the data would keep it from starting again. */
export const jobFollow = defineOperation({
  ...jobShow,
  name: 'job.follow',
  needs: 'collector',
});

export const jobDecide = defineOperation({
  name: 'job.decide',
  needs: 'collector',
  input: z.strictObject({
    id: idSchema,
    approve: z.boolean(),
    reason: z.string().max(1_000).optional(),
    person: personSchema,
  }),
  output: jobDetailSchema,
  async run(context, { id, approve, reason, person }) {
    const { registry, actor } = context;
    const { jobs } = liveOf(context);
    const { kind } = await findJob(registry.db, id, EVERYWHERE);
    // What approving takes is the kind's to say: that of a command to hosts is not that of closing alerts.
    const by = await personOf(registry, person, jobs.kind(kind).access.approve, actor);
    const job = await decideJob(registry, id, { approve, reason }, by);
    jobs.kick();
    return viewJobDetail(job);
  },
});

export const jobCancel = defineOperation({
  name: 'job.cancel',
  needs: 'data',
  input: z.strictObject({ id: idSchema }),
  output: jobDetailSchema,
  async run({ registry, actor, live }, { id }) {
    const job = await cancelJob(registry, id, { actor, scope: EVERYWHERE });
    live?.jobs.kick();
    return viewJobDetail(job);
  },
});

export const jobUndo = defineOperation({
  name: 'job.undo',
  needs: 'collector',
  input: z.strictObject({ id: idSchema, reason: z.string().min(1).max(1_000) }),
  output: jobDetailSchema,
  async run(context, { id, reason }) {
    const { registry, actor } = context;
    const agencyId = await rootAgencyId(registry.db);
    return viewJobDetail(await liveOf(context).jobs.undo(id, reason, agencyId, { actor, scope: EVERYWHERE }));
  },
});
