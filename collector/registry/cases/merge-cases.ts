/**
 * Merging cases, splitting one, and taking either back. Invariants: nothing is copied and nothing lost: rows change the case that
 * they lie in, and which did is written down; what both cases have stays where it is; what came after stays after an undo; the
 * history of a case stays its own, and its number leads to where its content is.
 */
import { z } from 'zod';
import { CASE_LIMITS, type CaseClass } from '../../case/case-words.ts';
import type { Severity } from '../../api/contract.ts';
import { type AgencyScope, inScope } from '../agencies.ts';
import type { Registry, RegistryDb, RegistryTransaction } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { insertCase } from './case-acts.ts';
import { exactCase, requireCase, type CaseBy, type CaseRow } from './find-case.ts';
import { invalidCase, noteAct, settleAgencies, tidyText } from './write-case.ts';

/** Tables whose rows change their case; `same`: columns that are different for all rows of a case. */
const MOVABLE = {
  case_alert: { key: 'alert_id', same: [] },
  case_item: { key: 'id', same: ['kind', 'type', 'value'] },
  case_event: { key: 'id', same: ['event_id'] },
  case_task: { key: 'id', same: [] },
  case_note: { key: 'id', same: [] },
  case_entry: { key: 'id', same: [] },
  case_attachment: { key: 'id', same: [] },
  case_clock: { key: 'id', same: [] },
} as const;
export type MovableTable = keyof typeof MOVABLE;
export const MOVABLE_TABLES = Object.keys(MOVABLE) as MovableTable[]; // of the table above

const movedSchema = z.object({
  rows: z.record(z.string(), z.array(z.union([z.string(), z.number()]))),
  /** Tags, watchers and agencies that the case had not before. */
  tags: z.array(z.string()),
  watchers: z.array(z.string()),
  agencyIds: z.array(z.number()),
});
type Moved = z.infer<typeof movedSchema>;

const KEYS_MAX = 400;

/** Moves rows, all or some, that have no twin there. @returns keys of those that moved */
async function moveRows(
  trx: RegistryTransaction,
  table: MovableTable,
  fromId: string,
  intoId: string,
  keys?: readonly (string | number)[],
): Promise<(string | number)[]> {
  const { key } = MOVABLE[table];
  const same: readonly string[] = MOVABLE[table].same;
  const columns = same as readonly 'kind'[];
  // The tables have the columns that the table above names.
  const any = trx as unknown as RegistryDb;
  let query = any
    .selectFrom(table as 'case_item')
    .select([key as 'id', ...columns])
    .where('case_id', '=', fromId);
  if (keys !== undefined) query = query.where(key as 'id', 'in', keys as number[]);
  const rows = (await query.execute()) as Record<string, string | number>[];
  const nameOf = (row: Record<string, string | number>): string =>
    JSON.stringify(same.map((column) => row[column]));
  const twins = new Set<string>();
  if (same.length > 0) {
    const there = await any
      .selectFrom(table as 'case_item')
      .select(columns)
      .where('case_id', '=', intoId)
      .execute();
    for (const row of there as Record<string, string | number>[]) twins.add(nameOf(row));
  }
  const moving = rows
    .filter((row) => same.length === 0 || !twins.has(nameOf(row)))
    .map((row) => row[key] ?? '');
  for (let at = 0; at < moving.length; at += KEYS_MAX) {
    await any
      .updateTable(table as 'case_item')
      .set({ case_id: intoId })
      .where(key as 'id', 'in', moving.slice(at, at + KEYS_MAX) as number[])
      .execute();
  }
  return moving;
}

async function shareTags(
  trx: RegistryTransaction,
  fromId: string,
  intoId: string,
): Promise<Pick<Moved, 'tags' | 'watchers' | 'agencyIds'>> {
  const tags = await trx
    .insertInto('case_tag')
    .columns(['case_id', 'tag'])
    .expression((eb) =>
      eb
        .selectFrom('case_tag')
        .select([eb.val(intoId).as('case_id'), 'tag'])
        .where('case_id', '=', fromId)
        .where('tag', 'not in', (one) =>
          one.selectFrom('case_tag').select('tag').where('case_id', '=', intoId),
        ),
    )
    .returning('tag')
    .execute();
  const watchers = await trx
    .insertInto('case_watcher')
    .columns(['case_id', 'username', 'since_ms'])
    .expression((eb) =>
      eb
        .selectFrom('case_watcher')
        .select([eb.val(intoId).as('case_id'), 'username', 'since_ms'])
        .where('case_id', '=', fromId)
        .where('username', 'not in', (one) =>
          one.selectFrom('case_watcher').select('username').where('case_id', '=', intoId),
        ),
    )
    .returning('username')
    .execute();
  const agencies = await trx
    .insertInto('case_agency')
    .columns(['case_id', 'agency_id', 'by_hand'])
    .expression((eb) =>
      eb
        .selectFrom('case_agency')
        .select([eb.val(intoId).as('case_id'), 'agency_id', 'by_hand'])
        .where('case_id', '=', fromId)
        .where('by_hand', '=', 1)
        .where('agency_id', 'not in', (one) =>
          one.selectFrom('case_agency').select('agency_id').where('case_id', '=', intoId),
        ),
    )
    .returning('agency_id')
    .execute();
  return {
    tags: tags.map(({ tag }) => tag),
    watchers: watchers.map(({ username }) => username),
    agencyIds: agencies.map(({ agency_id: id }) => id),
  };
}

async function writeMove(
  trx: RegistryTransaction,
  move: {
    kind: 'merge' | 'split';
    fromId: string;
    intoId: string;
    actor: string;
    reason: string;
    moved: Moved;
  },
  nowMs: number,
): Promise<number> {
  const { kind, fromId, intoId, actor, reason, moved } = move;
  const { id } = await trx
    .insertInto('case_move')
    .values({
      kind,
      from_id: fromId,
      into_id: intoId,
      at_ms: nowMs,
      actor,
      reason,
      moved: JSON.stringify(moved),
      undone_ms: null,
      undone_by: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

const counted = ({ rows }: Moved): Record<string, number> =>
  Object.fromEntries(
    Object.entries(rows).flatMap(([table, keys]) =>
      keys.length === 0 ? [] : [[table.slice(5), keys.length]],
    ),
  );

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

async function unshare(
  trx: RegistryTransaction,
  intoId: string,
  { tags, watchers, agencyIds }: Moved,
): Promise<void> {
  if (tags.length > 0)
    await trx.deleteFrom('case_tag').where('case_id', '=', intoId).where('tag', 'in', tags).execute();
  if (watchers.length > 0)
    await trx
      .deleteFrom('case_watcher')
      .where('case_id', '=', intoId)
      .where('username', 'in', watchers)
      .execute();
  if (agencyIds.length > 0)
    await trx
      .updateTable('case_agency')
      .set({ by_hand: 0 })
      .where('case_id', '=', intoId)
      .where('agency_id', 'in', agencyIds)
      .execute();
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
