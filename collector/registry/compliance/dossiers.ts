/**
 * Dossiers of systems' levels. Invariants: every version stands in the history and in the audit trail; level and profile of a system
 * follow its approved dossier in the same transaction; what was approved is changed by who approves only.
 */
import {
  type DossierFacts,
  dossierFactsSchema,
  type DossierPatch,
  EMPTY_DOSSIER,
  levelOf,
  patched,
} from '../../compliance/dossier/facts.ts';
import { type AgencyScope, requireVersion } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb, RegistryTransaction } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { findSystem } from '../system-book.ts';
import { type InformationSystem, writeLevel } from '../systems.ts';

export interface Dossier {
  id: number;
  systemId: number;
  facts: DossierFacts;
  version: number;
  createdMs: number;
  createdBy: string;
  changedMs: number;
  changedBy: string;
}

export interface DossierBy {
  actor: string;
  scope: AgencyScope;
  /** Whether they may approve. */
  approves: boolean;
}

/** A system is graded anew now and then, not every day. */
const DOSSIERS_MAX = 50;

export function readFacts(json: string): DossierFacts {
  return dossierFactsSchema.parse({ ...EMPTY_DOSSIER, ...(JSON.parse(json) as object) });
}

export function dossierRows(db: RegistryDb) {
  return db
    .selectFrom('system_dossier')
    .select(['id', 'system_id as systemId', 'facts', 'version'])
    .select(['created_ms as createdMs', 'created_by as createdBy'])
    .select(['changed_ms as changedMs', 'changed_by as changedBy']);
}

export const toDossier = <T extends { facts: string }>(
  row: T,
): Omit<T, 'facts'> & { facts: DossierFacts } => ({
  ...row,
  facts: readFacts(row.facts),
});

/** Of a system, oldest first. @throws RefusalError system-unknown */
export async function listDossiers(db: RegistryDb, systemId: number, scope: AgencyScope): Promise<Dossier[]> {
  await findSystem(db, systemId, scope);
  const rows = await dossierRows(db).where('system_id', '=', systemId).orderBy('id').execute();
  return rows.map(toDossier);
}

/** @throws RefusalError dossier-unknown, also for one of a system outside the scope */
export async function findDossier(
  db: RegistryDb,
  id: number,
  scope: AgencyScope,
): Promise<{ dossier: Dossier; system: InformationSystem }> {
  const row = await dossierRows(db).where('id', '=', id).executeTakeFirst();
  const unknown = new RefusalError('dossier-unknown', String(id), `there is no dossier ${id}`);
  if (row === undefined) throw unknown;
  try {
    return { dossier: toDossier(row), system: await findSystem(db, row.systemId, scope) };
  } catch (error) {
    if (error instanceof RefusalError && error.code === 'system-unknown') throw unknown;
    throw error;
  }
}

/** @throws RefusalError system-unknown, dossier-invalid, dossier-not-yours */
export function createDossier(
  registry: Registry,
  systemId: number,
  patch: DossierPatch,
  by: DossierBy,
): Promise<Dossier> {
  return registry.db.transaction().execute((trx) => insertDossier(trx, systemId, patch, by, registry.now()));
}

/** As part of a larger act. @throws as createDossier */
export async function insertDossier(
  trx: RegistryTransaction,
  systemId: number,
  patch: DossierPatch,
  by: DossierBy,
  nowMs: number,
): Promise<Dossier> {
  const system = await findSystem(trx, systemId, by.scope);
  const facts = patched({ ...EMPTY_DOSSIER, lawProfile: system.lawProfile }, patch);
  requireApprover(undefined, facts, by);
  const before = await trx
    .selectFrom('system_dossier')
    .select('id')
    .where('system_id', '=', systemId)
    .execute();
  if (before.length >= DOSSIERS_MAX)
    throw new RefusalError('dossier-invalid', 'systemId', `a system has at most ${DOSSIERS_MAX} dossiers`);
  const { id } = await trx
    .insertInto('system_dossier')
    .values({
      system_id: systemId,
      status: facts.status,
      facts: JSON.stringify(facts),
      created_ms: nowMs,
      created_by: by.actor,
      changed_ms: nowMs,
      changed_by: by.actor,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const act = { id, systemId, version: 1, facts, by, nowMs };
  await noteVersion(trx, 'dossier.create', act, { status: facts.status, level: levelOf(facts) });
  await followApproved(trx, act);
  return toDossier(await dossierRows(trx).where('id', '=', id).executeTakeFirstOrThrow());
}

/** @throws RefusalError dossier-unknown, dossier-invalid, dossier-not-yours, version-conflict */
export function patchDossier(
  registry: Registry,
  id: number,
  patch: DossierPatch,
  by: DossierBy & { version?: number | undefined; reason?: string | undefined },
): Promise<Dossier> {
  return registry.db.transaction().execute((trx) => writeDossier(trx, id, patch, by, registry.now()));
}

/** As part of a larger act. @throws as patchDossier */
export async function writeDossier(
  trx: RegistryTransaction,
  id: number,
  patch: DossierPatch,
  by: DossierBy & { version?: number | undefined; reason?: string | undefined },
  nowMs: number,
): Promise<Dossier> {
  const { dossier: before } = await findDossier(trx, id, by.scope);
  requireVersion(`dossier ${id}`, before.version, by.version);
  const facts = patched(before.facts, patch);
  const changes = changesOf(before.facts, facts);
  if (Object.keys(changes).length === 0) return before;
  requireApprover(before.facts, facts, by);
  await requireReason(trx, id, before.facts, facts);
  const version = before.version + 1;
  await trx
    .updateTable('system_dossier')
    .set({
      status: facts.status,
      facts: JSON.stringify(facts),
      version,
      changed_ms: nowMs,
      changed_by: by.actor,
    })
    .where('id', '=', id)
    .execute();
  const act = { id, systemId: before.systemId, version, facts, by, nowMs, reason: by.reason };
  await noteVersion(trx, 'dossier.change', act, { changes });
  await followApproved(trx, act);
  return toDossier(await dossierRows(trx).where('id', '=', id).executeTakeFirstOrThrow());
}

/** What differs, as before and after. */
export function changesOf(before: DossierFacts, after: DossierFacts): Record<string, [unknown, unknown]> {
  const was = new Map<string, unknown>(Object.entries(before));
  return Object.fromEntries(
    Object.entries(after)
      .filter(([field, value]) => was.get(field) !== value)
      .map(([field, value]) => [field, [was.get(field), value]] as const),
  );
}

/** Approval, and whatever is changed of what was approved, is for those who approve. */
function requireApprover(
  before: DossierFacts | undefined,
  after: DossierFacts,
  { approves }: DossierBy,
): void {
  if (approves || (before?.status !== 'approved' && after.status !== 'approved')) return;
  const said = 'a dossier is approved, and changed after that, by an administrator or the lead of the centre';
  throw new RefusalError('dossier-not-yours', 'status', said);
}

/** Another level than the criteria give needs a reason. @throws RefusalError dossier-invalid */
async function requireReason(
  trx: RegistryTransaction,
  id: number,
  before: DossierFacts,
  after: DossierFacts,
): Promise<void> {
  const level = levelOf(after);
  if (level === levelOf(before) || level === null || after.levelReason !== null) return;
  const answered = await trx
    .selectFrom('dossier_answers')
    .select('level')
    .where('dossier_id', '=', id)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (answered === undefined || answered.level === null || answered.level === level) return;
  const said = `the criteria give level ${answered.level}: say in levelReason why it is to be ${level}`;
  throw new RefusalError('dossier-invalid', 'levelReason', said);
}

interface Act {
  id: number;
  systemId: number;
  version: number;
  facts: DossierFacts;
  by: DossierBy;
  nowMs: number;
  reason?: string | undefined;
}

async function noteVersion(
  trx: RegistryTransaction,
  action: string,
  { id, systemId, version, facts, by, nowMs, reason }: Act,
  detail: Record<string, unknown>,
): Promise<void> {
  await trx
    .insertInto('dossier_history')
    .values({
      dossier_id: id,
      system_id: systemId,
      version,
      at_ms: nowMs,
      actor: by.actor,
      reason: reason ?? null,
      facts: JSON.stringify(facts),
    })
    .execute();
  const said = reason === undefined ? {} : { reason };
  const entry = {
    actor: by.actor,
    action,
    target: `system:${systemId}`,
    detail: { dossier: id, ...detail, ...said },
  };
  await writeAudit(trx, nowMs, entry);
}

/** The system's level and profile are what its approved dossier says, from the moment that it is written down. */
async function followApproved(
  trx: RegistryTransaction,
  { systemId, facts, by, nowMs, id }: Act,
): Promise<void> {
  const level = levelOf(facts);
  if (facts.status !== 'approved' || facts.endedOn !== null || level === null) return;
  await writeLevel(trx, systemId, { level, lawProfile: facts.lawProfile }, { actor: by.actor, nowMs });
  await endEarlier(trx, { systemId, id, facts, by, nowMs });
}

/** The approved dossiers before it hold until the day on which it was approved. */
async function endEarlier(
  trx: RegistryTransaction,
  { systemId, id, facts, by, nowMs }: Pick<Act, 'systemId' | 'id' | 'facts' | 'by' | 'nowMs'>,
): Promise<void> {
  const day = facts.approvedOn;
  if (day === null) return;
  const others = await dossierRows(trx)
    .where('system_id', '=', systemId)
    .where('id', '<', id)
    .where('status', '=', 'approved')
    .execute();
  for (const other of others.map(toDossier)) {
    const { endedOn, approvedOn } = other.facts;
    // One that was approved on a later day is no earlier one: the check tells of both.
    if (endedOn !== null || (approvedOn !== null && approvedOn > day)) continue;
    const { actor, scope, approves } = by;
    const reason = `dossier ${id} was approved`;
    await writeDossier(trx, other.id, { endedOn: day }, { actor, scope, approves, reason }, nowMs);
  }
}
