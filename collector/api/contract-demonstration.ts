/** Shapes of the demonstration: a made-up province in a data folder of its own. */
import { z } from 'zod';

/** GET /demonstration */
export const demonstrationSchema = z.object({
  /** `cut-off`: the collector ended while it was filled; it can only be removed. */
  state: z.enum(['off', 'filling', 'on', 'cut-off', 'leaving']),
  since: z.iso.datetime().nullable(),
  /** How many hosts there are to be, and how many have told of themselves so far. */
  hosts: z.number(),
  told: z.number(),
  of: z.number(),
  /** Of them that are connected now. */
  online: z.number(),
  /** Why none can begin; null: nothing is in the way, or there is one. */
  obstacle: z.enum(['hosts', 'agencies', 'systems', 'unavailable']).nullable(),
});

/** POST /demonstration */
export const demonstrationBodySchema = z.strictObject({ hosts: z.int().min(36).max(300).default(120) });
