/**
 * Clocks that the law runs on incidents: read from a file with source and confidence, and when they are due. Pure but for
 * `loadLegalClocks`. Invariant: what a clock said when it was started stays with it; a later file changes no running clock.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import { addDays, legalDayAt, startOfDayMs } from '../agency/legal-day.ts';
import { checklistsSchema, type Checklists } from './checklists.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Working days that are looked through for one term. */
const LOOK_DAYS_MAX = 3_700;

const daySchema = z.iso.date();
/** YAML reads a plain day as a time of its own. */
const yamlDaySchema = z.union([daySchema, z.date().transform((date) => date.toISOString().slice(0, 10))]);

export const termSchema = z.union([
  z.literal('at-once'),
  z.strictObject({ hours: z.number().positive().max(87_600) }),
  z.strictObject({ days: z.int().min(1).max(3_650) }),
  z.strictObject({ 'working-days': z.int().min(1).max(1_000) }),
]);
export type Term = z.infer<typeof termSchema>;

const clockSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,64}$/),
  profile: z.enum(['vn-2026', 'vn-2022']),
  within: termSchema,
  warnBeforeMinutes: z.int().min(0).max(525_600),
  title: z.string().min(1).max(200),
  titleVi: z.string().min(1).max(200),
  text: z.string().max(1_000),
  textVi: z.string().max(1_000),
  receiver: z.string().max(300),
  source: z.string().min(1).max(300),
  confidence: z.enum(['A', 'B', 'C', 'D']),
});
export type LegalClock = z.infer<typeof clockSchema>;

export const legalClocksSchema = z.strictObject({
  version: z.literal(1),
  timeZone: z.literal('Asia/Ho_Chi_Minh'),
  clocks: z
    .array(clockSchema)
    .max(100)
    .refine((clocks) => new Set(clocks.map(({ id }) => id)).size === clocks.length, 'two clocks have one id'),
  holidays: z.strictObject({
    source: z.string().max(300),
    confidence: z.enum(['A', 'B', 'C', 'D']),
    days: z.array(yamlDaySchema).max(1_000),
    worked: z.array(yamlDaySchema).max(1_000),
  }),
});
export type LegalClocks = z.infer<typeof legalClocksSchema>;

export function isWorkingDay(
  day: string,
  { days, worked }: Pick<LegalClocks['holidays'], 'days' | 'worked'>,
): boolean {
  if (worked.includes(day)) return true;
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !days.includes(day);
}

/**
 * When a term that begins now is over. Days by the Civil Code 2015, articles 147 and 148: the first day is not counted, the
 * term ends with the last moment of its last day in Vietnam.
 * @param startedMs milliseconds UTC
 * @returns milliseconds UTC; of days the first moment after them
 */
export function dueAfter(
  startedMs: number,
  term: Term,
  holidays: Pick<LegalClocks['holidays'], 'days' | 'worked'>,
): number {
  if (term === 'at-once') return startedMs;
  if ('hours' in term) return startedMs + term.hours * HOUR_MS;
  let day = legalDayAt(startedMs);
  if ('days' in term) return startOfDayMs(addDays(day, term.days + 1));
  let left = term['working-days'];
  for (let looked = 0; left > 0; looked += 1) {
    if (looked > LOOK_DAYS_MAX) throw new RangeError('there are no working days in ten years');
    day = addDays(day, 1);
    if (isWorkingDay(day, holidays)) left -= 1;
  }
  return startOfDayMs(addDays(day, 1));
}

/** When people are warned; never before it began. */
export function warnAt(startedMs: number, dueMs: number, warnBeforeMinutes: number): number {
  return Math.max(startedMs, dueMs - warnBeforeMinutes * MINUTE_MS);
}

export interface CaseRules {
  clocks: LegalClocks;
  checklists: Checklists;
}

/** The file of clocks cannot be used; the message names it and what is wrong. */
export class CaseRulesError extends Error {
  override readonly name = 'CaseRulesError';
}

async function readYaml<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  try {
    return schema.parse(load(await readFile(file, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new CaseRulesError(`${file}: ${why}`, { cause: error });
  }
}

/**
 * @param folder where the product's own files are
 * @param ownClocks an administrator's file that takes the place of ours; undefined without one
 * @throws CaseRulesError
 */
export async function loadCaseRules(folder: string, ownClocks: string | undefined): Promise<CaseRules> {
  return {
    clocks: await readYaml(ownClocks ?? path.join(folder, 'legal-clocks.yml'), legalClocksSchema),
    checklists: await readYaml(path.join(folder, 'checklists.yml'), checklistsSchema),
  };
}
