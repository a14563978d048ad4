/** The catalogues of graded requirements, the questionnaires of levels and overrides, as the API tells and takes them. */
import { z } from 'zod';
import { controlIdSchema, bothLanguagesSchema } from '#protocol/posture-policy.ts';
import {
  CONFIDENCES,
  DEFAULT_PROFILE,
  EVIDENCE_MODES,
  levelSchema,
  profileIdSchema,
} from '../../rules/compliance/index.ts';

const FIELD_MAX = 80;
const REASON_MAX = 1_000;

const confidenceSchema = z.enum(CONFIDENCES);
const byLevel = <T extends z.ZodType>(value: T) => z.record(z.string(), value);
const fieldSchema = z
  .string()
  .max(FIELD_MAX)
  .regex(/^[A-Za-z0-9.]+$/, 'must be a field such as thresholds.keep.2');

export const profileListSchema = z.object({
  profiles: z.array(
    z.object({
      profile: z.string(),
      version: z.string(),
      title: bothLanguagesSchema,
      /** Whose controls it takes over; null: none. */
      extends: z.string().nullable(),
      from: z.iso.date(),
      /** Null: still in force. */
      to: z.iso.date().nullable(),
      note: bothLanguagesSchema.nullable(),
      basis: z.array(
        z.object({
          document: z.string(),
          title: bothLanguagesSchema,
          inForce: z.iso.date().nullable(),
          source: bothLanguagesSchema,
          confidence: confidenceSchema,
          note: bothLanguagesSchema.nullable(),
        }),
      ),
      groups: z.array(z.object({ id: z.string(), title: bothLanguagesSchema })),
      controls: z.number(),
      /** Of what is asked, with overrides: SHA-256. */
      digest: z.string(),
      overrides: z.number(),
    }),
  ),
});

export const overrideSchema = z.object({
  profile: z.string(),
  control: z.string(),
  field: z.string(),
  /** What the product says; null: nothing. */
  shipped: z.unknown(),
  value: z.unknown(),
  reason: z.string(),
  setBy: z.string(),
  setAt: z.iso.datetime(),
  version: z.number(),
  /** Why it has no effect any more; null: it has. */
  refused: z.string().nullable(),
});

export const controlSchema = z.object({
  id: z.string(),
  group: z.string(),
  levels: z.array(levelSchema),
  title: bothLanguagesSchema,
  requirement: bothLanguagesSchema,
  clauses: byLevel(z.string()),
  source: bothLanguagesSchema,
  confidence: confidenceSchema,
  /** Fields that are to be confirmed; with confidence D that is all of them. */
  unconfirmed: z.array(z.string()),
  note: bothLanguagesSchema.nullable(),
  mode: z.enum(EVIDENCE_MODES),
  thresholds: z.record(z.string(), byLevel(z.unknown())),
  evidence: z.array(
    z.object({
      kind: z.string(),
      /** At which levels; null: at all of the control. */
      levels: z.array(levelSchema).nullable(),
      parameters: z.record(z.string(), z.unknown()),
    }),
  ),
  attestation: z
    .object({
      /** How often a person confirms, by level; a level that is absent: once. */
      every: byLevel(z.string()),
      documents: bothLanguagesSchema,
    })
    .nullable(),
  remedy: bothLanguagesSchema,
  overrides: z.array(overrideSchema),
});

const profileQuery = { profile: profileIdSchema.default(DEFAULT_PROFILE) };
export const controlQuerySchema = z.strictObject({
  ...profileQuery,
  level: z.coerce.number().pipe(levelSchema).optional(),
  group: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
  mode: z.enum(EVIDENCE_MODES).optional(),
});
export const controlListSchema = z.object({
  profile: z.string(),
  digest: z.string(),
  controls: z.array(controlSchema),
});

export const overrideListSchema = z.object({ overrides: z.array(overrideSchema) });
export const overridePlaceSchema = z.strictObject({
  profile: profileIdSchema,
  control: controlIdSchema,
  field: fieldSchema,
});
/** PUT /compliance/overrides */
export const overrideBodySchema = overridePlaceSchema.extend({
  /** Null takes a threshold away. */
  value: z.unknown(),
  reason: z.string().trim().min(1).max(REASON_MAX),
});

export const criteriaQuerySchema = z.strictObject(profileQuery);
export const criteriaViewSchema = z.object({
  profile: z.string(),
  version: z.string(),
  title: bothLanguagesSchema,
  source: bothLanguagesSchema,
  rule: z.object({ text: bothLanguagesSchema, clause: z.string(), confidence: confidenceSchema }),
  questions: z.array(
    z.object({
      id: z.string(),
      text: bothLanguagesSchema,
      help: bothLanguagesSchema.nullable(),
      clause: z.string(),
      confidence: confidenceSchema,
      many: z.boolean(),
      when: z.object({ question: z.string(), answers: z.array(z.string()) }).nullable(),
      answers: z.array(
        z.object({
          id: z.string(),
          text: bothLanguagesSchema,
          level: levelSchema.nullable(),
          clause: z.string(),
          confidence: confidenceSchema,
        }),
      ),
    }),
  ),
  authority: z.array(
    z.object({
      level: levelSchema,
      appraises: z.string(),
      approves: z.string(),
      appraisalDays: z.number().nullable(),
      supplementDays: z.number().nullable(),
      approvalDays: z.number().nullable(),
      clause: z.string(),
      confidence: confidenceSchema,
      note: bothLanguagesSchema.nullable(),
    }),
  ),
});
const idSchema = z.string().min(1).max(64);
/** POST /compliance/criteria/evaluation */
export const evaluationBodySchema = z.strictObject({
  ...profileQuery,
  answers: z
    .record(idSchema, z.array(idSchema).max(50))
    .refine((answers) => Object.keys(answers).length <= 100),
});
const ledToSchema = z.object({
  question: z.string(),
  answer: z.string(),
  level: levelSchema,
  clause: z.string(),
  confidence: confidenceSchema,
});
export const evaluationSchema = z.object({
  /** The lowest that the system can have by what is answered; null: nothing leads to one yet. */
  level: levelSchema.nullable(),
  isComplete: z.boolean(),
  decided: z.array(ledToSchema),
  outweighed: z.array(ledToSchema),
  missing: z.array(z.string()),
  ignored: z.array(z.object({ question: z.string(), answer: z.string() })),
});

export type ProfileListView = z.infer<typeof profileListSchema>;
export type ControlView = z.infer<typeof controlSchema>;
export type ControlListView = z.infer<typeof controlListSchema>;
export type ControlQuery = z.infer<typeof controlQuerySchema>;
export type OverrideView = z.infer<typeof overrideSchema>;
export type CriteriaView = z.infer<typeof criteriaViewSchema>;
export type EvaluationView = z.infer<typeof evaluationSchema>;
