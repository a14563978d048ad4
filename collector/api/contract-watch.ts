/** What the first page of the console counts; part of contract.ts. */
import { z } from 'zod';
import { severitySchema } from './contract-vocabulary.ts';

const count = z.int().min(0);

/** GET /overview/watch */
export const watchQuerySchema = z.strictObject({ days: z.coerce.number().int().min(1).max(90).default(30) });

export const watchSchema = z.object({
  at: z.iso.datetime(),
  /** Open alerts, the worst severity first. */
  open: z.array(
    z.object({
      severity: severitySchema,
      open: count,
      overdue: count,
      /** Nobody has it. */
      free: count,
      /** Opened within 4 hours, 24 hours, 7 days, and before: each without those of the ones before it. */
      ages: z.array(count).length(4),
    }),
  ),
  /** Alerts by the day of the country on which they were opened and closed, the oldest day first. */
  days: z.array(
    z.object({
      start: z.iso.datetime(),
      opened: z.record(severitySchema, count),
      closed: count,
    }),
  ),
  /** Those whose open alerts add up to the most risk; alerts that rules raised count, without those of agencies below. */
  agencies: z.array(
    z.object({
      agencyId: z.number(),
      agencyName: z.string(),
      risk: z.number(),
      open: count,
      /** High and critical ones. */
      serious: count,
    }),
  ),
  /** Silences that last. */
  silent: z.object({ agents: count, sites: count, channels: count }),
});
export type WatchView = z.infer<typeof watchSchema>;
