/** A part of a case becomes one of its own. */
import type { Severity } from '../../api/contract.ts';
import { CASE_LIMITS, type CaseClass } from '../../case/case-words.ts';
import type { Registry } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { insertCase } from './case-acts.ts';
import { requireCase, type CaseBy } from './find-case.ts';
import { type MovableTable, MOVABLE_TABLES, type Moved, moveRows, writeMove, counted } from './move-rows.ts';
import { invalidCase, noteAct, settleAgencies, tidyText } from './write-case.ts';

export interface SplitWanted {
  title: string;
  reason: string;
  severity?: Severity | undefined;
  class?: CaseClass | undefined;
  /** Which rows go: alert ids, attachment ids, and numbers of the others. */
  rows: { readonly [table in MovableTable]?: readonly (string | number)[] | undefined };
}

/** A new case of what is named. @throws RefusalError as requireCase, case-part-unknown, case-invalid */
export async function splitCase(
  registry: Registry,
  id: string,
  wanted: SplitWanted,
  by: CaseBy,
): Promise<{ caseId: string; fromId: string; move: number }> {
  const nowMs = registry.now();
  const { actor } = by;
  const newId = registry.random(16).toString('hex');
  return registry.db.transaction().execute(async (trx) => {
    const from = await requireCase(trx, id, by, 'whole');
    const reason = tidyText('reason', wanted.reason, CASE_LIMITS.reasonChars);
    const { severity = from.severity as Severity, class: caseClass = from.class } = wanted; // written by us
    const made = {
      title: wanted.title,
      severity,
      class: caseClass,
      agencyId: from.agency_id,
      drill: from.drill === 1,
    };
    const number = await insertCase(trx, newId, made, { actor, nowMs });
    const rows: Moved['rows'] = {};
    for (const table of MOVABLE_TABLES) {
      const keys = [...new Set(wanted.rows[table] ?? [])];
      if (keys.length === 0) continue;
      rows[table] = await moveRows(trx, table, from.id, newId, keys);
      if (rows[table].length !== keys.length)
        throw new RefusalError(
          'case-part-unknown',
          table,
          `not all of these are in case ${from.number}: ${keys.slice(0, 10).join(', ')}`,
        );
    }
    if (Object.keys(rows).length === 0) throw invalidCase('alerts', 'say what goes into the new case');
    const moved: Moved = { rows, tags: [], watchers: [], agencyIds: [] };
    const move = await writeMove(
      trx,
      { kind: 'split', fromId: from.id, intoId: newId, actor, reason, moved },
      nowMs,
    );
    await settleAgencies(trx, from.id);
    await settleAgencies(trx, newId);
    const detail = { reason, moved: counted(moved) };
    await noteAct(trx, from.id, { actor, action: 'case.split', detail: { ...detail, into: number }, nowMs });
    await noteAct(trx, newId, {
      actor,
      action: 'case.create',
      detail: { ...detail, from: from.number },
      nowMs,
    });
    return { caseId: newId, fromId: from.id, move };
  });
}
