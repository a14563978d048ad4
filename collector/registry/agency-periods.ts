/**
 * What an agency was called and where it stood in the tree over time. Invariants: an agency has one open period, equal to
 * its row; periods of one agency do not overlap; every change of the tree counts up its version.
 */
import { holdsOn } from '../agency/legal-day.ts';
import type { RegistryDb } from './database.ts';
import { RefusalError } from './refusal.ts';
import type { AgencyKind } from './tables/agency.ts';

export interface AgencyState {
  name: string;
  shortName: string;
  kind: AgencyKind;
  parentId: number | null;
}

export interface AgencyPeriod extends AgencyState {
  /** First day of it; null when it is not known. */
  from: string | null;
  /** First day it was otherwise; null while it holds. */
  to: string | null;
}

/** Whatever is kept of the tree is old from now on. */
export async function countTreeChange(trx: RegistryDb): Promise<void> {
  await trx
    .updateTable('agency_tree')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', 1)
    .execute();
}

export async function beginPeriod(
  trx: RegistryDb,
  agencyId: number,
  state: AgencyState,
  from: string | null,
  changeId: number | null = null,
): Promise<void> {
  await trx
    .insertInto('agency_period')
    .values({
      agency_id: agencyId,
      name: state.name,
      short_name: state.shortName,
      kind: state.kind,
      parent_id: state.parentId,
      valid_from: from,
      valid_to: null,
      begun_by: changeId,
      ended_by: null,
    })
    .execute();
}

/** Ends the open period of the agencies on a day. */
export async function endPeriods(
  trx: RegistryDb,
  agencyIds: readonly number[],
  day: string,
  changeId: number | null,
): Promise<void> {
  if (agencyIds.length === 0) return;
  await trx
    .updateTable('agency_period')
    .set({ valid_to: day, ended_by: changeId })
    .where('agency_id', 'in', agencyIds)
    .where('valid_to', 'is', null)
    .execute();
}

/**
 * The agency is otherwise from a day on. On the day its present period began, that one is put right instead.
 * @throws RefusalError date-invalid: its present period began later
 */
export async function nextPeriod(
  trx: RegistryDb,
  agencyId: number,
  state: AgencyState,
  day: string,
  changeId: number | null = null,
): Promise<void> {
  const open = await trx
    .selectFrom('agency_period')
    .select(['id', 'valid_from'])
    .where('agency_id', '=', agencyId)
    .where('valid_to', 'is', null)
    .executeTakeFirstOrThrow();
  if (open.valid_from !== null && open.valid_from > day) {
    throw new RefusalError(
      'date-invalid',
      day,
      `agency ${agencyId} has its present name and place since ${open.valid_from}, which is after ${day}`,
    );
  }
  if (open.valid_from === day && changeId === null) {
    await trx
      .updateTable('agency_period')
      .set({ name: state.name, short_name: state.shortName, kind: state.kind, parent_id: state.parentId })
      .where('id', '=', open.id)
      .execute();
    return;
  }
  await trx
    .updateTable('agency_period')
    .set({ valid_to: day, ended_by: changeId })
    .where('id', '=', open.id)
    .execute();
  await beginPeriod(trx, agencyId, state, day, changeId);
}

/** Oldest first. */
export async function listPeriods(db: RegistryDb, agencyId: number): Promise<AgencyPeriod[]> {
  const rows = await db
    .selectFrom('agency_period')
    .select(['name', 'short_name', 'kind', 'parent_id', 'valid_from', 'valid_to'])
    .where('agency_id', '=', agencyId)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    name: row.name,
    shortName: row.short_name,
    kind: row.kind,
    parentId: row.parent_id,
    from: row.valid_from,
    to: row.valid_to,
  }));
}

/** As it was on a day; undefined when it did not exist. */
export function periodOn(periods: readonly AgencyPeriod[], day: string): AgencyPeriod | undefined {
  return periods.find((period) => holdsOn(period, day));
}
