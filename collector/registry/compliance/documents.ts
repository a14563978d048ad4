/**
 * Papers of systems and of agencies: decisions, regulations, contracts, what attestations rest on. The content lies where attachments
 * of cases lie, known by its SHA-256. A removal leaves the row with who, when and why; what an attestation rests on stays.
 */
import type { StoredFile } from '../../case/attachment-files.ts';
import { isSuspicious, safeFileName } from '../../case/content-type.ts';
import { type AgencyScope, readAgency } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { findSystem } from '../system-book.ts';
import type { DocumentKind } from '../tables/dossier.ts';

export const DOCUMENT_LIMITS = { fileBytes: 52_428_800, perOwner: 500, reasonChars: 1_024 } as const;

/** Whose it is: exactly one of the two. */
export interface DocumentOwner {
  systemId: number | null;
  agencyId: number | null;
}

export interface DocumentBy {
  actor: string;
  scope: AgencyScope;
}

const FIELDS = [
  'id',
  'system_id as systemId',
  'agency_id as agencyId',
  'kind',
  'name',
  'type',
  'bytes',
  'sha256',
  'quarantined',
  'scan',
  'added_by as addedBy',
  'added_ms as addedMs',
  'removed_by as removedBy',
  'removed_ms as removedMs',
  'removed_reason as removedReason',
] as const;

async function requireOwner(
  db: RegistryDb,
  { systemId, agencyId }: DocumentOwner,
  scope: AgencyScope,
): Promise<string> {
  if (systemId !== null) return `system:${(await findSystem(db, systemId, scope)).id}`;
  return `agency:${(await readAgency(db, agencyId ?? 0, scope)).id}`;
}

function rowsOf(db: RegistryDb, { systemId, agencyId }: DocumentOwner) {
  const select = db.selectFrom('dossier_document').select(FIELDS);
  return systemId === null
    ? select.where('agency_id', '=', agencyId)
    : select.where('system_id', '=', systemId);
}

/** Oldest first, removed ones among them. @throws RefusalError system-unknown, agency-unknown */
export async function listDocuments(db: RegistryDb, owner: DocumentOwner, scope: AgencyScope) {
  await requireOwner(db, owner, scope);
  return rowsOf(db, owner).orderBy('added_ms').orderBy('id').execute();
}

export type DossierDocument = Awaited<ReturnType<typeof listDocuments>>[number];

/** Asked before anything is read. @returns bytes that may come. @throws as listDocuments, dossier-invalid */
export async function roomForDocument(
  db: RegistryDb,
  owner: DocumentOwner,
  scope: AgencyScope,
): Promise<number> {
  await requireOwner(db, owner, scope);
  const kept = await rowsOf(db, owner).where('removed_ms', 'is', null).execute();
  if (kept.length >= DOCUMENT_LIMITS.perOwner)
    throw new RefusalError(
      'dossier-invalid',
      'documents',
      `at most ${DOCUMENT_LIMITS.perOwner} documents are kept`,
    );
  return DOCUMENT_LIMITS.fileBytes;
}

/** @throws as roomForDocument */
export function addDocument(
  registry: Registry,
  owner: DocumentOwner,
  wanted: { file: StoredFile; name: string; kind: DocumentKind },
  by: DocumentBy,
): Promise<DossierDocument> {
  const nowMs = registry.now();
  const { file, kind } = wanted;
  return registry.db.transaction().execute(async (trx) => {
    const target = await requireOwner(trx, owner, by.scope);
    await roomForDocument(trx, owner, by.scope);
    const name = safeFileName(wanted.name);
    await trx
      .insertInto('dossier_document')
      .values({
        id: file.id,
        system_id: owner.systemId,
        agency_id: owner.agencyId,
        kind,
        name,
        type: file.type,
        bytes: file.bytes,
        sha256: file.sha256,
        quarantined: isSuspicious(file.type, name) ? 1 : 0,
        scan: file.scan,
        added_by: by.actor,
        added_ms: nowMs,
        removed_by: null,
        removed_ms: null,
        removed_reason: null,
      })
      .execute();
    const detail = {
      document: file.id,
      kind,
      name,
      type: file.type,
      bytes: file.bytes,
      sha256: file.sha256,
      scan: file.scan,
    };
    await writeAudit(trx, nowMs, { actor: by.actor, action: 'dossier.attach', target, detail });
    return findDocument(trx, owner, file.id, by.scope);
  });
}

/** @throws RefusalError dossier-document-unknown, also for one that was removed */
export async function findDocument(
  db: RegistryDb,
  owner: DocumentOwner,
  id: string,
  scope: AgencyScope,
): Promise<DossierDocument> {
  await requireOwner(db, owner, scope);
  const row = await rowsOf(db, owner).where('id', '=', id).where('removed_ms', 'is', null).executeTakeFirst();
  if (row !== undefined) return row;
  throw new RefusalError('dossier-document-unknown', id, `there is no document ${id} here`);
}

/** Whose document it is. @throws RefusalError dossier-document-unknown, also for one outside the scope or removed */
export async function ownerOfDocument(
  db: RegistryDb,
  id: string,
  scope: AgencyScope,
): Promise<DocumentOwner> {
  const unknown = new RefusalError('dossier-document-unknown', id, `there is no document ${id}`);
  const row = await db
    .selectFrom('dossier_document')
    .select(['system_id as systemId', 'agency_id as agencyId'])
    .where('id', '=', id)
    .where('removed_ms', 'is', null)
    .executeTakeFirst();
  if (row === undefined) throw unknown;
  try {
    await requireOwner(db, row, scope);
    return row;
  } catch (error) {
    if (error instanceof RefusalError) throw unknown;
    throw error;
  }
}

/** The content is removed by the caller, once this is durable. @throws RefusalError dossier-document-unknown, dossier-invalid */
export function removeDocument(
  registry: Registry,
  owner: DocumentOwner,
  id: string,
  reason: string,
  by: DocumentBy,
): Promise<void> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const target = await requireOwner(trx, owner, by.scope);
    const { name, sha256 } = await findDocument(trx, owner, id, by.scope);
    if (await isAttested(trx, owner, id))
      throw new RefusalError(
        'dossier-invalid',
        'documents',
        'an attestation rests on it: withdraw that first',
      );
    await trx
      .updateTable('dossier_document')
      .set({ removed_by: by.actor, removed_ms: nowMs, removed_reason: reason })
      .where('id', '=', id)
      .execute();
    const detail = { document: id, name, sha256, reason };
    await writeAudit(trx, nowMs, { actor: by.actor, action: 'dossier.detach', target, detail });
  });
}

async function isAttested(
  db: RegistryDb,
  { systemId, agencyId }: DocumentOwner,
  id: string,
): Promise<boolean> {
  const select = db
    .selectFrom('attestation')
    .select('documents')
    .where('state', 'in', ['proposed', 'accepted']);
  const rows = await (
    systemId === null ? select.where('agency_id', '=', agencyId) : select.where('system_id', '=', systemId)
  ).execute();
  return rows.some(({ documents }) => (JSON.parse(documents) as string[]).includes(id));
}

/** All of them are there and of that owner. @throws RefusalError dossier-document-unknown */
export async function requireDocuments(
  db: RegistryDb,
  ids: readonly string[],
  owner: DocumentOwner,
): Promise<void> {
  for (const id of ids) await findDocument(db, owner, id, { kind: 'all' });
}

/** Those of the ids whose content is kept. */
export async function keptDocuments(db: RegistryDb, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (let at = 0; at < ids.length; at += 500) {
    const rows = await db
      .selectFrom('dossier_document')
      .select('id')
      .where('id', 'in', ids.slice(at, at + 500))
      .where('removed_ms', 'is', null)
      .execute();
    for (const { id } of rows) found.add(id);
  }
  return found;
}
