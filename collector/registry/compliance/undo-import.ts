/** Takes an import back as one act: dossiers and systems as they were, what it began goes. Whatever was changed since keeps it whole. */
import { z } from 'zod';
import { dossierFactsSchema } from '../../compliance/dossier/facts.ts';
import { type AgencyScope, inScope } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb, RegistryTransaction } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { writeSystem } from '../system-book.ts';
import { readSystem } from '../systems.ts';
import { LAW_PROFILES } from '../tables/agency.ts';
import type { DossierBy } from './dossiers.ts';
import type { ImportStep } from './write-table-row.ts';

const stepsSchema: z.ZodType<ImportStep[]> = z.array(
  z.object({
    systemId: z.number(),
    systemVersion: z.number(),
    system: z
      .object({
        operatorId: z.number().nullable(),
        level: z.number().nullable(),
        lawProfile: z.enum(LAW_PROFILES),
        name: z.string().optional(),
        code: z.string().nullable().optional(),
        description: z.string().optional(),
        agencyId: z.number().optional(),
      })
      .nullable(),
    dossiers: z.array(
      z.object({ id: z.number(), version: z.number(), facts: dossierFactsSchema.nullable() }),
    ),
  }),
);

export interface ImportSummary {
  id: number;
  name: string;
  sha256: string;
  created: number;
  changed: number;
  atMs: number;
  actor: string;
  undoneMs: number | null;
  undoneBy: string | null;
}

function importRows(db: RegistryDb) {
  return db
    .selectFrom('dossier_import')
    .select(['id', 'agency_id', 'name', 'sha256', 'created', 'changed', 'at_ms as atMs', 'actor'])
    .select(['undone_ms as undoneMs', 'undone_by as undoneBy']);
}

/** Newest first: those of agencies in the scope. */
export async function listImports(
  db: RegistryDb,
  scope: AgencyScope,
  limit: number,
): Promise<ImportSummary[]> {
  const select = importRows(db).orderBy('id', 'desc').limit(limit);
  const rows = await (
    scope.kind === 'all' ? select : select.where('agency_id', 'in', scope.agencyIds)
  ).execute();
  return rows.map(({ agency_id: _agency, ...row }) => row);
}

const changed = (id: number, said: string): RefusalError =>
  new RefusalError('dossier-import-changed', String(id), said);

/** @throws RefusalError dossier-unknown, dossier-import-changed, dossier-not-yours */
export async function undoImport(registry: Registry, id: number, by: DossierBy): Promise<ImportSummary> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const row = await importRows(trx).select('steps').where('id', '=', id).executeTakeFirst();
    if (row === undefined || !inScope(by.scope, row.agency_id))
      throw new RefusalError('dossier-unknown', String(id), `there is no import ${id}`);
    if (row.undoneMs !== null) throw changed(id, 'it was taken back already');
    const steps = stepsSchema.parse(JSON.parse(row.steps));
    for (const step of steps) await requireUnchanged(trx, id, step, by);
    for (const step of steps.toReversed()) await undoStep(trx, id, step, by, nowMs);
    const done = { undone_ms: nowMs, undone_by: by.actor };
    await trx.updateTable('dossier_import').set(done).where('id', '=', id).execute();
    const target = `agency:${row.agency_id}`;
    const detail = { import: id, systems: steps.length };
    await writeAudit(trx, nowMs, { actor: by.actor, action: 'dossier.import-undo', target, detail });
    const { agency_id: _agency, steps: _steps, ...summary } = row;
    return { ...summary, undoneMs: nowMs, undoneBy: by.actor };
  });
}

async function requireUnchanged(
  trx: RegistryTransaction,
  id: number,
  step: ImportStep,
  { scope, approves }: DossierBy,
): Promise<void> {
  const { systemId } = step;
  const system = await readSystem(trx, systemId, scope);
  const versions = new Map(
    (
      await trx
        .selectFrom('system_dossier')
        .select(['id', 'version', 'status'])
        .where('system_id', '=', systemId)
        .execute()
    ).map((row) => [row.id, row]),
  );
  if (
    system.version !== step.systemVersion ||
    step.dossiers.some(({ id: one, version }) => versions.get(one)?.version !== version)
  )
    throw changed(id, `system ${systemId} (${system.name}) was changed since`);
  if (!approves && step.dossiers.some(({ id: one }) => versions.get(one)?.status === 'approved'))
    throw new RefusalError('dossier-not-yours', 'status', 'it holds dossiers that are approved');
  if (step.system === null && (versions.size > step.dossiers.length || (await isUsed(trx, systemId))))
    throw changed(id, `system ${systemId} (${system.name}) is in use by now`);
}

const USERS = [
  'host_system',
  'system_rule',
  'legal_hold',
  'dossier_document',
  'attestation',
  'system_exclusion',
] as const;

async function isUsed(trx: RegistryTransaction, systemId: number): Promise<boolean> {
  for (const table of USERS) {
    const row = await trx
      .selectFrom(table)
      .select('system_id')
      .where('system_id', '=', systemId)
      .executeTakeFirst();
    if (row !== undefined) return true;
  }
  return false;
}

async function undoStep(
  trx: RegistryTransaction,
  id: number,
  step: ImportStep,
  { actor, scope }: DossierBy,
  nowMs: number,
): Promise<void> {
  const { systemId, system } = step;
  for (const dossier of step.dossiers) await undoDossier(trx, id, { systemId, ...dossier }, actor, nowMs);
  if (system !== null) {
    await writeSystem(trx, systemId, system, { actor, scope, nowMs });
    return;
  }
  await trx.deleteFrom('dossier_reminder').where('system_id', '=', systemId).execute();
  await trx.deleteFrom('system_level').where('system_id', '=', systemId).execute();
  await trx.deleteFrom('retention_proof').where('system_id', '=', systemId).execute();
  await trx.deleteFrom('information_system').where('id', '=', systemId).execute();
}

async function undoDossier(
  trx: RegistryTransaction,
  importId: number,
  { id, systemId, version, facts }: ImportStep['dossiers'][number] & { systemId: number },
  actor: string,
  nowMs: number,
): Promise<void> {
  const next = version + 1;
  const json = facts === null ? null : JSON.stringify(facts);
  const reason = `import ${importId} was taken back`;
  await trx
    .insertInto('dossier_history')
    .values({ dossier_id: id, system_id: systemId, version: next, at_ms: nowMs, actor, reason, facts: json })
    .execute();
  if (facts === null || json === null) await trx.deleteFrom('system_dossier').where('id', '=', id).execute();
  else
    await trx
      .updateTable('system_dossier')
      .set({ status: facts.status, facts: json, version: next, changed_ms: nowMs, changed_by: actor })
      .where('id', '=', id)
      .execute();
}
