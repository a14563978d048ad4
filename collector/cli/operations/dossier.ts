/** Dossiers from the command line: the same acts as the API's, over all agencies. Who may use the local socket may approve. */
import { z } from 'zod';
import { importedSchema, importListSchema } from '../../api/contract-dossier-files.ts';
import {
  answersBodySchema,
  answeredSchema,
  deadlinePageSchema,
  dossierChangeSchema,
  dossierHistorySchema,
  dossierListSchema,
  dossierSchema,
  findingPageSchema,
} from '../../api/contract-dossiers.ts';
import {
  confirmBodySchema,
  confirmedSchema,
  mau08Query,
  mau08Schema,
  officeListSchema,
  officeSchema,
} from '../../api/contract-mau-08.ts';
import {
  toDossierView,
  toImportedView,
  toImportSummaryView,
  toOutcomeView,
  toVersionView,
} from '../../api/dossier-view.ts';
import { legalDayAt } from '../../agency/legal-day.ts';
import { currentDossier } from '../../compliance/dossier/checks.ts';
import { OFFICE_ROLES, officePatchSchema } from '../../compliance/dossier/office.ts';
import { TABLE_FIELDS } from '../../compliance/dossier/table-columns.ts';
import { readAgency, rootAgencyId } from '../../registry/agencies.ts';
import { answerCriteria } from '../../registry/compliance/answers.ts';
import { confirmRows } from '../../registry/compliance/confirmations.ts';
import { readDeadlines } from '../../registry/compliance/deadlines.ts';
import { importDossiers } from '../../registry/compliance/dossier-import.ts';
import { readDossierHistory } from '../../registry/compliance/dossier-history.ts';
import {
  createDossier,
  type Dossier,
  type DossierBy,
  listDossiers,
  patchDossier,
} from '../../registry/compliance/dossiers.ts';
import { mau08Span, readMau08Facts } from '../../registry/compliance/mau-08-facts.ts';
import { readOffices, setOffice } from '../../registry/compliance/offices.ts';
import { readFindings } from '../../registry/compliance/read-findings.ts';
import { listImports, undoImport } from '../../registry/compliance/undo-import.ts';
import type { Registry } from '../../registry/database.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { SheetError, WORKBOOK_LIMITS } from '../../spreadsheet/sheet.ts';
import { mau08Body } from '../../report/mau-08-body.ts';
import { bytesOf, contentOf, defineOperation } from './operation.ts';

const ALL = { kind: 'all' } as const;
const HISTORY_MAX = 500;
const IMPORTS_MAX = 100;
const id = z.int().min(1);
const systemInput = z.strictObject({ systemId: id });

const byOf = (actor: string): DossierBy => ({ actor, scope: ALL, approves: true });

/** The dossier that holds or is under way. @throws RefusalError system-unknown, dossier-unknown */
async function currentOf(registry: Registry, systemId: number): Promise<Dossier> {
  const dossiers = await listDossiers(registry.db, systemId, ALL);
  const current = currentDossier(dossiers, legalDayAt(registry.now()));
  const found = dossiers.find((dossier) => dossier.id === current?.id);
  if (found !== undefined) return found;
  throw new RefusalError('dossier-unknown', String(systemId), `system ${systemId} has no dossier`);
}

export const dossierShow = defineOperation({
  name: 'dossier.show',
  needs: 'data',
  input: systemInput,
  output: dossierListSchema,
  run: async ({ registry }, { systemId }) => ({
    dossiers: (await listDossiers(registry.db, systemId, ALL)).map(toDossierView),
  }),
});

export const dossierHistory = defineOperation({
  name: 'dossier.history',
  needs: 'data',
  input: systemInput,
  output: dossierHistorySchema.pick({ versions: true }),
  async run({ registry }, { systemId }) {
    const { id: dossierId } = await currentOf(registry, systemId);
    const versions = await readDossierHistory(registry.db, dossierId, ALL, { limit: HISTORY_MAX });
    return { versions: versions.map(toVersionView) };
  },
});

export const dossierSet = defineOperation({
  name: 'dossier.set',
  needs: 'data',
  /** `isNew`: a dossier beside those that are there; the first one of a system is begun in any case. */
  input: systemInput.extend({ change: dossierChangeSchema, isNew: z.boolean() }),
  output: dossierSchema,
  async run({ registry, actor }, { systemId, change: { reason, ...patch }, isNew }) {
    const dossiers = await listDossiers(registry.db, systemId, ALL);
    if (isNew || dossiers.length === 0)
      return toDossierView(await createDossier(registry, systemId, patch, byOf(actor)));
    const { id: dossierId } = await currentOf(registry, systemId);
    return toDossierView(await patchDossier(registry, dossierId, patch, { ...byOf(actor), reason }));
  },
});

export const dossierAnswer = defineOperation({
  name: 'dossier.answer',
  needs: 'data',
  input: systemInput.extend(answersBodySchema.shape),
  output: answeredSchema,
  async run({ registry, actor }, { systemId, answers }) {
    const { id: dossierId } = await currentOf(registry, systemId);
    const { dossier, outcome } = await answerCriteria(registry, dossierId, answers, byOf(actor));
    return { dossier: toDossierView(dossier), outcome: toOutcomeView(outcome) };
  },
});

export const dossierCheck = defineOperation({
  name: 'dossier.check',
  needs: 'data',
  input: z.strictObject({ systemId: id.optional() }),
  output: findingPageSchema.pick({ findings: true }),
  async run({ registry }, { systemId }) {
    const findings = await readFindings(registry, ALL, { systemId });
    return { findings: findings.map(({ args, ...finding }) => ({ ...finding, args: { ...args } })) };
  },
});

export const dossierDeadlines = defineOperation({
  name: 'dossier.deadlines',
  needs: 'data',
  input: z.strictObject({ withinDays: z.int().min(0) }),
  output: deadlinePageSchema.pick({ deadlines: true }),
  run: async ({ registry }, { withinDays }) => ({
    deadlines: (await readDeadlines(registry, ALL)).filter(({ daysLeft }) => daysLeft <= withinDays),
  }),
});

export const dossierImport = defineOperation({
  name: 'dossier.import',
  needs: 'data',
  input: z.strictObject({
    name: z.string().min(1).max(256),
    agencyId: id.optional(),
    columns: z.partialRecord(z.enum(TABLE_FIELDS), z.string().max(2)),
    skipBad: z.boolean(),
    dryRun: z.boolean(),
  }),
  output: importedSchema,
  async run(context, { agencyId, ...wanted }) {
    const { registry, actor } = context;
    const own = agencyId ?? (await rootAgencyId(registry.db));
    await readAgency(registry.db, own);
    const bytes = await bytesOf(contentOf(context), WORKBOOK_LIMITS.bytesMax);
    try {
      return toImportedView(
        await importDossiers(registry, { ...wanted, bytes }, { ...byOf(actor), agencyId: own }),
      );
    } catch (error) {
      if (!(error instanceof SheetError)) throw error;
      throw new RefusalError('import-invalid', wanted.name, error.message, { cause: error });
    }
  },
});

export const dossierImports = defineOperation({
  name: 'dossier.imports',
  needs: 'data',
  input: z.strictObject({}),
  output: importListSchema,
  run: async ({ registry }) => ({
    imports: (await listImports(registry.db, ALL, IMPORTS_MAX)).map(toImportSummaryView),
  }),
});

export const dossierImportUndo = defineOperation({
  name: 'dossier.import-undo',
  needs: 'data',
  input: z.strictObject({ id }),
  output: importListSchema.shape.imports.element,
  run: async ({ registry, actor }, wanted) =>
    toImportSummaryView(await undoImport(registry, wanted.id, byOf(actor))),
});

export const dossierConfirm = defineOperation({
  name: 'dossier.confirm',
  needs: 'data',
  input: confirmBodySchema.required({ agencyId: true }),
  output: confirmedSchema,
  run: ({ registry, actor }, wanted) => confirmRows(registry, wanted, { actor, scope: ALL }),
});

export const dossierMau08 = defineOperation({
  name: 'dossier.mau-08',
  needs: 'data',
  input: mau08Query,
  output: mau08Schema,
  async run({ registry }, { agencyId, ...of }) {
    const nowMs = registry.now();
    const span = mau08Span(of, legalDayAt(nowMs));
    const reporting = agencyId ?? (await rootAgencyId(registry.db));
    return mau08Body(await readMau08Facts(registry.db, { agencyId: reporting, ...span, scope: ALL, nowMs }));
  },
});

export const officeShow = defineOperation({
  name: 'office.show',
  needs: 'data',
  input: z.strictObject({ agencyId: id }),
  output: officeListSchema,
  async run({ registry }, { agencyId }) {
    await readAgency(registry.db, agencyId);
    return { offices: await readOffices(registry.db, [agencyId]) };
  },
});

export const officeSet = defineOperation({
  name: 'office.set',
  needs: 'data',
  input: z.strictObject({ agencyId: id, role: z.enum(OFFICE_ROLES), patch: officePatchSchema }),
  output: officeSchema,
  run: ({ registry, actor }, { agencyId, role, patch }) =>
    setOffice(registry, agencyId, role, patch, { actor, scope: ALL }),
});
