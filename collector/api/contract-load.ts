/** How busy a host is, in the API; part of contract.ts. */
import { z } from 'zod';

/** GET /agents/:id/load: now, when no moment is given. */
export const loadQuerySchema = z.strictObject({ at: z.iso.datetime({ offset: true }).optional() });

const percent = z.number().nullable();

export const loadSchema = z.object({
  agentId: z.string(),
  hostname: z.string(),
  /** As the host told it last, within 31 days; null: it told nothing. */
  load: z
    .object({
      at: z.iso.datetime(),
      /** The figures are of this time, up to `at`. */
      overSeconds: z.number(),
      /** Mean and busiest minute; null: the system does not tell. */
      cpuPercent: percent,
      cpuPercentMax: percent,
      memoryTotalMb: z.number(),
      /** Mean and most. */
      memoryUsedMb: z.number(),
      memoryUsedMbMax: z.number(),
      /** Of the disk that the system is on. */
      diskTotalMb: z.number(),
      diskUsedMb: z.number(),
    })
    .nullable(),
});
export type LoadView = z.infer<typeof loadSchema>;
