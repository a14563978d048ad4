/** Shapes of the audit trail in the API. */
import { z } from 'zod';

const NAME_MAX = 256;
const TARGET_MAX = 512;

/** GET /audit: newest first. */
export const auditQuerySchema = z.strictObject({
  actor: z.string().min(1).max(NAME_MAX).optional(),
  /** A whole act, e.g. `agent.revoke`, or all of a thing: `agent.` */
  action: z.string().min(1).max(NAME_MAX).optional(),
  target: z.string().min(1).max(TARGET_MAX).optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  /** `next` of the page before. */
  after: z.string().max(512).optional(),
});
export const auditEntrySchema = z.object({
  /** Place in the chain. */
  seq: z.number(),
  time: z.iso.datetime(),
  /** `user:NAME`, `token:ID`, `cli:NAME`, `agent:ID` or `system`. */
  actor: z.string(),
  action: z.string(),
  target: z.string(),
  /** Whose affair it is; null: everybody's, seen by whoever sees the whole tree. */
  agencyId: z.number().nullable(),
  detail: z.record(z.string(), z.unknown()),
});
export const auditPageSchema = z.object({ entries: z.array(auditEntrySchema), next: z.string().nullable() });

/** GET /audit/head: where the chain stands; `line` is what is kept elsewhere. */
export const auditHeadSchema = z.object({
  trailId: z.string(),
  seq: z.number(),
  hash: z.string(),
  line: z.string(),
});
