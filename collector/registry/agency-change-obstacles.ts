/** What stands in the way of taking a change back: what was moved since, what came since, what others have now. */
import { sql } from 'kysely';
import { refToKey } from './agency-change-apply.ts';
import type { AgencyChange } from './agency-changes.ts';
import { AGENCY_HOLDINGS, type AgencyHolding, heldBy } from './agency-holdings.ts';
import type { RegistryDb } from './database.ts';

export type ReverseConflictCode =
  'moved-since' | 'came-since' | 'later-change' | 'changed-since' | 'twin' | 'parent-ended' | 'code-taken';

export interface ReverseConflict {
  code: ReverseConflictCode;
  /** Kind of things, as AGENCY_HOLDINGS names them; null: agencies. */
  kind: string | null;
  count: number;
  message: string;
  /** It may be left as it is while everything else is taken back. */
  skippable: boolean;
}

export interface ReversePreview {
  conflicts: ReverseConflict[];
  /** What would go back, by kind. */
  returning: Record<string, number>;
}

const SAMPLE = 5;
/** Kinds of things that changes move, or moved. */
export const MOVERS = AGENCY_HOLDINGS.filter(({ fate, returns }) => fate === 'moves' || returns === true);

/** Items of a kind whose things are still where the change put them; with `not`, those that are not. */
function itemsThere(holding: AgencyHolding, changeId: number, not = false) {
  const { kind, table, key, agency } = holding;
  const there = sql`exists (select 1 from ${sql.table(table)} as thing
    where ${sql.ref(`thing.${key}`)} = ${refToKey(holding)} and ${sql.ref(`thing.${agency}`)} = to_id)`;
  return sql`from agency_change_item where change_id = ${changeId} and kind = ${kind}
    and ${not ? sql`not ${there}` : there}`;
}

export async function countItems(
  db: RegistryDb,
  holding: AgencyHolding,
  changeId: number,
  not = false,
): Promise<number> {
  const { rows } = await sql<{
    n: number;
  }>`select count(*) as n ${itemsThere(holding, changeId, not)}`.execute(db);
  return rows[0]?.n ?? 0;
}

/** Items of a kind that is no holding. */
export function itemsOf(
  db: RegistryDb,
  changeId: number,
  kind: string,
): Promise<{ ref: string; before: string | null }[]> {
  return db
    .selectFrom('agency_change_item')
    .select(['ref', 'before'])
    .where('change_id', '=', changeId)
    .where('kind', '=', kind)
    .execute();
}

export async function thingConflicts(db: RegistryDb, change: AgencyChange): Promise<ReverseConflict[]> {
  const conflicts: ReverseConflict[] = [];
  const begun = change.outcome?.begun ?? [];
  for (const holding of MOVERS) {
    const { kind, table, key } = holding;
    const gone = await countItems(db, holding, change.id, true);
    if (gone > 0) {
      const { rows } = await sql<{ ref: string }>`
        select ref ${itemsThere(holding, change.id, true)} order by ref limit ${SAMPLE}`.execute(db);
      const message = `${gone} ${kind} were moved or removed since: ${rows.map(({ ref }) => ref).join(', ')}`;
      conflicts.push({ code: 'moved-since', kind, count: gone, message, skippable: true });
    }
    if (begun.length === 0) continue;
    const { rows } = await sql<{ ref: string }>`
      select cast(${sql.ref(key)} as text) as ref from ${sql.table(table)}
      where ${heldBy(holding, begun)} and cast(${sql.ref(key)} as text) not in (
        select ref from agency_change_item where change_id = ${change.id} and kind = ${kind})
      order by ${sql.ref(key)} limit 1000`.execute(db);
    if (rows.length === 0) continue;
    const named = rows.slice(0, SAMPLE).map(({ ref }) => ref);
    const message = `${rows.length} ${kind} came to the new agency since: move them first (${named.join(', ')})`;
    conflicts.push({ code: 'came-since', kind, count: rows.length, message, skippable: false });
  }
  return conflicts;
}

export async function agencyConflicts(db: RegistryDb, change: AgencyChange): Promise<ReverseConflict[]> {
  const conflicts: ReverseConflict[] = [];
  const add = (code: ReverseConflictCode, message: string): void => {
    conflicts.push({ code, kind: null, count: 1, message, skippable: false });
  };
  const later = await db
    .selectFrom('agency_change')
    .select(['id', 'involved'])
    .where('state', '=', 'applied')
    .where('id', '!=', change.id)
    .where('applied_ms', '>=', change.appliedMs ?? 0)
    .execute();
  for (const { id, involved } of later) {
    const shared = (JSON.parse(involved) as number[]).find((agencyId) => change.involved.includes(agencyId));
    const isLater = id > change.id;
    if (shared !== undefined && isLater)
      add('later-change', `change ${id} built on agency ${shared} since: reverse that one first`);
  }
  // Whatever the change began must still be the present state of its agency.
  const touched = await db
    .selectFrom('agency_period')
    .select(['agency_id', 'valid_to'])
    .where('begun_by', '=', change.id)
    .where('valid_to', 'is not', null)
    .execute();
  for (const { agency_id } of touched) add('changed-since', `agency ${agency_id} was moved or renamed since`);
  const begun = new Set(change.outcome?.begun ?? []);
  const moved = new Set(
    (
      await db
        .selectFrom('agency_change_item')
        .select('ref')
        .where('change_id', '=', change.id)
        .where('kind', '=', 'agency')
        .execute()
    ).map(({ ref }) => Number(ref)),
  );
  if (begun.size > 0) {
    const children = await db
      .selectFrom('agency')
      .select(['id', 'name'])
      .where('parent_id', 'in', [...begun])
      .where('ended_on', 'is', null)
      .execute();
    for (const { id, name } of children) {
      if (!moved.has(id))
        add('came-since', `agency ${id} (${name}) came below the new agency since: move it first`);
    }
  }
  const ended = await db
    .selectFrom('agency')
    .innerJoin('agency_period', 'agency_period.agency_id', 'agency.id')
    .leftJoin('agency as above', 'above.id', 'agency.parent_id')
    .select([
      'agency.id as id',
      'agency.name as name',
      'agency.name_key as key',
      'agency.parent_id as parentId',
    ])
    .select(['above.ended_on as parentEnded'])
    .where('agency_period.ended_by', '=', change.id)
    .where('agency.ended_on', 'is not', null)
    .execute();
  const returning = new Set(ended.map(({ id }) => id));
  for (const { id, parentId, parentEnded } of ended) {
    if (parentId !== null && parentEnded !== null && !returning.has(parentId)) {
      add('parent-ended', `agency ${parentId}, which agency ${id} stood below, has ended`);
    }
  }
  const twins = await sql<{ id: number; name: string }>`
    select other.id as id, other.name as name from agency_period as period
    join agency as mine on mine.id = period.agency_id and mine.ended_on is not null
    join agency as other on other.parent_id = mine.parent_id and other.name_key = mine.name_key
      and other.ended_on is null and other.id <> mine.id
    where period.ended_by = ${change.id} order by other.id`.execute(db);
  for (const { id, name } of twins.rows) {
    if (!begun.has(id) && !moved.has(id)) add('twin', `agency ${id} has the name "${name}" there now`);
  }
  const taken = await sql<{ code: string; agencyId: number }>`
    select other.code as code, other.agency_id as "agencyId" from agency_code as mine
    join agency_code as other on other.code = mine.code and other.form = mine.form and other.id <> mine.id
      and (other.valid_to is null or other.valid_to > mine.valid_to)
    where mine.ended_by = ${change.id} and (other.begun_by is null or other.begun_by <> ${change.id})`.execute(
    db,
  );
  for (const { code, agencyId } of taken.rows) add('code-taken', `code ${code} is agency ${agencyId}'s now`);
  return conflicts;
}
