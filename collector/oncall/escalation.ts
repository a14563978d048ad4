/** Who is told after how long, while nobody has acknowledged. A step is done once; there is no step after the last. */
import { z } from 'zod';
import { hoursSchema } from './hours.ts';

const MINUTE_MS = 60_000;
/** While nobody acknowledged, another ladder of the same escalation begins no sooner. */
export const LADDER_GAP_MS = 10 * MINUTE_MS;

const stepSchema = z.strictObject({
  /** After the beginning. */
  afterMinutes: z.int().min(0).max(1_440),
  channelId: z.int().positive(),
  /** Whoever of it is on duty then gets the message, in place of the channel's own receivers. */
  rosterId: z.int().positive().optional(),
});

export const escalationSchema = z.strictObject({
  severityMin: z.enum(['informational', 'low', 'medium', 'high', 'critical']).default('high'),
  /** Alerts of other hours begin none. */
  hours: hoursSchema.default('always'),
  enabled: z.boolean().default(true),
  steps: z
    .array(stepSchema)
    .min(1)
    .max(10)
    .refine(
      (steps) => steps.every((step, n) => n === 0 || step.afterMinutes >= (steps[n - 1]?.afterMinutes ?? 0)),
      {
        error: 'steps stand in the order of their time',
      },
    ),
});
export type Escalation = z.infer<typeof escalationSchema>;

/** The step after those that are done, and when it is due; undefined: there is none. */
export function nextStep(
  { steps }: Pick<Escalation, 'steps'>,
  beganMs: number,
  done: number,
): { step: Escalation['steps'][number]; atMs: number } | undefined {
  const step = steps[done];
  return step && { step, atMs: beganMs + step.afterMinutes * MINUTE_MS };
}

/** When a ladder begins for news that come now. @param lastBeganMs of the one before, which nobody acknowledged */
export function beginMs(nowMs: number, lastBeganMs: number | undefined): number {
  // A clock that was set back holds nothing up.
  if (lastBeganMs === undefined || lastBeganMs > nowMs + LADDER_GAP_MS) return nowMs;
  return Math.max(nowMs, lastBeganMs + LADDER_GAP_MS);
}
