/**
 * The questionnaire of levels as data: questions with stable ids, answers, the level that an answer leads to, clauses; and
 * who appraises and approves. Ids are kept in dossiers: a published one is never given another meaning.
 */
import { z } from 'zod';
import { bothLanguagesSchema } from '#protocol/posture-policy.ts';
import { CONFIDENCES, levelSchema, profileIdSchema } from './schema.ts';

const idSchema = z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be an id such as subjects-basic');
const line = z.string().trim().min(1).max(300);
const confidenceSchema = z.enum(CONFIDENCES);

const answerSchema = z.strictObject({
  id: idSchema,
  text: bothLanguagesSchema,
  /** The level is at least this one; left out: the answer leads to none by itself. */
  level: levelSchema.optional(),
  /** Left out: that of the question. */
  clause: line.optional(),
  confidence: confidenceSchema.optional(),
});
export type CriterionAnswer = z.infer<typeof answerSchema>;

const questionSchema = z.strictObject({
  id: idSchema,
  text: bothLanguagesSchema,
  /** What helps to answer. */
  help: bothLanguagesSchema.optional(),
  clause: line,
  confidence: confidenceSchema,
  /** Several answers may hold. */
  many: z.boolean().default(false),
  /** Asked only when one of these was answered to an earlier question; left out: always. */
  when: z.strictObject({ question: idSchema, answers: z.array(idSchema).min(1).max(20) }).optional(),
  answers: z.array(answerSchema).min(2).max(20),
});
export type CriterionQuestion = z.infer<typeof questionSchema>;

/** The owner's specialised unit, the owner, the ministry, the Prime Minister. */
export const AUTHORITIES = ['specialised-unit', 'owner', 'ministry', 'prime-minister'] as const;
const authorityNameSchema = z.enum(AUTHORITIES);

const authoritySchema = z.strictObject({
  appraises: authorityNameSchema,
  approves: authorityNameSchema,
  /** Working days from a complete dossier to its appraisal; left out: the law sets none. */
  appraisalDays: z.int().min(1).max(365).optional(),
  /** Working days within which supplements are asked for. */
  supplementDays: z.int().min(1).max(365).optional(),
  /** Working days from a complete dossier to the decision. */
  approvalDays: z.int().min(1).max(365).optional(),
  clause: line,
  confidence: confidenceSchema,
  note: bothLanguagesSchema.optional(),
});
/** Who appraises and approves a dossier of a level, and within how many working days. */
export type LevelAuthority = z.infer<typeof authoritySchema>;

export const criteriaSchema = z.strictObject({
  /** Of which profile. */
  profile: profileIdSchema,
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'must be a version such as 1.0.0'),
  title: bothLanguagesSchema,
  source: bothLanguagesSchema,
  /** The rule that of several levels the highest counts. */
  rule: z.strictObject({ text: bothLanguagesSchema, clause: line, confidence: confidenceSchema }),
  questions: z.array(questionSchema).min(1).max(100),
  authority: z.strictObject({
    1: authoritySchema,
    2: authoritySchema,
    3: authoritySchema,
    4: authoritySchema,
    5: authoritySchema,
  }),
});
export type Criteria = z.infer<typeof criteriaSchema>;
