/** How policies and their checks are named, and what excepts a check: all that settings say of them besides whole documents. */
import { z } from 'zod';

/** Small letters, digits and hyphens. */
export const postureIdSchema = z
  .string()
  .max(80)
  .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'must consist of small letters, digits and single hyphens');

/** Somebody answers for it that a check may fail for a while. */
export const postureExceptionSchema = z.strictObject({
  check: postureIdSchema,
  /** Left out: of whatever policy. */
  policy: postureIdSchema.optional(),
  by: z.string().trim().min(1).max(120),
  reason: z.string().trim().min(1).max(500),
  /** After this moment it is as if it were not there. ISO 8601 with a zone, or a day (its end, UTC). */
  until: z.union([z.iso.date(), z.iso.datetime({ offset: true })]),
});
export type PostureException = z.infer<typeof postureExceptionSchema>;
