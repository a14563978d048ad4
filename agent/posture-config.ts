/**
 * Settings of the configuration assessment. Policies are named (those that come with the agent) or whole documents. Of
 * a document nothing is known here but its name: read-policies.ts checks it, with all the memory that takes, where one
 * is used.
 */
import { z } from 'zod';
import { postureExceptionSchema, postureIdSchema } from '#protocol/posture-names.ts';

const HOUR_MS = 3_600_000;

export const postureSchema = () =>
  z.strictObject({
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
      .array(z.union([postureIdSchema, z.looseObject({ policy: postureIdSchema })]))
      .max(50)
      .optional(),
    exceptions: z.array(postureExceptionSchema).max(1_000).default([]),
  });

/** Names and documents. */
export type PosturePolicies = z.infer<ReturnType<typeof postureSchema>>['policies'];
export type PostureConfig = z.infer<ReturnType<typeof postureSchema>>;
