/**
 * A catalogue of graded requirements as data: profile.yml says what law a profile is of, one file per group its controls.
 * Everything has a limit; what is doubtful is marked, so that nothing unverified is ever shown as law.
 */
import { z } from 'zod';
import { bothLanguagesSchema, controlIdSchema } from '#protocol/posture-policy.ts';
import { isDuration, looksLikeDuration } from './duration.ts';

export const LEVELS = [1, 2, 3, 4, 5] as const;
/** Cấp độ of an information system. */
export type Level = (typeof LEVELS)[number];

/**
 * How well a fact is known. A: read in a stored full text of the law; B: in a reputable secondary source or a paraphrase
 * with clause numbers; C: one excerpt, or concluded; D: from memory, shown as "to be confirmed" and never as law.
 */
export const CONFIDENCES = ['A', 'B', 'C', 'D'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** auto: telemetry alone decides; partial: telemetry and an attestation; manual: an attestation alone. */
export const EVIDENCE_MODES = ['auto', 'partial', 'manual'] as const;
export type EvidenceMode = (typeof EVIDENCE_MODES)[number];

const CONTROLS_MAX = 200;
const line = z.string().trim().min(1).max(300);
/** As functions are called in the code: `keep`, `reviewEvery`. */
const nameSchema = z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/, 'must be a name such as reviewEvery');
export const profileIdSchema = z.string().regex(/^[a-z]{2}-\d{4}$/, 'must be a profile such as vn-2026');
const kindSchema = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be a kind such as inventory-fresh');
const daySchema = z.iso.date();
export const levelSchema = z.union(
  LEVELS.map((level) => z.literal(level)),
  'must be a level from 1 to 5',
);

/** Of one level each; a level that is absent has no demand. */
const byLevel = <T extends z.ZodType>(value: T) =>
  z.strictObject({
    1: value.optional(),
    2: value.optional(),
    3: value.optional(),
    4: value.optional(),
    5: value.optional(),
  });

/** A duration (ISO 8601: P3M, P45D, PT24H), a number, yes or no, a word or words. */
export const thresholdValueSchema = z.union([
  z.boolean(),
  z.number().min(0).max(1e9),
  line.refine((text) => !looksLikeDuration(text) || isDuration(text), {
    error: 'must be an ISO 8601 duration such as P3M, P45D or PT24H',
  }),
  z.array(line).min(1).max(50),
]);
export type ThresholdValue = z.infer<typeof thresholdValueSchema>;

/**
 * One question to an evidence kind. A parameter is a value, or `{ threshold: NAME }`: the threshold's value at the
 * system's level; at a level of which the threshold says nothing there is no demand. `levels` says at which levels it is
 * asked (left out: at all of the control).
 */
const evidenceSchema = z
  .object({ kind: kindSchema, levels: z.array(levelSchema).min(1).optional() })
  .catchall(z.json())
  .transform(({ kind, levels, ...parameters }) => ({ kind, levels, parameters }));
/** In the file the parameters stand beside `kind`: the place of one is `evidence[i].NAME`. */
export type Evidence = z.infer<typeof evidenceSchema>;

const durationSchema = z.string().refine(isDuration, 'must be an ISO 8601 duration such as P1Y');
export const thresholdReferenceSchema = z.strictObject({ threshold: nameSchema });

const attestationSchema = z.strictObject({
  /** How often a person must confirm; left out: once, until something changes. */
  every: z.union([thresholdReferenceSchema, durationSchema]).optional(),
  /** What the person has to bring. */
  documents: bothLanguagesSchema,
});

const controlFields = {
  id: controlIdSchema,
  levels: z.array(levelSchema).min(1).max(5),
  title: bothLanguagesSchema,
  /** What is asked, in our own words; the clause is the law's. */
  requirement: bothLanguagesSchema,
  clauses: byLevel(line),
  /** Where the clause was read. */
  source: bothLanguagesSchema,
  confidence: z.enum(CONFIDENCES),
  /**
   * Fields of this control that are doubtful although the rest is not (as dots: `thresholds.keep.2`, `levels`): shown as
   * "to be confirmed", and an administrator may override them. With confidence D that is every field.
   */
  unconfirmed: z.array(line).max(50).default([]),
  /** What a reader must know about the clause or its reading. */
  note: bothLanguagesSchema.optional(),
  mode: z.enum(EVIDENCE_MODES),
  thresholds: z.record(nameSchema, byLevel(thresholdValueSchema)).default({}),
  /** All of them must be met. */
  evidence: z.array(evidenceSchema).max(20),
  attestation: attestationSchema.optional(),
  remedy: bothLanguagesSchema,
};

/** `clauses` and thresholds may be written once for all levels of the control. */
function spreadOverLevels(raw: unknown): unknown {
  const control = z
    .looseObject({ levels: z.array(levelSchema), thresholds: z.record(z.string(), z.unknown()).optional() })
    .safeParse(raw);
  if (!control.success) return raw;
  const { levels, clauses, thresholds, ...rest } = control.data;
  const spread = (value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? value
      : Object.fromEntries(levels.map((level) => [level, value]));
  return {
    ...rest,
    levels,
    clauses: clauses === undefined ? undefined : spread(clauses),
    thresholds:
      thresholds === undefined
        ? undefined
        : Object.fromEntries(Object.entries(thresholds).map(([name, value]) => [name, spread(value)])),
  };
}

export const controlSchema = z.preprocess(
  spreadOverLevels,
  z.strictObject({ ...controlFields, evidence: controlFields.evidence.default([]) }),
);
export type Control = z.infer<typeof controlSchema>;

/**
 * A control of a profile that extends another: what is the same is not written twice. Law is never taken over silently:
 * levels, clauses, source and confidence are its own, and thresholds are those written here, none else.
 */
const { levels, clauses, source, confidence, ...inherited } = controlFields;
export const overlaySchema = z.preprocess(
  spreadOverLevels,
  z.strictObject({
    levels,
    clauses,
    source,
    confidence,
    ...z.strictObject(inherited).partial().shape,
    id: controlIdSchema,
    /** Of the own profile; what the other one marks says nothing here. */
    unconfirmed: controlFields.unconfirmed,
    thresholds: controlFields.thresholds,
  }),
);
export type ControlOverlay = z.infer<typeof overlaySchema>;

const groupIdSchema = z.string().regex(/^[A-Z]{2}$/, 'must be two capitals such as LG');
export const groupFileSchema = z.strictObject({
  group: groupIdSchema,
  controls: z.array(controlSchema).min(1).max(CONTROLS_MAX),
});
export const overlayFileSchema = z.strictObject({
  group: groupIdSchema,
  controls: z.array(overlaySchema).min(1).max(CONTROLS_MAX),
});

const groupSchema = z.strictObject({ id: groupIdSchema, title: bothLanguagesSchema });
export type ControlGroup = z.infer<typeof groupSchema>;

const basisSchema = z.strictObject({
  /** As it is cited: `NĐ 331/2026/NĐ-CP`. */
  document: line,
  title: bothLanguagesSchema,
  inForce: daySchema.optional(),
  source: bothLanguagesSchema,
  confidence: z.enum(CONFIDENCES),
  note: bothLanguagesSchema.optional(),
});

export const profileSchema = z.strictObject({
  profile: profileIdSchema,
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'must be a version such as 1.0.0'),
  title: bothLanguagesSchema,
  /** Whose controls this profile takes over; its group files then only say what differs. */
  extends: profileIdSchema.optional(),
  inForce: z.strictObject({
    from: daySchema,
    to: daySchema.optional(),
    note: bothLanguagesSchema.optional(),
  }),
  basis: z.array(basisSchema).min(1).max(50),
  /** In the order in which they are shown; left out: those of the extended profile that have controls here. */
  groups: z.array(groupSchema).min(1).max(50).optional(),
});
export type ProfileHead = z.infer<typeof profileSchema>;
