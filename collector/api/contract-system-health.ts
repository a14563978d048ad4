/** How the collector itself is doing, in the API; part of contract.ts. */
import { z } from 'zod';
import { FINDINGS } from '../doctor/verdicts.ts';

const time = z.iso.datetime();
const count = z.number();

/** GET /system-health */
export const systemHealthSchema = z.object({
  at: time,
  version: z.string(),
  /** One for each thing that can go wrong, as `vonggac doctor` names them; of a part of the tree, what concerns that part. */
  findings: z.array(
    z.object({
      name: z.enum(FINDINGS),
      /** `unknown`: it cannot be seen from inside the collector; `vonggac doctor` sees it. */
      level: z.enum(['ok', 'warn', 'fail', 'unknown']),
      /** Numbers and short texts of the finding. */
      args: z.array(z.union([z.string(), z.number()])),
    }),
  ),
  /** Null for who does not see the whole tree. */
  machine: z
    .object({
      startedAt: time,
      eventsPerSecond: count,
      storedBatch: count,
      projectedBatch: count,
      rulesLoaded: count,
      rulesRejected: count,
      diskFreeBytes: count,
      diskBytes: count,
      certificateEndsAt: time,
      lastBackupAt: time.nullable(),
    })
    .nullable(),
});
export type SystemHealthView = z.infer<typeof systemHealthSchema>;
