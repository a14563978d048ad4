/** Checklists of tasks by class of incident (rules/cases/checklists.yml). */
import { z } from 'zod';
import { CASE_CLASSES } from './case-words.ts';

const stepSchema = z.strictObject({
  vi: z.string().min(1).max(300),
  en: z.string().min(1).max(300),
  /** Hours after it was added; left out, without a due time. */
  withinHours: z.number().positive().max(8_760).optional(),
});
export const checklistsSchema = z.partialRecord(z.enum(CASE_CLASSES), z.array(stepSchema).min(1).max(40));
export type Checklists = z.infer<typeof checklistsSchema>;
