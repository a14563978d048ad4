/** Who was responsible on a day: agencies through their successors and predecessors, hosts and systems through their moves. */
import { holdsOn, startOfDayMs } from '../agency/legal-day.ts';
import { type Agency, type AgencyScope, inScope, readAgency } from './agencies.ts';
import { DEPTH_MAX } from './agency-scope.ts';
import type { RegistryDb } from './database.ts';
import type { FormerAgencyTable } from './tables/agency.ts';

export interface Succession {
  predecessorId: number;
  successorId: number;
  on: string;
  changeId: number;
  keepsHistory: boolean;
}

/** All there are of these agencies, on either side. */
export async function listSuccessions(db: RegistryDb, agencyIds: readonly number[]): Promise<Succession[]> {
  if (agencyIds.length === 0) return [];
  const rows = await db
    .selectFrom('agency_successor')
    .select(['predecessor_id', 'successor_id', 'on_date', 'change_id', 'keeps_history'])
    .where((eb) => eb.or([eb('predecessor_id', 'in', agencyIds), eb('successor_id', 'in', agencyIds)]))
    .orderBy('on_date')
    .orderBy('successor_id')
    .execute();
  return rows.map((row) => ({
    predecessorId: row.predecessor_id,
    successorId: row.successor_id,
    on: row.on_date,
    changeId: row.change_id,
    keepsHistory: row.keeps_history === 1,
  }));
}

/**
 * Who was responsible on a day for what this agency stands for: itself while it was, after its end those that took
 * over, before its begin those it took over from. Several after a split.
 */
export async function responsibleOn(
  db: RegistryDb,
  agencyId: number,
  day: string,
  scope: AgencyScope = { kind: 'all' },
): Promise<Agency[]> {
  const found = new Map<number, Agency>();
  const seen = new Set<number>();
  let open = [(await readAgency(db, agencyId, scope)).id];
  for (let depth = 0; open.length > 0 && depth < DEPTH_MAX; depth += 1) {
    const next: number[] = [];
    const successions = await listSuccessions(db, open);
    for (const id of open) {
      if (seen.has(id)) continue;
      seen.add(id);
      const agency = await readAgency(db, id);
      if (holdsOn({ from: agency.beganOn, to: agency.endedOn }, day)) {
        if (inScope(scope, id)) found.set(id, agency);
        continue;
      }
      const isOver = agency.endedOn !== null && agency.endedOn <= day;
      for (const { predecessorId, successorId } of successions) {
        if (isOver && predecessorId === id) next.push(successorId);
        if (!isOver && successorId === id) next.push(predecessorId);
      }
    }
    open = next;
  }
  return [...found.values()].toSorted((a, b) => a.id - b.id);
}

/** The agency and all that stood below it on a day. */
export async function subtreeOn(db: RegistryDb, agencyId: number, day: string): Promise<number[]> {
  const rows = await db
    .selectFrom('agency_period')
    .select(['agency_id as id', 'parent_id as parentId'])
    .where((eb) => eb.or([eb('valid_from', 'is', null), eb('valid_from', '<=', day)]))
    .where((eb) => eb.or([eb('valid_to', 'is', null), eb('valid_to', '>', day)]))
    .execute();
  const children = Map.groupBy(rows, ({ parentId }) => parentId);
  const ids = new Set<number>();
  const open = rows.filter(({ id }) => id === agencyId).map(({ id }) => id);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (ids.has(id)) continue;
    ids.add(id);
    for (const child of children.get(id) ?? []) open.push(child.id);
  }
  return [...ids].toSorted((a, b) => a - b);
}

/** Something belonged to another agency until then. */
export async function noteFormer(
  trx: RegistryDb,
  former: { kind: FormerAgencyTable['kind']; ref: string; agencyId: number; untilMs: number },
): Promise<void> {
  await trx
    .insertInto('former_agency')
    .values({
      kind: former.kind,
      ref: former.ref,
      agency_id: former.agencyId,
      until_ms: former.untilMs,
      change_id: null,
    })
    .execute();
}

/**
 * Agencies at the begin of a day of those that have moved since; what is left out belongs where it belongs now.
 * @param refs ids of agents or systems; all by default
 */
export async function agenciesAt(
  db: RegistryDb,
  kind: FormerAgencyTable['kind'],
  day: string,
  refs?: readonly string[],
): Promise<Map<string, number>> {
  let select = db
    .selectFrom('former_agency')
    .select(['ref', 'agency_id'])
    .where('kind', '=', kind)
    .where('until_ms', '>', startOfDayMs(day))
    .orderBy('until_ms', 'desc')
    .orderBy('id', 'desc');
  if (refs !== undefined) select = select.where('ref', 'in', refs);
  // The earliest move after the day says where it was on it: it is read last.
  return new Map((await select.execute()).map(({ ref, agency_id }) => [ref, agency_id]));
}
