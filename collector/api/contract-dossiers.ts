/** Shapes of dossiers of systems' levels, of Mẫu 08 and of what it is made of. Legal days are `YYYY-MM-DD` of Vietnam. */
import { z } from 'zod';
import { legalDaySchema } from '../agency/legal-day.ts';
import { DEADLINE_KINDS } from '../compliance/dossier/deadlines.ts';
import { dossierFactsSchema, dossierPatchSchema } from '../compliance/dossier/facts.ts';
import { FINDING_CODES } from '../compliance/dossier/finding.ts';
import { OFFICE_ROLES, officeFactsSchema } from '../compliance/dossier/office.ts';
import { TABLE_FIELDS } from '../compliance/dossier/table-columns.ts';
import { DOCUMENT_KINDS } from '../registry/tables/dossier.ts';

const id = z.coerce.number().int().min(1).max(2_147_483_647);
const reason = z.string().trim().min(1).max(1_024);
const bothSchema = z.object({ vi: z.string(), en: z.string() });
const limit = z.coerce.number().int().min(1).max(500).default(100);
const after = z.string().max(512).optional();
export const idParams = z.strictObject({ id });

export const dossierSchema = z.object({
  id: z.number(),
  systemId: z.number(),
  facts: dossierFactsSchema,
  version: z.number(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  changedAt: z.iso.datetime(),
  changedBy: z.string(),
});
export const dossierListSchema = z.object({ dossiers: z.array(dossierSchema) });
/** POST /systems/:id/dossiers */
export const dossierBodySchema = dossierPatchSchema;
/** PATCH /dossiers/:id: what is left out stays, null takes away; `reason` goes into the history. */
export const dossierChangeSchema = dossierPatchSchema.extend({ reason: reason.optional() });

export const dossierHistoryQuery = z.strictObject({ limit, after });
export const dossierHistorySchema = z.object({
  versions: z.array(
    z.object({
      version: z.number(),
      at: z.iso.datetime(),
      actor: z.string(),
      reason: z.string().nullable(),
      /** Null: it was taken away with the import that began it. */
      facts: dossierFactsSchema.nullable(),
    }),
  ),
  next: z.string().nullable(),
});

const answersSchema = z.record(z.string().min(1).max(64), z.array(z.string().min(1).max(64)).max(20));
const ledToSchema = z.object({
  question: z.string(),
  answer: z.string(),
  level: z.number(),
  clause: z.string(),
  /** D: to be confirmed. */
  confidence: z.string(),
});
const outcomeSchema = z.object({
  level: z.number().nullable(),
  isComplete: z.boolean(),
  decided: z.array(ledToSchema),
  outweighed: z.array(ledToSchema),
  missing: z.array(z.string()),
});
/** POST /dossiers/:id/answers: by question, the answers that hold. */
export const answersBodySchema = z.strictObject({ answers: answersSchema });
export const answeredSchema = z.object({ dossier: dossierSchema, outcome: outcomeSchema });
export const answersViewSchema = z.object({
  /** Null while nothing was answered. */
  given: z
    .object({
      at: z.iso.datetime(),
      actor: z.string(),
      /** Profile and version of the questionnaire. */
      criteria: z.string(),
      answers: answersSchema,
      outcome: outcomeSchema,
    })
    .nullable(),
});

export const findingSchema = z.object({
  code: z.enum(FINDING_CODES),
  /** `error`: Mẫu 08 may not leave like this. */
  severity: z.enum(['error', 'warning']),
  systemId: z.number().nullable(),
  dossierId: z.number().nullable(),
  agencyId: z.number().nullable(),
  field: z.string(),
  args: z.record(z.string(), z.string()),
  text: bothSchema,
});
export const findingQuery = z.strictObject({
  systemId: id.optional(),
  severity: z.enum(['error', 'warning']).optional(),
  limit,
  after,
});
export const findingPageSchema = z.object({
  findings: z.array(findingSchema.extend({ systemName: z.string(), agencyName: z.string() })),
  total: z.number(),
  next: z.string().nullable(),
});

export const deadlineQuery = z.strictObject({
  /** Those due within so many days, or passed. */
  withinDays: z.coerce.number().int().min(0).max(1_000_000).default(1_000_000),
  limit,
  after,
});
export const deadlinePageSchema = z.object({
  deadlines: z.array(
    z.object({
      kind: z.enum(DEADLINE_KINDS),
      dueOn: z.string(),
      /** Below 0 when it has passed. */
      daysLeft: z.number(),
      systemId: z.number(),
      systemName: z.string(),
      agencyId: z.number(),
      agencyName: z.string(),
      /** Null: what the papers say. */
      clause: z.string().nullable(),
      confidence: z.string().nullable(),
    }),
  ),
  total: z.number(),
  next: z.string().nullable(),
});

export const officeSchema = z.object({
  agencyId: z.number(),
  role: z.enum(OFFICE_ROLES),
  facts: officeFactsSchema,
  /** 0 while nothing is written down. */
  version: z.number(),
});
export const officeListSchema = z.object({ offices: z.array(officeSchema) });
export const officeParams = z.strictObject({ id, role: z.enum(OFFICE_ROLES) });

const agencySchema = z.object({ id: z.number(), name: z.string(), code: z.string().nullable() });
const countsSchema = z.object({
  managed: z.number(),
  classified: z.number(),
  dossierMade: z.number(),
  appraised: z.number(),
  approved: z.number(),
  approvedAndChecked: z.number(),
});
const paperSchema = z.object({ number: z.string().nullable(), on: z.string().nullable() });
const changeSchema = z.object({
  on: z.string(),
  kind: z.enum(['merge', 'split', 'rename']),
  before: z.array(z.string()),
  after: z.array(z.string()),
});

/** Mẫu 08 as data, in the order of the form. */
export const mau08Schema = z.object({
  kind: z.literal('mau-08'),
  agency: agencySchema,
  year: z.number(),
  from: z.string(),
  day: z.string(),
  part1: countsSchema.extend({
    byLevel: z.array(z.object({ level: z.number(), counts: countsSchema })),
    expectedCompletionOn: z.string().nullable(),
    remaining: z.number(),
  }),
  part2: z.array(
    z.object({
      agency: agencySchema,
      owner: officeFactsSchema.nullable(),
      unit: officeFactsSchema.nullable(),
    }),
  ),
  part3: z.array(
    z.object({
      systemId: z.number(),
      ownerId: z.number(),
      index: z.number(),
      name: z.string(),
      owner: z.string(),
      operator: z.string(),
      level: z.number().nullable(),
      status: dossierFactsSchema.shape.status.nullable(),
      approval: paperSchema,
      regulation: paperSchema,
      expectedApprovalOn: z.string().nullable(),
      plan: dossierFactsSchema.shape.plan,
      expectedFullOn: z.string().nullable(),
      checks: z.array(z.enum(['before-use', 'periodic'])),
    }),
  ),
  annexes: z.object({
    criticalCandidates: z.array(
      z.object({ systemId: z.number(), name: z.string(), owner: z.string(), level: z.number().nullable() }),
    ),
    regulationKept: z.array(
      z.object({ systemId: z.number(), name: z.string(), said: z.string().nullable() }),
    ),
    rented: z.array(
      z.object({
        systemId: z.number(),
        name: z.string(),
        provider: z.string().nullable(),
        contract: z.string().nullable(),
        until: z.string().nullable(),
      }),
    ),
    changes: z.array(changeSchema),
  }),
  checks: z.array(findingSchema),
  confirmations: z.object({
    confirmed: z.array(
      z.object({ agency: agencySchema, at: z.string(), by: z.string(), changed: z.boolean() }),
    ),
    late: z.array(agencySchema),
  }),
});
const year = z.coerce.number().int().min(2_000).max(2_100);
/** GET /compliance/mau-08: of a year (15/12 to 14/12), or as of a day. */
export const mau08Query = z.strictObject({
  agencyId: id.optional(),
  year: year.optional(),
  day: legalDaySchema.optional(),
});
export const confirmBodySchema = z.strictObject({
  agencyId: z.int().min(1).optional(),
  year: z.int().min(2_000).max(2_100),
  note: z.string().trim().max(1_024).default(''),
});
export const confirmedSchema = z.object({
  agencyId: z.number(),
  year: z.number(),
  rows: z.number(),
  digest: z.string(),
});

export const documentSchema = z.object({
  id: z.string(),
  systemId: z.number().nullable(),
  agencyId: z.number().nullable(),
  kind: z.enum(DOCUMENT_KINDS),
  name: z.string(),
  type: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  quarantined: z.boolean(),
  addedBy: z.string(),
  addedAt: z.iso.datetime(),
  removed: z.object({ by: z.string(), at: z.iso.datetime(), reason: z.string() }).nullable(),
});
export const documentListSchema = z.object({ documents: z.array(documentSchema) });
/** Whose: a system or an agency, one of the two. */
const ownerFields = { systemId: id.optional(), agencyId: id.optional() };
const isOne = ({
  systemId,
  agencyId,
}: {
  systemId?: number | undefined;
  agencyId?: number | undefined;
}): boolean => (systemId === undefined) !== (agencyId === undefined);
const ONE = { message: 'name a system or an agency, one of the two', path: ['systemId'] };
export const documentQuery = z.strictObject(ownerFields).refine(isOne, ONE);
export const documentAddQuery = z
  .strictObject({
    ...ownerFields,
    name: z.string().min(1).max(1_024),
    kind: z.enum(DOCUMENT_KINDS).default('other'),
  })
  .refine(isOne, ONE);
export const documentParams = z.strictObject({ id: z.string().regex(/^[0-9a-f]{32}$/) });
/** Said to have a file that is under quarantine. */
export const documentDownloadQuery = z.strictObject({ risk: z.literal('accepted').optional() });
export const documentRemoveSchema = z.strictObject({ reason });

const COLUMN = /^(?:[A-Za-z]{1,2})$/;
const columnsSchema = z.partialRecord(z.enum(TABLE_FIELDS), z.string().regex(COLUMN, 'a column such as B'));
/** In a query: `name=B,level=E`. */
export const columnChoiceSchema = z
  .string()
  .max(512)
  .transform((text) =>
    Object.fromEntries(text.split(',').map((part) => part.split('=', 2).map((one) => one.trim()))),
  )
  .pipe(columnsSchema);
const flag = z.enum(['true', 'false']).default('false');
export const importQuery = z.strictObject({
  name: z.string().min(1).max(256).default('import'),
  /** Whose systems are where no owner is written; the caller's own by default. */
  agencyId: id.optional(),
  columns: columnChoiceSchema.optional(),
  skipBad: flag,
  dryRun: flag,
});
export const importedSchema = z.object({
  /** Null: nothing was written. */
  id: z.number().nullable(),
  sha256: z.string(),
  counts: z.object({
    created: z.number(),
    changed: z.number(),
    unchanged: z.number(),
    skipped: z.number(),
  }),
  sheets: z.array(
    z.object({
      name: z.string(),
      rows: z.number(),
      /** Null: the sheet holds no such table. */
      headingRow: z.number().nullable(),
      columns: z.array(
        z.object({ letter: z.string(), heading: z.string(), field: z.enum(TABLE_FIELDS).nullable() }),
      ),
    }),
  ),
  rows: z.array(
    z.object({
      sheet: z.string(),
      row: z.number(),
      action: z.enum(['create', 'change', 'unchanged', 'skip']),
      name: z.string(),
      owner: z.string().nullable(),
      systemId: z.number().nullable(),
      changes: z.record(z.string(), z.tuple([z.unknown(), z.unknown()])),
    }),
  ),
  problems: z.array(
    z.object({
      sheet: z.string(),
      row: z.number(),
      column: z.string(),
      severity: z.enum(['error', 'warning']),
      text: bothSchema,
    }),
  ),
  moreProblems: z.number(),
});
export const importListSchema = z.object({
  imports: z.array(
    z.object({
      id: z.number(),
      name: z.string(),
      sha256: z.string(),
      created: z.number(),
      changed: z.number(),
      at: z.iso.datetime(),
      actor: z.string(),
      undoneAt: z.iso.datetime().nullable(),
      undoneBy: z.string().nullable(),
    }),
  ),
});
