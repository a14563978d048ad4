/**
 * Merging cases. Invariants, of splitting and taking back too: nothing is copied and nothing lost: rows change the case that they
 * lie in, and which did is written down; what both cases have stays where it is; what came after stays after an undo; the history
 * of a case stays its own, and its number leads to where its content is.
 */
import { CASE_LIMITS } from '../../case/case-words.ts';
import type { Registry, RegistryTransaction } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { requireCase, type CaseBy, type CaseRow } from './find-case.ts';
import { MOVABLE_TABLES, type Moved, moveRows, writeMove, counted } from './move-rows.ts';
import { shareTags } from './share-tags.ts';
import { invalidCase, noteAct, settleAgencies, tidyText } from './write-case.ts';

/**
 * Takes other cases into this one. Their clocks go on here.
 * @throws RefusalError as requireCase, case-invalid
 */
export async function mergeCases(
  registry: Registry,
  id: string,
  wanted: { from: readonly string[]; reason: string },
  by: CaseBy,
): Promise<{ caseId: string; moves: number[]; fromIds: string[] }> {
  const nowMs = registry.now();
  const { actor, scope } = by;
  return registry.db.transaction().execute(async (trx) => {
    const into = await requireCase(trx, id, by, 'whole');
    const reason = tidyText('reason', wanted.reason, CASE_LIMITS.reasonChars);
    const moves: number[] = [];
    const fromIds: string[] = [];
    for (const other of new Set(wanted.from)) {
      const from = await requireCase(trx, other, { actor, scope }, 'whole', { closed: true });
      if (from.id === into.id) throw invalidCase('from', 'a case is not merged into itself');
      if (from.drill !== into.drill) throw invalidCase('from', 'a drill and an incident stay apart');
      const rows: Moved['rows'] = {};
      for (const table of MOVABLE_TABLES) rows[table] = await moveRows(trx, table, from.id, into.id);
      const moved: Moved = { rows, ...(await shareTags(trx, from.id, into.id)) };
      await trx.updateTable('case_file').set({ merged_into: into.id }).where('id', '=', from.id).execute();
      moves.push(
        await writeMove(
          trx,
          { kind: 'merge', fromId: from.id, intoId: into.id, actor, reason, moved },
          nowMs,
        ),
      );
      fromIds.push(from.id);
      await settleAgencies(trx, into.id);
      await requireFits(trx, into);
      const detail = { number: from.number, reason, moved: counted(moved) };
      await noteAct(trx, into.id, { actor, action: 'case.merge', detail, nowMs });
      await noteAct(trx, from.id, {
        actor,
        action: 'case.merged',
        detail: { into: into.number, reason },
        nowMs,
      });
    }
    return { caseId: into.id, moves, fromIds };
  });
}

/** A merge makes no case larger than one may be. @throws RefusalError case-limit */
async function requireFits(trx: RegistryTransaction, into: CaseRow): Promise<void> {
  const limits = {
    case_alert: CASE_LIMITS.alerts,
    case_item: CASE_LIMITS.items,
    case_event: CASE_LIMITS.events,
    case_task: CASE_LIMITS.tasks,
    case_note: CASE_LIMITS.notes,
    case_entry: CASE_LIMITS.entries,
    case_attachment: CASE_LIMITS.attachments,
    case_clock: CASE_LIMITS.clocks,
  } as const;
  for (const table of MOVABLE_TABLES) {
    const { count } = await trx
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('case_id', '=', into.id)
      .executeTakeFirstOrThrow();
    if (count > limits[table])
      throw new RefusalError(
        'case-limit',
        into.number,
        `together they would hold more than a case may: ${count} in ${table.slice(5)}`,
      );
  }
}
