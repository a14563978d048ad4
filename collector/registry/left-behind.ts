/**
 * What agencies that ended in a merge or split left to others: their own hosts, and the agencies that stood below them. What was
 * decided for one that is no more still holds for these and for nobody else, until somebody moves them on.
 */
import { sql } from 'kysely';
import { slices } from './agency-holdings.ts';
import type { RegistryDb } from './database.ts';

const KEYS_MAX = 500;

/** The change that moved a thing ended the agency that it came from. */
const ENDED = sql<number>`case when exists (
  select 1 from agency_successor as took join agency as gone on gone.id = took.predecessor_id
  where took.predecessor_id = moved.agency_id and took.change_id = moved.change_id
    and gone.ended_on = took.on_date) then 1 else 0 end`;

interface Move {
  ref: string;
  agencyId: number;
  ended: number;
}

/** The agencies that a thing came through, the earliest first: it is theirs as long as nobody moved it but their ends. */
function chains(moves: readonly Move[]): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const { ref, agencyId, ended } of moves) {
    const before = found.get(ref) ?? [];
    found.set(ref, ended === 1 ? [...before, agencyId] : []);
  }
  return found;
}

/** Host -> ended agencies that it was of, the earliest first. */
export async function formerOfHosts(
  db: RegistryDb,
  agentIds: readonly string[],
): Promise<Map<string, number[]>> {
  const moves: Move[] = [];
  for (const part of slices(agentIds, KEYS_MAX)) {
    const { rows } = await sql<Move>`select moved.ref, moved.agency_id as "agencyId", ${ENDED} as ended
      from former_agency as moved where moved.kind = 'agent' and moved.ref in (${sql.join(part)})
      order by moved.id`.execute(db);
    moves.push(...rows);
  }
  return chains(moves);
}

/** Agency -> ended agencies that it stood below, the earliest first. */
export async function formerOfAgencies(db: RegistryDb): Promise<Map<number, number[]>> {
  const { rows } = await sql<Move>`select moved.ref, moved.agency_id as "agencyId", ${ENDED} as ended
    from (select item.ref, item.from_id as agency_id, item.change_id, change.applied_ms
      from agency_change_item as item join agency_change as change on change.id = item.change_id
      where item.kind = 'agency' and change.state = 'applied') as moved
    order by moved.applied_ms, moved.change_id`.execute(db);
  const last = await db
    .selectFrom('agency_change_item as item')
    .innerJoin('agency', (join) =>
      join.on(sql<boolean>`cast(agency.id as text) = item.ref`).onRef('agency.parent_id', '=', 'item.to_id'),
    )
    .select('agency.id')
    .where('item.kind', '=', 'agency')
    .distinct()
    .execute();
  const there = new Set(last.map(({ id }) => id));
  const found = new Map<number, number[]>();
  for (const [ref, ended] of chains(rows)) {
    const id = Number(ref);
    if (ended.length > 0 && there.has(id)) found.set(id, ended);
  }
  return found;
}

export interface LeftBehind {
  /** Host -> the agency that it is of now. */
  hosts: ReadonlyMap<string, number>;
  /** Themselves, without what is below. */
  agencyIds: readonly number[];
}

/** What an agency that ended left; nothing of one that goes on. */
export async function leftBy(db: RegistryDb, agencyId: number): Promise<LeftBehind> {
  const isTheirs = ([, ended]: [unknown, number[]]): boolean => ended.includes(agencyId);
  const rows = await db
    .selectFrom('former_agency')
    .select('ref')
    .distinct()
    .where('kind', '=', 'agent')
    .where('agency_id', '=', agencyId)
    .execute();
  const refs = rows.map(({ ref }) => ref);
  const theirs = [...(await formerOfHosts(db, refs))].filter(isTheirs).map(([id]) => id);
  const hosts = new Map<string, number>();
  for (const part of slices(theirs, KEYS_MAX)) {
    const now = await db.selectFrom('agent').select(['id', 'agency_id']).where('id', 'in', part).execute();
    for (const { id, agency_id } of now) hosts.set(id, agency_id);
  }
  const agencies = await formerOfAgencies(db);
  return {
    hosts,
    agencyIds: [...agencies].filter(isTheirs).map(([id]) => id),
  };
}
