/** Shapes of long work: bulk acts and whatever else runs in steps. */
import { z } from 'zod';
import { JOB_STATES } from '../registry/tables/job.ts';
import { ALERT_LIMITS, alertFilterSchema, alertVerdictSchema } from './contract-alerts.ts';
import { alertStateSchema } from './contract-vocabulary.ts';

const countsSchema = z.record(z.string(), z.number());

export const jobPreviewSchema = z.object({
  /** How many things are looked at, and how many of these would change. */
  total: z.number(),
  changes: z.number(),
  /** Why -> how many are left as they are. */
  skipped: countsSchema,
  /** Some of what would change. */
  sample: z.array(z.unknown()),
  /** Why a second person is asked; empty when none is. */
  needsApproval: z.array(z.string()),
});

export const jobSchema = z.object({
  id: z.string(),
  kind: z.string(),
  /** `waiting`: for a second person. */
  state: z.enum(JOB_STATES),
  reason: z.string(),
  needsApproval: z.array(z.string()),
  requestedBy: z.string(),
  requestedAt: z.iso.datetime(),
  decidedBy: z.string().nullable(),
  decidedAt: z.iso.datetime().nullable(),
  decidedReason: z.string().nullable(),
  total: z.number(),
  done: z.number(),
  changed: z.number(),
  skipped: countsSchema,
  result: z.unknown(),
  error: z.string().nullable(),
  cancelling: z.boolean(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  /** The job that this one takes back, and the one that takes this one back. */
  undoOf: z.string().nullable(),
  undoneBy: z.string().nullable(),
  undoUntil: z.iso.datetime().nullable(),
});
export const jobDetailSchema = jobSchema.extend({ preview: jobPreviewSchema, params: z.unknown() });

/** GET /jobs: newest first. */
export const jobQuerySchema = z.strictObject({
  kind: z.string().max(64).optional(),
  state: z.enum(JOB_STATES).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export const jobListSchema = z.object({ jobs: z.array(jobSchema) });

/** POST /jobs/:id/approve, /reject, /undo */
export const jobReasonSchema = z.strictObject({ reason: z.string().min(1).max(1_000).optional() });

const tags = z.array(z.string().min(1).max(128)).max(ALERT_LIMITS.tagsMax);

/** POST /alerts/bulk and /alerts/bulk/preview: what `filter` finds, or these `ids`. */
export const alertBulkSchema = z.strictObject({
  filter: alertFilterSchema.optional(),
  ids: z.array(z.string().min(1).max(64)).min(1).max(1_000).optional(),
  act: z.strictObject({
    state: alertStateSchema.optional(),
    verdict: alertVerdictSchema.optional(),
    duplicateOf: z.string().max(64).optional(),
    assignee: z.string().min(1).max(256).nullable().optional(),
    addTags: tags.optional(),
    removeTags: tags.optional(),
  }),
  reason: z.string().min(1).max(ALERT_LIMITS.reasonChars),
});
export type AlertBulk = z.infer<typeof alertBulkSchema>;
export type JobView = z.infer<typeof jobSchema>;
