/**
 * Does what a plan comes to, in one transaction with its audit trail, and writes down what is needed to take it back.
 * Whatever stands in the way is found before anything is changed. Work is done by set, not row by row: a province's
 * twenty thousand hosts move in well under a second.
 */
import { sql } from 'kysely';
import type { ChangePlan } from '../agency/change-plan.ts';
import { foldName } from '../agency/fold-name.ts';
import { startOfDayMs } from '../agency/legal-day.ts';
import { insertAgency } from './agencies.ts';
import { AGENCY_HOLDINGS, type AgencyHolding, slices } from './agency-holdings.ts';
import { insertCode } from './agency-codes.ts';
import { countTreeChange, endPeriods, nextPeriod } from './agency-periods.ts';
import { type Computed, computeChange } from './agency-change-preview.ts';
import type { ChangeConflict, TargetKey } from './agency-change-step.ts';
import type { Carry } from './agency-change-takes.ts';
import type { RegistryDb } from './database.ts';
import { RefusalError } from './refusal.ts';

const ROWS_AT_ONCE = 1_000;

/** What was done: things moved by kind, agencies begun, ended and moved. */
export interface ChangeOutcome {
  moved: Record<string, number>;
  begun: number[];
  ended: number;
  agenciesMoved: number;
}

/** @throws RefusalError change-conflict, with the first conflicts in words */
export function refuseConflicts(conflicts: readonly ChangeConflict[]): void {
  const [first] = conflicts;
  if (first === undefined) return;
  const rest = conflicts.length - 1;
  const more = rest === 0 ? '' : ` (and ${rest} more: a dry run lists them all)`;
  throw new RefusalError('change-conflict', String(first.agencyId ?? ''), `${first.message}${more}`);
}

interface Work {
  trx: RegistryDb;
  changeId: number;
  on: string;
  nowMs: number;
  idOf: (key: TargetKey) => number;
}

async function writeItems(
  { trx, changeId }: Pick<Work, 'trx' | 'changeId'>,
  kind: string,
  items: readonly { ref: string; from: number; to: number; before?: string | undefined }[],
): Promise<void> {
  for (const part of slices(items, ROWS_AT_ONCE)) {
    const rows = part.map(({ ref, from, to, before = null }) => ({
      change_id: changeId,
      kind,
      ref,
      from_id: from,
      to_id: to,
      before,
    }));
    await trx.insertInto('agency_change_item').values(rows).execute();
  }
}

/** The key of a row as its items write it, the other way round. */
export function refToKey({ keyType }: AgencyHolding) {
  return keyType === 'integer' ? sql`cast(ref as integer)` : sql`ref`;
}

/** Column of a thing as its item writes it. */
const refOf = ({ key }: AgencyHolding) => sql`cast(${sql.ref(`thing.${key}`)} as text)`;

/** The target has none of the same name, and none that comes first does. */
function hasNoTwin({ table, key, agency, unique }: AgencyHolding) {
  if (unique === undefined) return sql`true`;
  return sql`not exists (
    select 1 from ${sql.table(table)} as other
    left join agency_change_item as also on also.change_id = carry.change_id and also.kind = 'carry'
      and also.ref = cast(${sql.ref(`other.${agency}`)} as text)
    where ${sql.ref(`other.${unique}`)} = ${sql.ref(`thing.${unique}`)}
      and (${sql.ref(`other.${agency}`)} = carry.to_id
        or (also.to_id = carry.to_id and ${sql.ref(`other.${key}`)} < ${sql.ref(`thing.${key}`)})))`;
}

/** Everything of the kind that is still there, of all agencies at once: `carry` items say where to. */
async function itemsOfRest({ trx, changeId }: Work, holding: AgencyHolding): Promise<void> {
  const { kind, table, key, agency, living, unique } = holding;
  const columns = [key, agency, ...(unique === undefined ? [] : [unique])];
  await sql`
    insert into agency_change_item (change_id, kind, ref, from_id, to_id)
    select cast(${changeId} as integer), cast(${kind} as text), ${refOf(holding)}, carry.from_id, carry.to_id
    from (select ${sql.join(columns.map((column) => sql.ref(column)))} from ${sql.table(table)}
      where ${living ?? sql`1 = 1`}) as thing
    join agency_change_item as carry on carry.change_id = ${changeId} and carry.kind = 'carry'
      and carry.ref = cast(${sql.ref(`thing.${agency}`)} as text)
    where ${hasNoTwin(holding)}
    on conflict do nothing`.execute(trx);
}

/** Moves what the items of the kind name. @returns how many */
async function moveItems({ trx, changeId }: Work, holding: AgencyHolding): Promise<number> {
  const { kind, table, key, agency } = holding;
  const { numAffectedRows } = await sql`
    update ${sql.table(table)} set ${sql.ref(agency)} = (
      select to_id from agency_change_item
      where change_id = ${changeId} and kind = ${kind} and ref = cast(${sql.ref(`${table}.${key}`)} as text))
    where ${sql.ref(key)} in (
      select ${refToKey(holding)} from agency_change_item where change_id = ${changeId} and kind = ${kind})`.execute(
    trx,
  );
  return Number(numAffectedRows ?? 0n);
}

async function carryAll(work: Work, carries: readonly Carry[]): Promise<Record<string, number>> {
  const { trx, changeId, on, idOf } = work;
  const moved: Record<string, number> = {};
  const rest = carries.filter(({ refs }) => refs === undefined);
  const all = rest.map(({ from, to }) => ({ ref: String(from), from, to: idOf(to) }));
  await writeItems(work, 'carry', all);
  for (const holding of AGENCY_HOLDINGS.filter(({ fate }) => fate === 'moves')) {
    for (const { from, to, refs } of carries) {
      const named = refs?.get(holding.kind) ?? [];
      const items = named.map((ref) => ({ ref, from, to: idOf(to) }));
      await writeItems(work, holding.kind, items);
    }
    if (rest.length > 0) await itemsOfRest(work, holding);
    const count = await moveItems(work, holding);
    if (count > 0) moved[holding.kind] = count;
    if (count === 0 || holding.history === undefined) continue;
    await sql`
      insert into former_agency (kind, ref, agency_id, until_ms, change_id)
      select cast(${holding.history} as text), ref, from_id, cast(${startOfDayMs(on)} as bigint),
        cast(${changeId} as integer)
      from agency_change_item where change_id = ${changeId} and kind = ${holding.kind}`.execute(trx);
  }
  return moved;
}

async function endAgencies({ trx, changeId, on }: Work, ids: readonly number[]): Promise<void> {
  for (const part of slices(ids, ROWS_AT_ONCE)) {
    await trx
      .updateTable('agency')
      .set((eb) => ({ ended_on: on, version: eb('version', '+', 1) }))
      .where('id', 'in', part)
      .execute();
    await endPeriods(trx, part, on, changeId);
    await trx
      .updateTable('agency_code')
      .set({ valid_to: on, ended_by: changeId })
      .where('agency_id', 'in', part)
      .where('valid_to', 'is', null)
      .where((eb) => eb.or([eb('valid_from', 'is', null), eb('valid_from', '<', on)]))
      .execute();
  }
}

async function moveAgencies(work: Work, moves: Computed['steps']['moves']): Promise<void> {
  const { trx, changeId, on, idOf } = work;
  await writeItems(
    work,
    'agency',
    moves.map(({ agencyId, from, to }) => ({ ref: String(agencyId), from: from ?? 0, to: idOf(to) })),
  );
  for (const [to, group] of Map.groupBy(moves, (move) => idOf(move.to))) {
    for (const part of slices(
      group.map(({ agencyId }) => agencyId),
      ROWS_AT_ONCE,
    )) {
      await trx
        .updateTable('agency')
        .set((eb) => ({ parent_id: to, version: eb('version', '+', 1) }))
        .where('id', 'in', part)
        .execute();
      await endPeriods(trx, part, on, changeId);
      await sql`
        insert into agency_period (agency_id, name, short_name, kind, parent_id, valid_from, begun_by)
        select id, name, short_name, kind, parent_id, cast(${on} as text), cast(${changeId} as integer)
        from agency where id in (${sql.join(part)})`.execute(trx);
    }
  }
}

async function renameAgencies(work: Work, renames: Computed['steps']['renames']): Promise<void> {
  const { trx, changeId, on } = work;
  for (const { agencyId, name, shortName } of renames) {
    const before = await trx
      .selectFrom('agency')
      .select(['name', 'short_name as shortName', 'kind', 'parent_id as parentId'])
      .where('id', '=', agencyId)
      .executeTakeFirstOrThrow();
    const was = JSON.stringify({ name: before.name, shortName: before.shortName });
    await writeItems(work, 'agency-name', [
      { ref: String(agencyId), from: agencyId, to: agencyId, before: was },
    ]);
    await trx
      .updateTable('agency')
      .set((eb) => ({
        name,
        short_name: shortName,
        name_key: foldName(name),
        version: eb('version', '+', 1),
      }))
      .where('id', '=', agencyId)
      .execute();
    await nextPeriod(trx, agencyId, { ...before, name, shortName }, on, changeId);
  }
}

async function renameSystems(work: Work, renames: Computed['systemRenames']): Promise<void> {
  await writeItems(
    work,
    'system-name',
    renames.map(({ systemId, name, agencyId }) => ({
      ref: String(systemId),
      from: agencyId,
      to: agencyId,
      before: JSON.stringify({ name }),
    })),
  );
  for (const { systemId, newName } of renames) {
    await work.trx
      .updateTable('information_system')
      .set({ name: newName, name_key: foldName(newName) })
      .where('id', '=', systemId)
      .execute();
  }
}

async function writeSuccessors(work: Work, steps: Computed['steps']): Promise<void> {
  const rows = [
    ...steps.ends.flatMap(({ agencyId, successors, keeper }) =>
      successors.map((key) => ({ from: agencyId, to: work.idOf(key), keeps: key === keeper ? 1 : 0 })),
    ),
    ...steps.parted.flatMap(({ agencyId, successors }) =>
      [...new Set(successors)].map((key) => ({ from: agencyId, to: work.idOf(key), keeps: 0 })),
    ),
  ];
  for (const part of slices(rows, ROWS_AT_ONCE)) {
    const values = part.map(({ from, to, keeps }) => ({
      predecessor_id: from,
      successor_id: to,
      on_date: work.on,
      change_id: work.changeId,
      keeps_history: keeps,
    }));
    await work.trx.insertInto('agency_successor').values(values).execute();
  }
}

/**
 * In the caller's transaction; the caller writes the change's row and the audit trail.
 * @throws RefusalError change-conflict, and what codes and names are refused for
 */
export async function applyPlan(
  trx: RegistryDb,
  plan: ChangePlan,
  changeId: number,
  nowMs: number,
): Promise<ChangeOutcome> {
  const { steps, carries, systemRenames, conflicts } = await computeChange(trx, plan);
  refuseConflicts(conflicts);
  const begun = new Map<TargetKey, number>();
  const idOf = (key: TargetKey): number => {
    const id = typeof key === 'number' ? key : begun.get(key);
    if (id === undefined) throw new Error(`the change has no agency ${key}`);
    return id;
  };
  const { on } = plan;
  const work: Work = { trx, changeId, on, nowMs, idOf };
  // First of all those that end, so that a new one may have the name and the code of an old one.
  await endAgencies(
    work,
    steps.ends.map(({ agencyId }) => agencyId),
  );
  for (const { key, ...wanted } of steps.begins) {
    begun.set(key, await insertAgency(trx, { ...wanted, beganOn: on }, nowMs, changeId));
  }
  await moveAgencies(work, steps.moves);
  await renameSystems(work, systemRenames);
  const moved = await carryAll(work, carries);
  for (const { to, ...code } of steps.codes) {
    await insertCode(trx, idOf(to), { ...code, from: on, replaces: true }, changeId);
  }
  await renameAgencies(work, steps.renames);
  await writeSuccessors(work, steps);
  await countTreeChange(trx);
  return { moved, begun: [...begun.values()], ended: steps.ends.length, agenciesMoved: steps.moves.length };
}
