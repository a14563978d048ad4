/**
 * The one door to visibility: an agency, all below it, and what agencies left that one of these took over from.
 * Scopes are kept until the tree's version moves, which is read each time; inside a transaction nothing is kept.
 */
import { sql } from 'kysely';
import type { RegistryDb } from './database.ts';

/** Which agencies' rows someone may see. */
export type AgencyScope = { kind: 'all' } | { kind: 'some'; agencyIds: readonly number[] };

/** Deepest tree: province, department, unit, office, with room. Ends a recursion over a damaged table. */
export const DEPTH_MAX = 32;
/** Numbers kept in all scopes together; 8 bytes each. */
const KEPT_IDS_MAX = 1_000_000;

interface Kept {
  version: number;
  ids: number;
  scopes: Map<number, AgencyScope>;
}

const kept = new WeakMap<RegistryDb, Kept>();
const ALL: AgencyScope = { kind: 'all' };

/** The agency at the top of the tree; there is always one. */
export async function rootAgencyId(db: RegistryDb): Promise<number> {
  const row = await db
    .selectFrom('agency')
    .select('id')
    .where('parent_id', 'is', null)
    .executeTakeFirstOrThrow();
  return row.id;
}

/** Ids in one statement. */
const IDS_MAX = 5_000;

/** The agencies and everything that stands below them now, ended ones too; in no order. */
async function subtreeIds(db: RegistryDb, agencyIds: readonly number[]): Promise<Set<number>> {
  const found = new Set<number>();
  for (let from = 0; from < agencyIds.length; from += IDS_MAX) {
    const { rows } = await sql<{ id: number }>`
      with recursive subtree (id, depth) as (
        select id, 0 from agency where id in (${sql.join(agencyIds.slice(from, from + IDS_MAX))})
        union all
        select agency.id, subtree.depth + 1 from agency join subtree on agency.parent_id = subtree.id
        where subtree.depth < ${DEPTH_MAX}
      )
      select id from subtree`.execute(db);
    for (const { id } of rows) found.add(id);
  }
  return found;
}

async function readScope(db: RegistryDb, agencyId: number): Promise<AgencyScope> {
  if (agencyId === (await rootAgencyId(db))) return ALL;
  const ids = await subtreeIds(db, [agencyId]);
  const inherited = await db
    .selectFrom('agency_successor')
    .select(['predecessor_id as from', 'successor_id as by'])
    .where('keeps_history', '=', 1)
    .execute();
  for (let isMore = inherited.length > 0; isMore;) {
    const fresh = inherited.filter(({ from, by }) => ids.has(by) && !ids.has(from)).map(({ from }) => from);
    for (const id of await subtreeIds(db, fresh)) ids.add(id);
    isMore = fresh.length > 0;
  }
  return { kind: 'some', agencyIds: [...ids].toSorted((a, b) => a - b) };
}

/** Counts changes of the tree: what was read of it is good while this stays. */
export async function treeVersion(db: RegistryDb): Promise<number> {
  const row = await db.selectFrom('agency_tree').select('version').where('id', '=', 1).executeTakeFirst();
  return row?.version ?? 0;
}

/** The agency, everything below it, and what it inherited. The root's scope is everything, so new agencies need no look-up. */
export async function scopeOfAgency(db: RegistryDb, agencyId: number): Promise<AgencyScope> {
  if (db.isTransaction) return readScope(db, agencyId);
  // Read before the scope, so that a change in between makes what is kept old, never the other way round.
  const version = await treeVersion(db);
  let known = kept.get(db);
  if (known === undefined || known.version !== version || known.ids > KEPT_IDS_MAX) {
    known = { version, ids: 0, scopes: new Map() };
    kept.set(db, known);
  }
  const found = known.scopes.get(agencyId);
  if (found !== undefined) return found;
  const scope = await readScope(db, agencyId);
  known.scopes.set(agencyId, scope);
  known.ids += scope.kind === 'all' ? 1 : scope.agencyIds.length;
  return scope;
}

/** Sets of large scopes, made once. */
const members = new WeakMap<readonly number[], ReadonlySet<number>>();
const LOOKED_THROUGH_MAX = 16;

/** Whether rows of this agency exist for whoever has the scope. */
export function inScope(scope: AgencyScope, agencyId: number): boolean {
  if (scope.kind === 'all') return true;
  const { agencyIds } = scope;
  if (agencyIds.length <= LOOKED_THROUGH_MAX) return agencyIds.includes(agencyId);
  let set = members.get(agencyIds);
  if (set === undefined) members.set(agencyIds, (set = new Set(agencyIds)));
  return set.has(agencyId);
}
