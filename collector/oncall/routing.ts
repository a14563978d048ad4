/** When a channel is told and when its messages leave: hours, quiet time, and digests. */
import { z } from 'zod';
import { hoursSchema, inWindow, lastTimeMs, localClock, timeOfDaySchema, windowSchema } from './hours.ts';

const severity = z.enum(['informational', 'low', 'medium', 'high', 'critical']);

export const routingSchema = z.strictObject({
  /** News of other hours are not for this channel. */
  hours: hoursSchema.default('always'),
  /** What is less serious waits until it is over. */
  quiet: z
    .strictObject({ window: windowSchema, severityMin: severity.default('critical') })
    .nullable()
    .default(null),
  /** Times of day at which all that waits leaves as one message; none: as it comes. */
  digestAt: z.array(timeOfDaySchema).max(24).default([]),
});
export type Routing = z.infer<typeof routingSchema>;
export const ROUTING: Routing = { hours: 'always', quiet: null, digestAt: [] };

/** @returns the least severity that may leave now; undefined: nothing may */
export function leavesNow(
  { quiet, digestAt }: Routing,
  { timeZone, waitingSinceMs, nowMs }: { timeZone: string; waitingSinceMs: number; nowMs: number },
): z.infer<typeof severity> | undefined {
  if (digestAt.length > 0 && lastTimeMs(digestAt, timeZone, nowMs) < waitingSinceMs) return undefined;
  if (quiet !== null && inWindow(quiet.window, localClock(timeZone, nowMs))) return quiet.severityMin;
  return 'informational';
}
