/** Settings of the inventory: how often what is looked at, and what is left out. */
import { z } from 'zod';
import { INVENTORY_CATEGORIES } from '#protocol/record-names.ts';

const DAY_MS = 86_400_000;

const everyMs = z
  .int()
  .min(10_000)
  .max(7 * DAY_MS);

export const inventorySchema = () =>
  z.strictObject({
    enabled: z.boolean().default(true),
    /** Of what is looked at in the normal rhythm; quick categories are looked at six times as often, slow ones daily. */
    intervalMs: everyMs.default(3_600_000),
    /** Of single categories. */
    intervalsMs: z.partialRecord(z.enum(INVENTORY_CATEGORIES), everyMs).default({}),
    /** Categories that are not looked at. */
    exclude: z.array(z.enum(INVENTORY_CATEGORIES)).max(INVENTORY_CATEGORIES.length).default([]),
    /**
     * From one full picture of a category to the next. It must be shorter than the collector keeps events: else nothing
     * is left that the changes are against.
     */
    fullEveryMs: z
      .int()
      .min(3_600_000)
      .max(14 * DAY_MS)
      .default(7 * DAY_MS),
  });
