/** Shapes of planned changes of the agency tree: of the API and of the command line. */
import { z } from 'zod';
import { changePlanSchema } from '../agency/change-plan.ts';
import { AGENCY_CHANGE_STATES } from '../registry/tables/agency.ts';

export const changeBodySchema = changePlanSchema;

const outcomeSchema = z.object({
  /** Things moved, by kind. */
  moved: z.record(z.string(), z.number()),
  /** Ids of the agencies that it began. */
  begun: z.array(z.number()),
  ended: z.number(),
  agenciesMoved: z.number(),
});
export const agencyChangeSchema = z.object({
  id: z.number(),
  kind: z.enum(['merge', 'split', 'rename']),
  on: z.string(),
  state: z.enum(AGENCY_CHANGE_STATES),
  plan: changePlanSchema,
  outcome: outcomeSchema.nullable(),
  /** Why it could not be applied on its day; empty when nothing stood in the way. */
  problem: z.string(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  appliedAt: z.iso.datetime().nullable(),
  appliedBy: z.string().nullable(),
  /** Called off or taken back. */
  closedAt: z.iso.datetime().nullable(),
  closedBy: z.string().nullable(),
  reversibleUntil: z.iso.datetime().nullable(),
});
export const changeListSchema = z.object({
  changes: z.array(agencyChangeSchema),
  next: z.string().nullable(),
});
export const changeQuerySchema = z.strictObject({
  state: z.enum(AGENCY_CHANGE_STATES).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(512).optional(),
});
const namedSchema = z.object({ id: z.number(), name: z.string() });
export const changePreviewSchema = z.object({
  begins: z.array(z.object({ name: z.string(), kind: z.string(), parentId: z.number() })),
  /** The first of those that end, move or get another name. */
  ends: z.array(namedSchema),
  moves: z.array(namedSchema),
  ending: z.number(),
  moving: z.number(),
  renames: z.array(namedSchema),
  systemRenames: z.array(
    z.object({ systemId: z.number(), name: z.string(), newName: z.string(), agencyId: z.number() }),
  ),
  holdings: z.array(
    z.object({
      kind: z.string(),
      /** `reaches`: rules off and exceptions of who takes over, which will hold for what comes. */
      fate: z.enum(['moves', 'stays', 'reaches']),
      /** Place in `parts` of a split; null for a merge and for what stays. */
      part: z.number().nullable(),
      count: z.number(),
      sample: z.array(z.object({ ref: z.string(), label: z.string(), agencyId: z.number() })),
    }),
  ),
  /** Empty: it can be done. */
  conflicts: z.array(z.object({ code: z.string(), agencyId: z.number().nullable(), message: z.string() })),
});
export const reverseBodySchema = z.strictObject({
  /** Leave alone what was moved since, take the rest back. */
  skipMoved: z.boolean().default(false),
});
export const reversePreviewSchema = z.object({
  returning: z.record(z.string(), z.number()),
  conflicts: z.array(
    z.object({
      code: z.string(),
      kind: z.string().nullable(),
      count: z.number(),
      message: z.string(),
      skippable: z.boolean(),
    }),
  ),
});

export type AgencyChangeView = z.infer<typeof agencyChangeSchema>;
export type ChangePreviewView = z.infer<typeof changePreviewSchema>;
