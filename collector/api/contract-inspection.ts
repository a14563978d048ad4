/** Shapes of inspection packs. */
import { z } from 'zod';
import { legalDaySchema } from '../agency/legal-day.ts';

/** POST /inspection-packs */
export const packBodySchema = z
  .strictObject({
    /** What was known by the end of this day, in Vietnam. */
    asOf: legalDaySchema,
    /** The caller's own by default. */
    agencyId: z.int().min(1).optional(),
    systemId: z.int().min(1).optional(),
  })
  .refine(({ agencyId, systemId }) => agencyId === undefined || systemId === undefined, {
    message: 'name an agency or a system, not both',
    path: ['systemId'],
  });
