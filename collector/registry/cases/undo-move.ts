/** Takes a merge or split back, and tells of them. */
import { CASE_LIMITS } from '../../case/case-words.ts';
import { type AgencyScope, inScope } from '../agencies.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { exactCase, type CaseBy, type CaseRow } from './find-case.ts';
import { MOVABLE_TABLES, movedSchema, moveRows } from './move-rows.ts';
import { unshare } from './share-tags.ts';
import { noteAct, settleAgencies, tidyText } from './write-case.ts';

/**
 * Takes a merge or split back: rows that still lie where it put them go back. After a split's the new case is empty, and its
 * number leads to the old one.
 * @throws RefusalError case-unknown, case-move-final, case-not-yours
 */
export async function undoMove(
  registry: Registry,
  moveId: number,
  reason: string,
  by: CaseBy,
): Promise<string[]> {
  const nowMs = registry.now();
  const { actor, scope } = by;
  return registry.db.transaction().execute(async (trx) => {
    const move = await trx
      .selectFrom('case_move')
      .select(['id', 'kind', 'from_id', 'into_id', 'moved', 'undone_ms'])
      .where('id', '=', moveId)
      .executeTakeFirst();
    if (move === undefined) throw unknownMove(moveId);
    const from = await caseOfMove(trx, move.from_id, scope, moveId);
    const into = await caseOfMove(trx, move.into_id, scope, moveId);
    if (!inScope(scope, from.agency_id) || !inScope(scope, into.agency_id))
      throw new RefusalError(
        'case-not-yours',
        into.number,
        `case ${into.number} concerns other agencies too: only who sees all of them does this`,
      );
    if (move.undone_ms !== null)
      throw new RefusalError('case-move-final', String(moveId), 'this was taken back already');
    const expected = move.kind === 'merge' ? from.merged_into === into.id : from.merged_into === null;
    if (into.merged_into !== null || !expected)
      throw new RefusalError(
        'case-move-final',
        String(moveId),
        'one of the cases was merged since: take that back first',
      );
    const said = tidyText('reason', reason, CASE_LIMITS.reasonChars);
    const moved = movedSchema.parse(JSON.parse(move.moved));
    for (const table of MOVABLE_TABLES) {
      const keys = moved.rows[table] ?? [];
      if (keys.length > 0) await moveRows(trx, table, into.id, from.id, keys);
    }
    if (move.kind === 'split') {
      // What came into it since goes with it: an empty case would hide it.
      for (const table of MOVABLE_TABLES) await moveRows(trx, table, into.id, from.id);
      await trx.updateTable('case_file').set({ merged_into: from.id }).where('id', '=', into.id).execute();
    } else {
      await trx.updateTable('case_file').set({ merged_into: null }).where('id', '=', from.id).execute();
      await unshare(trx, into.id, moved);
    }
    await trx
      .updateTable('case_move')
      .set({ undone_ms: nowMs, undone_by: actor })
      .where('id', '=', moveId)
      .execute();
    await settleAgencies(trx, from.id);
    await settleAgencies(trx, into.id);
    const action = move.kind === 'merge' ? 'case.unmerge' : 'case.unsplit';
    await noteAct(trx, from.id, { actor, action, detail: { other: into.number, reason: said }, nowMs });
    await noteAct(trx, into.id, { actor, action, detail: { other: from.number, reason: said }, nowMs });
    return [from.id, into.id];
  });
}

function unknownMove(moveId: number, cause?: unknown): RefusalError {
  return new RefusalError('case-part-unknown', String(moveId), `there is no merge or split ${moveId}`, {
    cause,
  });
}

/** A case that one does not see hides the move, too. */
async function caseOfMove(
  db: RegistryDb,
  caseId: string,
  scope: AgencyScope,
  moveId: number,
): Promise<CaseRow> {
  try {
    return await exactCase(db, caseId, scope);
  } catch (error) {
    if (error instanceof RefusalError) throw unknownMove(moveId, error);
    throw error;
  }
}

export interface CaseMove {
  id: number;
  kind: 'merge' | 'split';
  from: string;
  into: string;
  atMs: number;
  actor: string;
  reason: string;
  undoneMs: number | null;
}

/** Of the case, the newest first; of who sees the whole of both sides. */
export async function listMoves(
  db: RegistryDb,
  caseIds: readonly string[],
  scope: AgencyScope,
): Promise<CaseMove[]> {
  const rows = await db
    .selectFrom('case_move')
    .innerJoin('case_file as source', 'source.id', 'case_move.from_id')
    .innerJoin('case_file as target', 'target.id', 'case_move.into_id')
    .select([
      'case_move.id as id',
      'case_move.kind as kind',
      'source.number as from',
      'source.agency_id as fromAgencyId',
      'target.number as into',
      'target.agency_id as intoAgencyId',
      'at_ms as atMs',
      'actor',
      'reason',
      'undone_ms as undoneMs',
    ])
    .where((eb) => eb.or([eb('case_move.from_id', 'in', caseIds), eb('case_move.into_id', 'in', caseIds)]))
    .orderBy('case_move.id', 'desc')
    .limit(200)
    .execute();
  return rows
    .filter(({ fromAgencyId, intoAgencyId }) => inScope(scope, fromAgencyId) && inScope(scope, intoAgencyId))
    .map(({ fromAgencyId: _from, intoAgencyId: _into, ...move }) => move);
}
