/** Shapes of agencies, their codes and their history: of the API and of the command line. Days are `YYYY-MM-DD` of Vietnam. */
import { z } from 'zod';
import { legalDaySchema } from '../agency/legal-day.ts';
import { LIMITS } from '../protocol/limits.ts';
import { AGENCY_CODE_FORMS, AGENCY_KINDS } from '../registry/tables/agency.ts';

const PAGE_MAX = 1_000;

export const agencyNameSchema = z.string().trim().min(1).max(LIMITS.nameMax);
export const shortNameSchema = z.string().trim().max(64);
export const agencyKindSchema = z.enum(AGENCY_KINDS);
export const agencyIdSchema = z.int().min(1);

export const agencySchema = z.object({
  id: z.number(),
  /** The official Vietnamese name. */
  name: z.string(),
  /** Empty when it has none. */
  shortName: z.string(),
  kind: agencyKindSchema,
  /** Null for the root, and for the topmost agency that the caller sees. */
  parentId: z.number().nullable(),
  /** First day of it; null when it is not known. */
  beganOn: z.string().nullable(),
  /** First day it was no more; null while it is. */
  endedOn: z.string().nullable(),
  version: z.number(),
});
export const agencyCodeSchema = z.object({
  id: z.number(),
  /** `qcvn-102`: QCVN 102:2016, 13 characters. `qd-20`: decision 20/2020/QD-TTg. */
  form: z.enum(AGENCY_CODE_FORMS),
  code: z.string(),
  /** First day it holds, and first day it no longer does; null where there is none. */
  from: z.string().nullable(),
  to: z.string().nullable(),
});
const relatedSchema = z.object({
  id: z.number(),
  name: z.string(),
  on: z.string(),
  changeId: z.number(),
  /** Whoever sees the successor sees what the predecessor left. */
  keepsHistory: z.boolean(),
});
export const agencyDetailSchema = agencySchema.extend({
  codes: z.array(agencyCodeSchema),
  /** What it was called and where it stood, oldest first; the last is now. */
  periods: z.array(
    z.object({
      name: z.string(),
      shortName: z.string(),
      kind: agencyKindSchema,
      parentId: z.number().nullable(),
      from: z.string().nullable(),
      to: z.string().nullable(),
    }),
  ),
  successors: z.array(relatedSchema),
  predecessors: z.array(relatedSchema),
});

/** GET /agencies */
export const agencyQuerySchema = z.strictObject({
  /** Words of the name, with or without marks. */
  text: z.string().max(LIMITS.nameMax).optional(),
  parentId: z.coerce.number().int().min(1).optional(),
  kind: agencyKindSchema.optional(),
  /** Whose code it was on `asOf`, else is today. */
  code: z.string().min(1).max(64).optional(),
  /** The tree as it stood on that day. */
  asOf: legalDaySchema.optional(),
  /** Those that have ended, too. */
  withEnded: z.enum(['true', 'false']).optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(200),
  after: z.string().max(512).optional(),
});
export const agencyPageSchema = z.object({
  agencies: z.array(agencySchema),
  /** Goes into `after` for the next page; null on the last. */
  next: z.string().nullable(),
});

/** POST /agencies */
export const agencyBodySchema = z.strictObject({
  name: agencyNameSchema,
  shortName: shortNameSchema.optional(),
  kind: agencyKindSchema,
  /** The caller's own agency by default. */
  parentId: agencyIdSchema.optional(),
  beganOn: legalDaySchema.optional(),
});
/** PATCH /agencies/:id: puts name and short name right, moves it from today on. */
export const agencyPatchSchema = z.strictObject({
  name: agencyNameSchema.optional(),
  shortName: shortNameSchema.optional(),
  kind: agencyKindSchema.optional(),
  parentId: agencyIdSchema.optional(),
});
/** POST /agencies/:id/codes */
export const codeBodySchema = z.strictObject({
  code: z.string().trim().min(1).max(64),
  form: z.enum(AGENCY_CODE_FORMS).optional(),
  from: legalDaySchema.optional(),
  to: legalDaySchema.optional(),
  /** The code of that form that holds until then ends on `from`. */
  replaces: z.boolean().optional(),
});
/** POST /agencies/:id/codes/:codeId/end */
export const codeEndBodySchema = z.strictObject({ on: legalDaySchema });
/** GET /agencies/:id/responsible */
export const responsibleQuerySchema = z.strictObject({ on: legalDaySchema });
export const responsibleSchema = z.object({ on: z.string(), agencies: z.array(agencySchema) });
export const agencyParamsSchema = z.strictObject({ id: z.coerce.number().int().min(1) });

export type AgencyView = z.infer<typeof agencySchema>;
export type AgencyDetailView = z.infer<typeof agencyDetailSchema>;

/** What an import did, or would do. */
/** A column of 0 is about the whole row. `vi` is the message in Vietnamese, or `reason` names a refusal. */
export const csvFaultSchema = z.object({
  line: z.number(),
  column: z.number(),
  message: z.string(),
  vi: z.string().optional(),
  reason: z.string().optional(),
});
export const importedSchema = z.object({
  created: z.number(),
  changed: z.number(),
  unchanged: z.number(),
  /** Nothing was written when there are any. */
  faults: z.array(csvFaultSchema),
  moreFaults: z.number(),
});
const changeSchema = z.tuple([
  z.union([z.string(), z.number()]).nullable(),
  z.union([z.string(), z.number()]).nullable(),
]);
/** POST /systems/import */
export const importedSystemsSchema = importedSchema.extend({
  /** By which it is taken back: POST /compliance/dossier-imports/:id/undo; null: nothing was written. */
  id: z.number().nullable(),
  /** The first of those that do something. */
  rows: z.array(
    z.object({
      line: z.number(),
      outcome: z.enum(['created', 'changed', 'unchanged']),
      name: z.string(),
      agencyName: z.string(),
      /** What it was and what it becomes, field by field. */
      changes: z.partialRecord(
        z.enum(['name', 'code', 'agencyName', 'operatorName', 'level', 'lawProfile', 'description']),
        changeSchema,
      ),
    }),
  ),
});
export const starterSchema = z.object({
  added: z.array(z.object({ code: z.string(), name: z.string(), level: z.number() })),
  /** Codes of the catalogue that the agency has already. */
  there: z.array(z.string()),
});
