/** Rows of attachments. A deletion leaves the row with who, when and why; the content goes. */
import { sql } from 'kysely';
import { CASE_LIMITS } from '../../case/case-words.ts';
import { isSuspicious, safeFileName } from '../../case/content-type.ts';
import type { StoredFile } from '../../case/attachment-files.ts';
import { type AgencyScope, inScope } from '../agencies.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { requireCase, type CaseBy, type CaseRow } from './find-case.ts';
import { agencyOfPart } from './part-agency.ts';
import { noteAct, settleAgencies, tidyText, tooMany } from './write-case.ts';

/** What may still come into the case; asked before anything is read. @throws RefusalError as requireCase, case-limit */
export async function roomForFile(
  db: RegistryDb,
  id: string,
  wanted: { agencyId: number | undefined },
  by: CaseBy,
): Promise<number> {
  const row = await requireCase(db, id, by, 'part');
  await agencyOfPart(db, row, wanted.agencyId, by.scope);
  return Math.min(CASE_LIMITS.fileBytes, CASE_LIMITS.filesBytes - (await usedBytes(db, row)));
}

async function usedBytes(db: RegistryDb, row: CaseRow): Promise<number> {
  const { count, bytes } = await db
    .selectFrom('case_attachment')
    .select((eb) => [
      eb.fn.countAll<number>().as('count'),
      sql<number>`cast(coalesce(sum(bytes), 0) as bigint)`.as('bytes'),
    ])
    .where('case_id', '=', row.id)
    .where('removed_ms', 'is', null)
    .executeTakeFirstOrThrow();
  if (count >= CASE_LIMITS.attachments) throw tooMany('attachments', CASE_LIMITS.attachments);
  return bytes;
}

/** @throws RefusalError as requireCase, case-limit */
export async function addAttachment(
  registry: Registry,
  id: string,
  wanted: { file: StoredFile; name: string; agencyId: number | undefined },
  by: CaseBy,
): Promise<string> {
  const nowMs = registry.now();
  const { actor } = by;
  const { file } = wanted;
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireCase(trx, id, by, 'part');
    if ((await usedBytes(trx, row)) + file.bytes > CASE_LIMITS.filesBytes)
      throw tooMany('bytes of attachments', CASE_LIMITS.filesBytes);
    const agencyId = await agencyOfPart(trx, row, wanted.agencyId, by.scope);
    const name = safeFileName(wanted.name);
    const quarantined = isSuspicious(file.type, name) ? 1 : 0;
    const { id: fileId, type, bytes, sha256, crc32, scan } = file;
    await trx
      .insertInto('case_attachment')
      .values({
        id: fileId,
        case_id: row.id,
        agency_id: agencyId,
        name,
        type,
        bytes,
        sha256,
        crc32,
        quarantined,
        scan,
        added_by: actor,
        added_ms: nowMs,
        removed_by: null,
        removed_ms: null,
        removed_reason: null,
      })
      .execute();
    await settleAgencies(trx, row.id);
    const detail = { attachment: fileId, name, type, bytes, sha256, quarantined: quarantined === 1, scan };
    await noteAct(trx, row.id, { actor, action: 'case.attach', agencyId, detail, nowMs });
    return row.id;
  });
}

const FIELDS = [
  'id',
  'agency_id as agencyId',
  'name',
  'type',
  'bytes',
  'sha256',
  'crc32',
  'quarantined',
  'scan',
  'added_by as addedBy',
  'added_ms as addedMs',
  'removed_by as removedBy',
  'removed_ms as removedMs',
  'removed_reason as removedReason',
] as const;

export async function listAttachments(db: RegistryDb, caseId: string, scope: AgencyScope) {
  let select = db
    .selectFrom('case_attachment')
    .select(FIELDS)
    .where('case_id', '=', caseId)
    .orderBy('added_ms')
    .orderBy('id');
  if (scope.kind === 'some') select = select.where('agency_id', 'in', scope.agencyIds);
  return select.execute();
}

export type Attachment = Awaited<ReturnType<typeof listAttachments>>[number];

/** @throws RefusalError case-part-unknown, also for one that was deleted */
export async function requireAttachment(
  db: RegistryDb,
  row: Pick<CaseRow, 'id' | 'number'>,
  fileId: string,
  scope: AgencyScope,
): Promise<Attachment> {
  const found = await db
    .selectFrom('case_attachment')
    .select(FIELDS)
    .where('id', '=', fileId)
    .where('case_id', '=', row.id)
    .executeTakeFirst();
  if (found !== undefined && found.removedMs === null && inScope(scope, found.agencyId)) return found;
  throw new RefusalError('case-part-unknown', fileId, `case ${row.number} has no attachment ${fileId}`);
}

/** @throws RefusalError as requireCase, case-part-unknown */
export async function setQuarantine(
  registry: Registry,
  id: string,
  fileId: string,
  quarantined: boolean,
  by: CaseBy,
): Promise<string> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireCase(trx, id, by, 'part');
    const file = await requireAttachment(trx, row, fileId, by.scope);
    if ((file.quarantined === 1) === quarantined) return row.id;
    await trx
      .updateTable('case_attachment')
      .set({ quarantined: quarantined ? 1 : 0 })
      .where('id', '=', fileId)
      .execute();
    const action = quarantined ? 'case.quarantine' : 'case.release';
    const detail = { attachment: fileId, name: file.name };
    await noteAct(trx, row.id, { actor: by.actor, action, agencyId: file.agencyId, detail, nowMs });
    return row.id;
  });
}

/** The content is removed by the caller, after this is durable. @throws RefusalError as requireCase, case-part-unknown */
export async function removeAttachment(
  registry: Registry,
  id: string,
  fileId: string,
  reason: string,
  by: CaseBy,
): Promise<string> {
  const nowMs = registry.now();
  const { actor } = by;
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireCase(trx, id, by, 'part');
    const file = await requireAttachment(trx, row, fileId, by.scope);
    const said = tidyText('reason', reason, CASE_LIMITS.reasonChars);
    await trx
      .updateTable('case_attachment')
      .set({ removed_by: actor, removed_ms: nowMs, removed_reason: said })
      .where('id', '=', fileId)
      .execute();
    const detail = { attachment: fileId, name: file.name, sha256: file.sha256, reason: said };
    await noteAct(trx, row.id, {
      actor,
      action: 'case.remove-attachment',
      agencyId: file.agencyId,
      detail,
      nowMs,
    });
    return row.id;
  });
}

/** Those of the ids whose content is kept. */
export async function keptFiles(db: RegistryDb, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (let at = 0; at < ids.length; at += 500) {
    const rows = await db
      .selectFrom('case_attachment')
      .select('id')
      .where('id', 'in', ids.slice(at, at + 500))
      .where('removed_ms', 'is', null)
      .execute();
    for (const { id } of rows) found.add(id);
  }
  return found;
}
