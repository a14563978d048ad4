/** Shapes of papers of systems and agencies, and of tables that are taken in. */
import { z } from 'zod';
import { FILE_SCANS } from '../case/file-scan.ts';
import { TABLE_FIELDS } from '../compliance/dossier/table-columns.ts';
import { DOCUMENT_KINDS } from '../registry/tables/dossier.ts';
import { bothSchema, idSchema } from './contract-dossiers.ts';

const reason = z.string().trim().min(1).max(1_024);

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
  /** What a virus scanner said when the file came. */
  scan: z.enum(FILE_SCANS),
  addedBy: z.string(),
  addedAt: z.iso.datetime(),
  removed: z.object({ by: z.string(), at: z.iso.datetime(), reason: z.string() }).nullable(),
});
export const documentListSchema = z.object({ documents: z.array(documentSchema) });
/** Whose: a system or an agency, one of the two. */
const ownerFields = { systemId: idSchema.optional(), agencyId: idSchema.optional() };
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
  agencyId: idSchema.optional(),
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
