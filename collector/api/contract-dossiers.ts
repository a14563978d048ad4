/** Shapes of dossiers of systems' levels. Legal days are `YYYY-MM-DD` of Vietnam. */
import { z } from 'zod';
import { DEADLINE_KINDS } from '../compliance/dossier/deadlines.ts';
import { dossierFactsSchema, dossierPatchSchema } from '../compliance/dossier/facts.ts';
import { FINDING_CODES } from '../compliance/dossier/finding.ts';

export const idSchema = z.coerce.number().int().min(1).max(2_147_483_647);
const reason = z.string().trim().min(1).max(1_024);
export const bothSchema = z.object({ vi: z.string(), en: z.string() });
const limit = z.coerce.number().int().min(1).max(500).default(100);
const after = z.string().max(512).optional();
export const idParams = z.strictObject({ id: idSchema });

export const dossierSchema = z.object({
  id: z.number(),
  systemId: z.number(),
  facts: dossierFactsSchema,
  version: z.number(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  changedAt: z.iso.datetime(),
  changedBy: z.string(),
});
export const dossierListSchema = z.object({ dossiers: z.array(dossierSchema) });
/** POST /systems/:id/dossiers */
export const dossierBodySchema = dossierPatchSchema;
/** PATCH /dossiers/:id: what is left out stays, null takes away; `reason` goes into the history. */
export const dossierChangeSchema = dossierPatchSchema.extend({ reason: reason.optional() });

export const dossierHistoryQuery = z.strictObject({ limit, after });
export const dossierHistorySchema = z.object({
  versions: z.array(
    z.object({
      version: z.number(),
      at: z.iso.datetime(),
      actor: z.string(),
      reason: z.string().nullable(),
      /** Null: it was taken away with the import that began it. */
      facts: dossierFactsSchema.nullable(),
    }),
  ),
  next: z.string().nullable(),
});

const answersSchema = z.record(z.string().min(1).max(64), z.array(z.string().min(1).max(64)).max(20));
const ledToSchema = z.object({
  question: z.string(),
  answer: z.string(),
  level: z.number(),
  clause: z.string(),
  /** D: to be confirmed. */
  confidence: z.string(),
});
const outcomeSchema = z.object({
  level: z.number().nullable(),
  isComplete: z.boolean(),
  decided: z.array(ledToSchema),
  outweighed: z.array(ledToSchema),
  missing: z.array(z.string()),
});
/** POST /dossiers/:id/answers: by question, the answers that hold. */
export const answersBodySchema = z.strictObject({ answers: answersSchema });
export const answeredSchema = z.object({ dossier: dossierSchema, outcome: outcomeSchema });
export const answersViewSchema = z.object({
  /** Null while nothing was answered. */
  given: z
    .object({
      at: z.iso.datetime(),
      actor: z.string(),
      /** Profile and version of the questionnaire. */
      criteria: z.string(),
      answers: answersSchema,
      outcome: outcomeSchema,
    })
    .nullable(),
});

export const findingSchema = z.object({
  code: z.enum(FINDING_CODES),
  /** `error`: Mẫu 08 may not leave like this. */
  severity: z.enum(['error', 'warning']),
  systemId: z.number().nullable(),
  dossierId: z.number().nullable(),
  agencyId: z.number().nullable(),
  field: z.string(),
  args: z.record(z.string(), z.string()),
  text: bothSchema,
});
export const findingQuery = z.strictObject({
  systemId: idSchema.optional(),
  severity: z.enum(['error', 'warning']).optional(),
  limit,
  after,
});
export const findingPageSchema = z.object({
  findings: z.array(findingSchema.extend({ systemName: z.string(), agencyName: z.string() })),
  total: z.number(),
  next: z.string().nullable(),
});

export const deadlineQuery = z.strictObject({
  /** Those due within so many days, or passed. */
  withinDays: z.coerce.number().int().min(0).max(1_000_000).default(1_000_000),
  limit,
  after,
});
export const deadlinePageSchema = z.object({
  deadlines: z.array(
    z.object({
      kind: z.enum(DEADLINE_KINDS),
      dueOn: z.string(),
      /** Below 0 when it has passed. */
      daysLeft: z.number(),
      systemId: z.number(),
      systemName: z.string(),
      agencyId: z.number(),
      agencyName: z.string(),
      /** Null: what the papers say. */
      clause: z.string().nullable(),
      confidence: z.string().nullable(),
    }),
  ),
  total: z.number(),
  next: z.string().nullable(),
});
