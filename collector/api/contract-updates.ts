/** Shapes of releases and how they are let out: of the API and of the command line. */
import { z } from 'zod';
import { releaseVersionSchema } from '../protocol/release.ts';
import { UPDATE_STATES } from '../protocol/update.ts';
import { RELEASE_STATES, UPDATE_ROLLOUT_STATES } from '../registry/tables/update.ts';
import { ringSchema } from '../registry/updates/rings.ts';

const REASON_MAX = 1_000;
const percent = z.int().min(0).max(100);
const SOAK_HOURS_MAX = 720;

export const releaseSchema = z.object({
  version: z.string(),
  counter: z.number(),
  digest: z.string(),
  bytes: z.number(),
  platforms: z.array(z.string()),
  fromVersionMin: z.string(),
  notes: z.string(),
  /** Names of the keys that signed it, of all lists that this collector has. */
  signedBy: z.array(z.string()),
  notAfter: z.iso.datetime(),
  state: z.enum(RELEASE_STATES),
  addedBy: z.string(),
  addedAt: z.iso.datetime(),
  withdrawnBy: z.string().nullable(),
  withdrawnAt: z.iso.datetime().nullable(),
});
/** GET /releases */
export const releaseListSchema = z.object({
  releases: z.array(releaseSchema),
  /** The list of keys in use; null before the first release. */
  roots: z.object({ version: z.number(), threshold: z.number(), keys: z.array(z.string()) }).nullable(),
});
export const releaseParamsSchema = z.strictObject({ version: releaseVersionSchema });

const ringTotalsSchema = z.object({
  name: z.string(),
  hosts: z.number(),
  applied: z.number(),
  held: z.number(),
  failed: z.number(),
  waiting: z.number(),
  trying: z.number(),
  silent: z.number(),
  unable: z.number(),
});

export const updateRolloutSchema = z.object({
  id: z.string(),
  version: z.string(),
  state: z.enum(UPDATE_ROLLOUT_STATES),
  rings: z.array(ringSchema),
  ring: z.number(),
  healthyPercent: z.number(),
  failedPercentMax: z.number(),
  soakHours: z.number(),
  /** Why it was planned. */
  reason: z.string(),
  /** Why it stands as it does. */
  stateReason: z.string(),
  plannedBy: z.string(),
  plannedAt: z.iso.datetime(),
  startedBy: z.string().nullable(),
  startedAt: z.iso.datetime().nullable(),
  changedBy: z.string(),
  changedAt: z.iso.datetime(),
});
/** GET /update-rollouts, newest first; the totals are of the one that has not ended. */
export const updateRolloutListSchema = z.object({
  rollouts: z.array(updateRolloutSchema),
  totals: z.array(ringTotalsSchema),
});

/** POST /update-rollouts */
export const planRolloutSchema = z.strictObject({
  version: releaseVersionSchema,
  rings: z.array(ringSchema).min(1).max(10).optional(),
  healthyPercent: percent.optional(),
  failedPercentMax: percent.optional(),
  soakHours: z.number().min(0).max(SOAK_HOURS_MAX).optional(),
  reason: z.string().max(REASON_MAX).default(''),
});
export const rolloutParamsSchema = z.strictObject({ id: z.string().min(1).max(64) });
/** POST /update-rollouts/:id/start and its like. */
export const rolloutActSchema = z.strictObject({ reason: z.string().max(REASON_MAX).optional() });

export const updateStatusSchema = z.object({
  agentId: z.string(),
  hostname: z.string(),
  agencyId: z.number(),
  group: z.string().nullable(),
  running: z.string().nullable(),
  platform: z.string().nullable(),
  state: z.enum(UPDATE_STATES).nullable(),
  release: z.string().nullable(),
  outcome: z.enum(['held', 'applied', 'trying', 'failed', 'waiting', 'silent', 'unable']).nullable(),
  ring: z.string().nullable(),
  code: z.string().nullable(),
  message: z.string().nullable(),
  fromCollector: z.number(),
  fromNeighbours: z.number(),
  toldAt: z.iso.datetime().nullable(),
});
/** GET /update-status */
export const updateStatusListSchema = z.object({ agents: z.array(updateStatusSchema) });

export type ReleaseView = z.infer<typeof releaseSchema>;
export type UpdateRolloutView = z.infer<typeof updateRolloutSchema>;
export type UpdateStatusView = z.infer<typeof updateStatusSchema>;
