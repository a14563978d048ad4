/** Since version 3: how a host stands against one check of a policy, with the reason. */
import { z } from 'zod';
import { nameSchema, shortStringSchema, timeMsSchema } from './record-fields.ts';

export const POSTURE_RESULTS = ['pass', 'fail', 'not-applicable', 'not-assessed', 'excepted'] as const;

export const postureRecordSchema = z.strictObject({
  kind: z.literal('posture'),
  at: timeMsSchema,
  /** `present`: part of a full picture; the others are changes against the last one. */
  change: z.enum(['present', 'added', 'changed', 'removed']),
  policy: nameSchema,
  policyVersion: nameSchema,
  check: nameSchema,
  result: z.enum(POSTURE_RESULTS),
  previousResult: z.enum(POSTURE_RESULTS).optional(),
  /** Why it is so, in words; never absent where the result is no pass and no fail. */
  reason: shortStringSchema.optional(),
  /** What was found, secrets masked. */
  observed: shortStringSchema.optional(),
  expected: shortStringSchema.optional(),
  /** `platform`, `condition:<name>`, or why it could not be assessed (`unreadable`, `command-absent` ...). */
  reasonCode: nameSchema.optional(),
  /** What the policy says of the check, for policies that the collector does not know. */
  title: shortStringSchema.optional(),
  severity: nameSchema.optional(),
  controls: z.array(nameSchema).max(10).optional(),
  /** Of a result that is excepted. */
  exceptedBy: nameSchema.optional(),
  exceptedUntilMs: timeMsSchema.optional(),
});

export type PostureRecord = z.infer<typeof postureRecordSchema>;
export type PostureResult = PostureRecord['result'];
