/** Shapes of attestations: what people and providers answer for. Legal days are `YYYY-MM-DD` of Vietnam. */
import { z } from 'zod';
import { legalDaySchema } from '../agency/legal-day.ts';
import { ATTESTATION_KINDS, ATTESTATION_STATES } from '../registry/tables/dossier.ts';

const id = z.coerce.number().int().min(1).max(2_147_483_647);
const controlId = z.string().regex(/^[A-Z]{2,4}-\d{2,3}$/, 'a control such as GV-01');
const line = z.string().trim().min(1).max(512);

export const attestationSchema = z.object({
  id: z.number(),
  kind: z.enum(ATTESTATION_KINDS),
  systemId: z.number().nullable(),
  agencyId: z.number().nullable(),
  profile: z.string(),
  controls: z.array(z.string()),
  statement: z.string(),
  /** Ids of documents. */
  documents: z.array(z.string()),
  signer: z.string(),
  signedOn: z.string(),
  /** First day on which it counts no longer; null: until it is withdrawn. */
  dueOn: z.string().nullable(),
  provider: z.string().nullable(),
  contract: z.string().nullable(),
  fourEyes: z.boolean(),
  state: z.enum(ATTESTATION_STATES),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  decidedAt: z.iso.datetime().nullable(),
  decidedBy: z.string().nullable(),
  withdrawnAt: z.iso.datetime().nullable(),
  withdrawnBy: z.string().nullable(),
  version: z.number(),
});
export const attestationQuery = z.strictObject({
  systemId: id.optional(),
  agencyId: id.optional(),
  control: controlId.optional(),
  state: z.enum(ATTESTATION_STATES).optional(),
  /** Accepted ones that count no longer on this day, or end before it. */
  dueBefore: legalDaySchema.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  after: z.string().max(512).optional(),
});
export const attestationPageSchema = z.object({
  attestations: z.array(attestationSchema),
  next: z.string().nullable(),
});
/** POST /compliance/attestations: of a system or of an agency, one of the two. */
export const attestationBodySchema = z.strictObject({
  kind: z.enum(ATTESTATION_KINDS).default('own'),
  systemId: z.int().min(1).optional(),
  agencyId: z.int().min(1).optional(),
  controls: z.array(controlId).min(1).max(200),
  statement: z.string().trim().min(1).max(4_096),
  documents: z
    .array(z.string().regex(/^[0-9a-f]{32}$/))
    .max(50)
    .default([]),
  /** Who signed the paper. */
  signer: line,
  signedOn: legalDaySchema,
  /** Left out: as the catalogue asks; never later than that. */
  dueOn: legalDaySchema.optional(),
  provider: line.optional(),
  contract: line.optional(),
  /** A second person accepts it before it counts. */
  fourEyes: z.boolean().default(true),
});
/** POST /compliance/attestations/:id/decide */
export const attestationDecisionSchema = z
  .strictObject({
    decision: z.enum(['accept', 'reject', 'withdraw']),
    reason: z.string().trim().min(1).max(1_024).optional(),
  })
  .refine(({ decision, reason }) => decision === 'accept' || reason !== undefined, {
    message: 'say why',
    path: ['reason'],
  });
export const attestationHistorySchema = z.object({
  acts: z.array(
    z.object({
      version: z.number(),
      at: z.iso.datetime(),
      actor: z.string(),
      action: z.string(),
      reason: z.string().nullable(),
    }),
  ),
});
