/**
 * Settings of the configuration assessment. Policies are named (those that come with the agent) or whole documents;
 * everything in a document is bounded by its schema, since it may come from elsewhere.
 */
import { z } from 'zod';
import { postureExceptionSchema, postureIdSchema, posturePolicySchema } from '#protocol/posture-policy.ts';

const HOUR_MS = 3_600_000;

export const postureSchema = z.strictObject({
  enabled: z.boolean().default(true),
  /** From the end of one assessment to the next. */
  everyMs: z
    .int()
    .min(10_000)
    .max(7 * 24 * HOUR_MS)
    .default(6 * HOUR_MS),
  /** All results are told again after so long, changed or not. */
  fullEveryMs: z
    .int()
    .min(60_000)
    .max(31 * 24 * HOUR_MS)
    .default(24 * HOUR_MS),
  /** Left out: those of the agent that are for this system and for what is installed on it. */
  policies: z
    .array(z.union([postureIdSchema, posturePolicySchema]))
    .max(50)
    .optional(),
  exceptions: z.array(postureExceptionSchema).max(1_000).default([]),
});

export type PostureConfig = z.infer<typeof postureSchema>;
