/** What an alert keeps of its rule, as it is read back. */
import { z } from 'zod';
import type { RuleFacts } from '../alert/detection.ts';
import { severitySchema } from '../api/contract-vocabulary.ts';

export const ruleFactsSchema: z.ZodType<RuleFacts> = z.object({
  ruleId: z.string(),
  title: z.string(),
  titleVi: z.string().nullable(),
  description: z.string(),
  descriptionVi: z.string().nullable(),
  advice: z.string().nullable(),
  adviceVi: z.string().nullable(),
  severity: severitySchema,
  tags: z.array(z.string()),
  falsePositives: z.array(z.string()),
  references: z.array(z.string()),
});
