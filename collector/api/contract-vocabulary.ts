/** Words that several parts of the API use. */
import { z } from 'zod';

export const severitySchema = z.enum(['informational', 'low', 'medium', 'high', 'critical']);
export const alertStateSchema = z.enum(['new', 'acknowledged', 'in-progress', 'closed']);

/** Of exports as CSV: the language of the headings, and how many rows at most. */
export const CSV_LIMITS = { rowsMax: 1_000_000, rowsDefault: 10_000 } as const;
const csvLanguageSchema = z.enum(['vi', 'en']).default('vi');
const csvRowsSchema = z.int().min(1).max(CSV_LIMITS.rowsMax).default(CSV_LIMITS.rowsDefault);
export const csvBodyShape = { lang: csvLanguageSchema, limit: csvRowsSchema };
/** The same in an address, where numbers are text. */
export const csvQueryShape = {
  lang: csvLanguageSchema,
  limit: z.coerce.number().int().min(1).max(CSV_LIMITS.rowsMax).default(CSV_LIMITS.rowsDefault),
};
