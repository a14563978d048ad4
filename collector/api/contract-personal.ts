/** Shapes of unmasking: personal data of one event or alert in the clear, for a reason that goes into the audit trail. */
import { z } from 'zod';

const REASON_MAX = 1_024;
/** POST /events/:id/unmask, POST /alerts/:id/unmask */
export const unmaskBodySchema = z.strictObject({ reason: z.string().trim().min(8).max(REASON_MAX) });
