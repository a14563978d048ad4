/** Words that several parts of the API use. */
import { z } from 'zod';

export const severitySchema = z.enum(['informational', 'low', 'medium', 'high', 'critical']);
export const alertStateSchema = z.enum(['new', 'acknowledged', 'in-progress', 'closed']);

/** One line of text. */
export const line = (charsMax: number) =>
  z
    .string()
    .trim()
    .max(charsMax)
    .regex(/^[^\p{Cc}]*$/u, 'one line of text');
/** Text of several lines. */
export const text = (charsMax: number) =>
  z
    .string()
    .trim()
    .max(charsMax)
    .regex(/^[^\p{Cc}\t\n\r]*(?:[\t\n\r][^\p{Cc}]*)*$/u, 'text without control characters');

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
