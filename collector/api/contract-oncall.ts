/** Shapes of rosters, escalations, and of taking alerts on by the code of a message. */
import { z } from 'zod';
import { escalationSchema } from '../oncall/escalation.ts';
import { personOnDutySchema, rosterSchema } from '../oncall/roster.ts';

const head = {
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^[^\p{Cc}]+$/u),
  agencyId: z.int().positive(),
};
const kept = { id: z.number(), version: z.number() };

/** POST /notifications/rosters, PUT /notifications/rosters/:id */
export const newRosterSchema = z.strictObject({ ...head, settings: rosterSchema });
export const rosterPlanSchema = z.object({ ...kept, ...head, settings: rosterSchema });
/** POST /notifications/escalations, PUT /notifications/escalations/:id */
export const newEscalationSchema = z.strictObject({ ...head, settings: escalationSchema });
export const escalationPlanSchema = z.object({ ...kept, ...head, settings: escalationSchema });

/** GET /notifications/rosters/:id/on-duty */
export const onDutyQuerySchema = z.strictObject({ at: z.iso.datetime({ offset: true }).optional() });
export const onDutySchema = z.object({ at: z.iso.datetime(), person: personOnDutySchema.nullable() });

/** GET /notifications/rosters/:id/turns: from now on, when no moment is given. */
export const turnsQuerySchema = z.strictObject({
  from: z.iso.datetime({ offset: true }).optional(),
  days: z.coerce.number().int().min(1).max(31).default(14),
});
/** One after the other without gaps; a null person is nobody. */
export const turnsSchema = z.object({
  turns: z.array(
    z.object({ from: z.iso.datetime(), to: z.iso.datetime(), person: personOnDutySchema.nullable() }),
  ),
});

/** POST /notifications/acknowledge */
export const acknowledgeBodySchema = z.strictObject({ code: z.string().min(1).max(64) });
export const acknowledgedSchema = z.object({ alerts: z.number() });
