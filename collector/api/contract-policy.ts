/** Shapes of policies: of the API and of the command line. */
import { z } from 'zod';
import { LIMITS } from '../protocol/limits.ts';
import { KEY_PURPOSES } from '../protocol/signing-key.ts';
import { ROLLOUT_STATES } from '../registry/tables/policy.ts';

const CANARIES_MAX = 1_000;
const COMMENT_MAX = 1_000;

export const policyGroupSchema = z.string().min(1).max(LIMITS.nameMax);
const percent = z.int().min(0).max(100);
const version = z.int().min(1);

export const policyVersionSchema = z.object({
  group: z.string(),
  version: z.number(),
  sha256: z.string(),
  comment: z.string(),
  author: z.string(),
  createdAt: z.iso.datetime(),
});

export const rolloutSchema = z.object({
  group: z.string(),
  /** What the group is to run; 0: nothing but the hosts' own settings. */
  version: z.number(),
  /** What hosts run that it has not been let out to. */
  previous: z.number(),
  percent: z.number(),
  canaries: z.array(z.string()),
  failedPercentMax: z.number(),
  /** `halted`: nobody else gets it, since too many refused it or took it back. */
  state: z.enum(ROLLOUT_STATES),
  reason: z.string(),
  changedAt: z.iso.datetime(),
  changedBy: z.string(),
});

/** GET /policies */
export const policyListSchema = z.object({
  policies: z.array(policyVersionSchema),
  rollouts: z.array(rolloutSchema),
});

/** GET /policies/:group/:version */
export const policyDetailSchema = policyVersionSchema.extend({ document: z.record(z.string(), z.unknown()) });

const rolloutFigures = {
  /** Of the group's hosts, those it is let out to. */
  percent: percent.optional(),
  canaries: z.array(z.uuid()).max(CANARIES_MAX).optional(),
  failedPercentMax: percent.optional(),
};
/** POST /policies */
export const newPolicySchema = z.strictObject({
  group: policyGroupSchema,
  document: z.record(z.string(), z.unknown()),
  comment: z.string().max(COMMENT_MAX).optional(),
  /** The newest version that it was written on, 0 for none; refused when there is a newer one. Left out: whatever stands. */
  after: z.int().min(0).optional(),
  /** Only says whether it would be taken. */
  dryRun: z.boolean().default(false),
  ...rolloutFigures,
});
/** POST /policies/check */
export const checkPolicySchema = z.strictObject({ document: z.record(z.string(), z.unknown()) });
export const policyCheckSchema = z.object({
  /** Null: the collector takes it. */
  fault: z
    .object({
      /** The setting at fault, dotted; empty: the document as a whole. */
      setting: z.string(),
      message: z.string(),
    })
    .nullable(),
});
/** Answer to POST /policies; without a version and a rollout after a dry run. */
export const madePolicySchema = z.object({
  policy: policyVersionSchema.nullable(),
  rollout: rolloutSchema.nullable(),
});
/** POST /policies/:group/rollout */
export const widenRolloutSchema = z.strictObject(rolloutFigures);
/** POST /policies/:group/rollback */
export const rollBackPolicySchema = z.strictObject({
  /** 0: no policy; left out: what ran before. */
  to: z.union([z.literal(0), version]).optional(),
});

export const policyStatusSchema = z.object({
  agentId: z.string(),
  hostname: z.string(),
  agencyId: z.number(),
  group: z.string().nullable(),
  wanted: z.number().nullable(),
  running: z.number().nullable(),
  outcome: z.enum(['applied', 'failed', 'waiting', 'own-settings']),
  code: z.string().nullable(),
  message: z.string().nullable(),
  reportedAt: z.iso.datetime().nullable(),
});
/** GET /policy-status */
export const policyStatusListSchema = z.object({ agents: z.array(policyStatusSchema) });
export const policyStatusQuerySchema = z.strictObject({ group: policyGroupSchema.optional() });

export const keyPurposeSchema = z.enum(KEY_PURPOSES);

export type PolicyVersionView = z.infer<typeof policyVersionSchema>;
export type RolloutView = z.infer<typeof rolloutSchema>;
export type PolicyStatusView = z.infer<typeof policyStatusSchema>;
