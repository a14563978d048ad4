/** Shapes of filters of alerts that people keep under a name. */
import { z } from 'zod';

const VIEW_LIMITS = { nameChars: 80, keys: 24, valueChars: 512 } as const;

const nameSchema = z.string().trim().min(1).max(VIEW_LIMITS.nameChars);

/** The query of GET /alerts, without order and page; checked as that one is. */
export const viewFilterSchema = z
  .record(z.string().min(1).max(32), z.string().min(1).max(VIEW_LIMITS.valueChars))
  .refine((filter) => Object.keys(filter).length <= VIEW_LIMITS.keys, {
    error: `at most ${VIEW_LIMITS.keys} filters`,
  });

/** POST /alert-views */
export const alertViewBodySchema = z.strictObject({
  name: nameSchema,
  filter: viewFilterSchema,
  /** Seen by everybody who sees one's agency; takes the right to change alerts. */
  shared: z.boolean().default(false),
});

/** PATCH /alert-views/:id */
export const alertViewPatchSchema = z.strictObject({
  name: nameSchema.optional(),
  filter: viewFilterSchema.optional(),
  shared: z.boolean().optional(),
});

/** PUT /alert-views/first: with which one begins; null: with none. */
export const alertViewFirstSchema = z.strictObject({ id: z.string().min(1).max(64).nullable() });

export const alertViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  filter: z.record(z.string(), z.string()),
  shared: z.boolean(),
  /** User name of its owner, and whether that is who asks. */
  createdBy: z.string(),
  own: z.boolean(),
  agencyId: z.number(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  updatedBy: z.string(),
  version: z.number(),
  /** One begins with it. */
  first: z.boolean(),
});
export const alertViewListSchema = z.object({ views: z.array(alertViewSchema) });
