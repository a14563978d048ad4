/** What the governor says in the status file. */
import { z } from 'zod';
import { SLOW_REASONS } from './slowdowns.ts';
import { WORK_CLASSES } from './work-class.ts';

const timeMs = z.int();

export const governorStatusSchema = z.object({
  /** Of the whole machine over the last minute, children included. */
  cpuPercent: z.number(),
  cpuPercentMax: z.number(),
  rssBytes: z.number(),
  rssBytesMax: z.number(),
  /** Scans wait; `until` is known for a pause that somebody asked for. */
  paused: z
    .object({ reason: z.enum(['battery', 'request']), since: timeMs, until: timeMs.nullable() })
    .nullable(),
  /** What waits, or waited within the last minute. */
  slowed: z.array(
    z.object({
      subject: z.string(),
      work: z.enum(WORK_CLASSES),
      reason: z.enum(SLOW_REASONS),
      since: z.number(),
      waitedMs: z.number(),
      turns: z.int(),
    }),
  ),
});
