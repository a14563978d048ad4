/** Inventories in the API; part of contract.ts. */
import { z } from 'zod';
import { INVENTORY_CATEGORIES } from '../protocol/record-names.ts';

const time = z.iso.datetime();
const categorySchema = z.enum(INVENTORY_CATEGORIES);
const facts = z.record(z.string(), z.unknown());
const moment = z.iso.datetime({ offset: true });

/** Items of one answer. */
export const INVENTORY_ITEMS_MAX = 20_000;

/** GET /agents/:id/inventory: now, when no moment is given. */
export const inventoryQuerySchema = z.strictObject({
  at: moment.optional(),
  category: categorySchema.optional(),
  limit: z.coerce.number().int().min(1).max(INVENTORY_ITEMS_MAX).default(5_000),
  /** `next` of the page before. */
  after: z.string().max(16_384).optional(),
});

export const inventoryCategorySchema = z.object({
  category: z.string(),
  /**
   * `complete`: the agent saw all of it. `partial`: not all, see `unread` and `truncated`. `failed`: nothing of late,
   * what is shown is what it saw last. `unknown`: it never said.
   */
  state: z.string(),
  /** When the agent last said how the category stands. */
  toldAt: time.nullable(),
  items: z.number().nullable(),
  /** Items that were too many. */
  truncated: z.number(),
  /** What could not be read, and why. */
  unread: z.string(),
  /** Whether the answer is what the agent had: `matches`, `differs` (records were lost or deleted), `unverified`. */
  check: z.enum(['matches', 'differs', 'unverified']),
});

const itemSchema = z.object({
  category: z.string(),
  key: z.string(),
  /** When it was last told that it is so. */
  toldAt: time,
  facts,
});

export const inventorySchema = z.object({
  agentId: z.string(),
  hostname: z.string(),
  at: time,
  categories: z.array(inventoryCategorySchema),
  items: z.array(itemSchema),
  next: z.string().nullable(),
});

/** GET /agents/:id/inventory/diff */
export const inventoryDiffQuerySchema = z.strictObject({
  from: moment,
  /** Left out: now. */
  to: moment.optional(),
  category: categorySchema.optional(),
});

export const inventoryDiffSchema = z.object({
  agentId: z.string(),
  hostname: z.string(),
  from: time,
  to: time,
  changes: z.array(
    z.object({
      category: z.string(),
      key: z.string(),
      change: z.enum(['added', 'changed', 'removed']),
      before: facts.optional(),
      after: facts.optional(),
      /** Facts that differ. */
      facts: z.array(z.string()),
    }),
  ),
  /** Categories of which nothing was known at one of the moments. */
  unknown: z.array(z.string()),
  /** There is more than was compared. */
  more: z.boolean(),
});

/** GET /inventory/find */
export const inventoryFindQuerySchema = z.strictObject({
  category: categorySchema,
  /** Key or name of the item; `*` stands for anything. */
  key: z.string().min(1).max(1_024).default('*'),
  /** Only items whose version is below. */
  versionBelow: z.string().min(1).max(256).optional(),
  /** `name=value`: a fact that the item must have; several with a comma between. */
  where: z.string().max(2_048).optional(),
  at: moment.optional(),
  agencyId: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(INVENTORY_ITEMS_MAX).default(5_000),
});

export const inventoryFoundSchema = z.object({
  at: time,
  items: z.array(
    itemSchema.omit({ category: true }).extend({
      agentId: z.string(),
      hostname: z.string(),
      agencyId: z.number(),
      agencyName: z.string(),
    }),
  ),
  /** More items have the name than were looked at. */
  more: z.boolean(),
  /** Hosts that told all of the category, and those of which it is not known in full: they may have it too. */
  hostsComplete: z.number(),
  hostsIncomplete: z.array(z.object({ agentId: z.string(), hostname: z.string() })),
});

export type InventoryView = z.infer<typeof inventorySchema>;
export type InventoryDiffView = z.infer<typeof inventoryDiffSchema>;
export type InventoryFoundView = z.infer<typeof inventoryFoundSchema>;
