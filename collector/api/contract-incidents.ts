/** Shapes of incidents of cases: facts, grounds, who was told, notices. */
import { z } from 'zod';
import { incidentFactsSchema, incidentPatchSchema, INCIDENT_LIMITS } from '../case/incident-facts.ts';
import { NOTICE_KINDS, TOLD_CHANNELS } from '../report/notice-words.ts';
import { CASE_LIMITS } from '../case/case-words.ts';
import { caseIdSchema, timeSchema } from './contract-cases.ts';
import { fileQuerySchema } from './contract-reports.ts';

const shownTime = z.iso.datetime();
const partId = z.coerce.number().int().min(1).max(2_147_483_647);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const incidentBodySchema = incidentPatchSchema;

export const incidentViewSchema = z.object({
  case: z.string(),
  /** Of the case: changes are made for it. */
  version: z.number(),
  /** A drill counts nowhere. */
  drill: z.boolean(),
  /** False: nobody has told of an incident in this case yet. */
  begun: z.boolean(),
  facts: incidentFactsSchema,
  serious: z.boolean(),
  grounds: z.array(
    z.object({
      code: z.string(),
      source: z.string(),
      confidence: z.string(),
      /** Confidence C or D: not law that was read. */
      toBeConfirmed: z.boolean(),
      vi: z.string(),
      en: z.string(),
    }),
  ),
  systems: z.array(
    z.object({ id: z.number(), name: z.string(), level: z.number().nullable(), profile: z.string() }),
  ),
  /** What it is not closed without. */
  missing: z.array(z.string()),
  updatedAt: shownTime.nullable(),
  updatedBy: z.string().nullable(),
});

export const toldBodySchema = z.strictObject({
  /** Now by default. */
  at: timeSchema.optional(),
  receiver: z.string().min(1).max(INCIDENT_LIMITS.lineChars),
  channel: z.enum(TOLD_CHANNELS),
  /** Number, day and SHA-256 of what was sent: the proof; a call has none. */
  number: z.string().max(60).default(''),
  on: z.union([z.iso.date(), z.literal('')]).default(''),
  sha256: z.union([sha256, z.literal('')]).default(''),
  note: z.string().max(CASE_LIMITS.reasonChars).default(''),
  /** The clock that it meets. */
  clockId: z.int().min(1).optional(),
  /** The locked notice that was sent. */
  noticeId: z.int().min(1).optional(),
});

export const toldListSchema = z.object({
  told: z.array(
    z.object({
      id: z.number(),
      at: shownTime,
      receiver: z.string(),
      channel: z.enum(TOLD_CHANNELS),
      number: z.string(),
      on: z.string(),
      sha256: z.string(),
      note: z.string(),
      clockId: z.number().nullable(),
      clock: z.string().nullable(),
      /** Of one that meets a clock. */
      inTime: z.boolean().nullable(),
      noticeId: z.number().nullable(),
      notedAt: shownTime,
      notedBy: z.string(),
    }),
  ),
});

export const noticeBodySchema = z.strictObject({ kind: z.enum(NOTICE_KINDS) });
export const noticeQuerySchema = fileQuerySchema.extend({ kind: z.enum(NOTICE_KINDS) });
export const noticeParams = z.strictObject({ id: caseIdSchema, partId });

export const noticeListSchema = z.object({
  notices: z.array(
    z.object({
      id: z.number(),
      kind: z.enum(NOTICE_KINDS),
      revision: z.number(),
      sha256: z.string(),
      /** What was not known when it was locked. */
      missing: z.array(z.string()),
      lockedAt: shownTime,
      lockedBy: z.string(),
    }),
  ),
});
