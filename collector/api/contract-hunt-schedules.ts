/** Shapes of scheduled hunts in the API. */
import { z } from 'zod';

const DAY_MINUTES = 1_440;

/** What a schedule may be; minutes. */
export const HUNT_SCHEDULE_LIMITS = {
  everyMin: 15,
  everyMax: 31 * DAY_MINUTES,
  overlapMin: 5,
  overlapMax: 7 * DAY_MINUTES,
  overlapDefault: 60,
  thresholdMax: 1_000,
} as const;
const { everyMin, everyMax, overlapMin, overlapMax, overlapDefault, thresholdMax } = HUNT_SCHEDULE_LIMITS;

/** PUT /hunts/:id/schedule: one of `everyMinutes` and `dailyAt`. */
export const huntScheduleShape = {
  everyMinutes: z.int().min(everyMin).max(everyMax).optional(),
  /** By the clock of the hunt's agency. */
  dailyAt: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .optional(),
  /** So far before the last run it looks again, for events that came late. */
  overlapMinutes: z.int().min(overlapMin).max(overlapMax).default(overlapDefault),
  /** So many new events raise an alert. */
  threshold: z.int().min(1).max(thresholdMax).default(1),
  /** False: paused. */
  enabled: z.boolean().default(true),
};
export const huntScheduleBodySchema = z
  .strictObject(huntScheduleShape)
  .refine(({ everyMinutes, dailyAt }) => (everyMinutes === undefined) !== (dailyAt === undefined), {
    error: 'say one of: everyMinutes, dailyAt',
    path: ['everyMinutes'],
  });

export const huntScheduleSchema = z.object({
  everyMinutes: z.number().nullable(),
  dailyAt: z.string().nullable(),
  timeZone: z.string(),
  overlapMinutes: z.number(),
  threshold: z.number(),
  enabled: z.boolean(),
  /** Whose permissions and agencies it runs with. */
  owner: z.string(),
  /** `stopped`: the owner may no longer hunt there; schedule it anew. */
  state: z.enum(['well', 'failing', 'stopped']),
  fault: z.string().nullable(),
  /** In a row. */
  failures: z.number(),
  /** Turns that were left out. */
  missed: z.number(),
  /** Null: it does not run. */
  nextAt: z.iso.datetime().nullable(),
  /** Up to here all was looked at. */
  coveredAt: z.iso.datetime(),
  /** Its ETag. */
  version: z.number(),
});

export const huntRunsSchema = z.object({
  /** The newest 100, newest first. */
  runs: z.array(
    z.object({
      id: z.number(),
      at: z.iso.datetime(),
      from: z.iso.datetime(),
      /** Not included. */
      to: z.iso.datetime(),
      seconds: z.number(),
      outcome: z.enum(['done', 'failed', 'stopped']),
      /** That no run before had counted. */
      events: z.number(),
      hosts: z.number(),
      /** There were more than a run reads. */
      isCut: z.boolean(),
      fault: z.string().nullable(),
    }),
  ),
});
