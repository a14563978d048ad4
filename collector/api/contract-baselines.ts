/** Baselines of watched files and their approval, in the API; part of contract.ts. */
import { z } from 'zod';
import { line } from './contract-vocabulary.ts';

const BASELINE_LIMITS = { noteChars: 500 } as const;

const digest = z.string().regex(/^[0-9a-f]{32,128}$/, 'a digest in lower-case hex');

/** POST /agents/:id/baseline-approvals: the digest that one saw. */
export const baselineApprovalBodySchema = z.strictObject({
  digest,
  note: line(BASELINE_LIMITS.noteChars).optional(),
});

export const baselineApprovalSchema = z.object({
  id: z.string(),
  digest: z.string(),
  paths: z.number(),
  /** When the host told the digest: changes that it told later are not approved. */
  toldAt: z.iso.datetime(),
  note: z.string(),
  approvedBy: z.string(),
  approvedAt: z.iso.datetime(),
  withdrawnBy: z.string().nullable(),
  withdrawnAt: z.iso.datetime().nullable(),
});
export type BaselineApprovalView = z.infer<typeof baselineApprovalSchema>;

/** GET /agents/:id/baseline-approvals: newest first. */
export const baselineApprovalListSchema = z.object({ approvals: z.array(baselineApprovalSchema) });

export const baselineSchema = z.object({
  agentId: z.string(),
  hostname: z.string(),
  state: z.enum(['intact', 'made', 'tampered']),
  /** As told last; null: none was told. */
  digest: z.string().nullable(),
  /** Paths compared; null: none was told. */
  paths: z.number().nullable(),
  toldAt: z.iso.datetime(),
  standing: z.enum(['approved', 'changed', 'never']),
  /** The one that stands; null: none. */
  approval: baselineApprovalSchema.nullable(),
});
export type BaselineView = z.infer<typeof baselineSchema>;

/** GET /integrity/baselines: of hosts that told of one. */
export const baselineListSchema = z.object({ baselines: z.array(baselineSchema) });
