/** Notes of people, lines of the timeline that they write, and links between cases. Notes are only ever added. */
import { CASE_LIMITS } from '../../case/case-words.ts';
import { type AgencyScope, inScope } from '../agencies.ts';
import { calledPeople } from '../called-people.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { addWatchers } from './case-acts.ts';
import { exactCase, findCase, requireCase, whereVisible, type CaseBy } from './find-case.ts';
import { agencyOfPart } from './part-agency.ts';
import { invalidCase, noteAct, settleAgencies, tidyText, tooMany } from './write-case.ts';

/** Who is mentioned, and may sign in, watches the case from then on. @throws RefusalError as requireCase, case-invalid */
export async function addCaseNote(
  registry: Registry,
  id: string,
  wanted: { text: string; agencyId?: number | undefined },
  by: CaseBy,
): Promise<{ caseId: string; noteId: number }> {
  const nowMs = registry.now();
  const { actor } = by;
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireCase(trx, id, by, 'part', { closed: true });
    const text = tidyText('text', wanted.text, CASE_LIMITS.noteChars);
    const { count } = await trx
      .selectFrom('case_note')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('case_id', '=', row.id)
      .executeTakeFirstOrThrow();
    if (count >= CASE_LIMITS.notes) throw tooMany('notes', CASE_LIMITS.notes);
    const agencyId = await agencyOfPart(trx, row, wanted.agencyId, by.scope);
    const note = await trx
      .insertInto('case_note')
      .values({ case_id: row.id, agency_id: agencyId, at_ms: nowMs, author: actor, text })
      .returning('id')
      .executeTakeFirstOrThrow();
    const mentions = await calledPeople(trx, text);
    await addWatchers(trx, row.id, mentions, nowMs);
    await settleAgencies(trx, row.id);
    await noteAct(trx, row.id, {
      actor,
      action: 'case.note',
      agencyId,
      detail: { note: note.id, mentions },
      nowMs,
    });
    return { caseId: row.id, noteId: note.id };
  });
}

/** Newest first. */
export async function listCaseNotes(
  db: RegistryDb,
  caseId: string,
  scope: AgencyScope,
  page: { limit: number; beforeId?: number | undefined },
) {
  let select = db
    .selectFrom('case_note')
    .select(['id', 'agency_id as agencyId', 'at_ms as atMs', 'author', 'text'])
    .where('case_id', '=', caseId)
    .orderBy('id', 'desc')
    .limit(page.limit);
  if (scope.kind === 'some') select = select.where('agency_id', 'in', scope.agencyIds);
  if (page.beforeId !== undefined) select = select.where('id', '<', page.beforeId);
  return select.execute();
}

/** @throws RefusalError as requireCase, case-invalid */
export async function addEntry(
  registry: Registry,
  id: string,
  wanted: { timeMs: number; text: string; agencyId?: number | undefined },
  by: CaseBy,
): Promise<string> {
  const nowMs = registry.now();
  const { actor } = by;
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireCase(trx, id, by, 'part', { closed: true });
    const text = tidyText('text', wanted.text, CASE_LIMITS.textChars);
    const { count } = await trx
      .selectFrom('case_entry')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('case_id', '=', row.id)
      .executeTakeFirstOrThrow();
    if (count >= CASE_LIMITS.entries) throw tooMany('timeline entries', CASE_LIMITS.entries);
    const agencyId = await agencyOfPart(trx, row, wanted.agencyId, by.scope);
    const entry = await trx
      .insertInto('case_entry')
      .values({
        case_id: row.id,
        agency_id: agencyId,
        time_ms: wanted.timeMs,
        text,
        added_by: actor,
        added_ms: nowMs,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await settleAgencies(trx, row.id);
    const detail = { entry: entry.id, timeMs: wanted.timeMs };
    await noteAct(trx, row.id, { actor, action: 'case.add-entry', agencyId, detail, nowMs });
    return row.id;
  });
}

/** @throws RefusalError as requireCase, case-part-unknown */
export async function removeEntry(
  registry: Registry,
  id: string,
  entryId: number,
  by: CaseBy,
): Promise<string> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireCase(trx, id, by, 'part');
    const entry = await trx
      .selectFrom('case_entry')
      .select(['agency_id', 'text', 'time_ms'])
      .where('id', '=', entryId)
      .where('case_id', '=', row.id)
      .executeTakeFirst();
    if (entry === undefined || !inScope(by.scope, entry.agency_id))
      throw new RefusalError('case-part-unknown', String(entryId), `case ${row.number} has no such entry`);
    await trx.deleteFrom('case_entry').where('id', '=', entryId).execute();
    // What it said stays on record.
    const detail = { entry: entryId, timeMs: entry.time_ms, text: entry.text };
    await noteAct(trx, row.id, {
      actor: by.actor,
      action: 'case.remove-entry',
      agencyId: entry.agency_id,
      detail,
      nowMs,
    });
    await settleAgencies(trx, row.id);
    return row.id;
  });
}

/** Both cases know of it. @throws RefusalError as requireCase, case-unknown, case-invalid, case-limit */
export async function linkCases(
  registry: Registry,
  id: string,
  wanted: { other: string; note: string; linked: boolean },
  by: CaseBy,
): Promise<string> {
  const nowMs = registry.now();
  const { actor } = by;
  return registry.db.transaction().execute(async (trx) => {
    const row = await requireCase(trx, id, by, 'whole', { closed: true });
    const other = await exactCase(trx, wanted.other, by.scope);
    if (other.id === row.id) throw invalidCase('case', 'a case is not linked to itself');
    const [first, second] = row.id < other.id ? [row.id, other.id] : [other.id, row.id];
    if (wanted.linked) {
      const { count } = await trx
        .selectFrom('case_link')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where((eb) => eb.or([eb('case_id', '=', row.id), eb('other_id', '=', row.id)]))
        .executeTakeFirstOrThrow();
      if (count >= CASE_LIMITS.links) throw tooMany('links', CASE_LIMITS.links);
      await trx
        .insertInto('case_link')
        .values({
          case_id: first,
          other_id: second,
          note: wanted.note.normalize('NFC').trim(),
          added_by: actor,
          added_ms: nowMs,
        })
        .onConflict((conflict) =>
          conflict
            .columns(['case_id', 'other_id'])
            .doUpdateSet({ note: wanted.note.normalize('NFC').trim() }),
        )
        .execute();
    } else {
      const gone = await trx
        .deleteFrom('case_link')
        .where('case_id', '=', first)
        .where('other_id', '=', second)
        .executeTakeFirst();
      if (gone.numDeletedRows === 0n)
        throw new RefusalError(
          'case-part-unknown',
          other.number,
          `case ${row.number} is not linked to ${other.number}`,
        );
    }
    const action = wanted.linked ? 'case.link' : 'case.unlink';
    await noteAct(trx, row.id, { actor, action, detail: { other: other.number }, nowMs });
    return row.id;
  });
}

export interface CaseLink {
  number: string;
  title: string;
  state: string;
  note: string;
}

/** Cases that it is linked to, by where their numbers lead; those that one does not see are left out. */
export async function listLinks(
  db: RegistryDb,
  caseIds: readonly string[],
  scope: AgencyScope,
): Promise<CaseLink[]> {
  const rows = await db
    .selectFrom('case_link')
    .select(['case_id', 'other_id', 'note'])
    .where((eb) => eb.or([eb('case_id', 'in', caseIds), eb('other_id', 'in', caseIds)]))
    .orderBy('id')
    .execute();
  const links = new Map<string, CaseLink>();
  for (const row of rows) {
    const otherId = caseIds.includes(row.case_id) ? row.other_id : row.case_id;
    const there = await db
      .selectFrom('case_file')
      .select('id')
      .where('id', '=', otherId)
      .where((eb) => whereVisible(eb, scope))
      .executeTakeFirst();
    if (there === undefined) continue;
    const { row: other } = await findCase(db, otherId, scope);
    if (caseIds.includes(other.id)) continue;
    const title = inScope(scope, other.text_agency_id) ? other.title : '';
    const note = inScope(scope, other.agency_id) ? row.note : '';
    links.set(other.id, { number: other.number, title, state: other.state, note });
  }
  return [...links.values()];
}
