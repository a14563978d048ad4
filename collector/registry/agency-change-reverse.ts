/**
 * Takes an applied change back within 30 days: what it moved goes back where it came from, unless somebody has moved it
 * since; what came to a new agency meanwhile stands in the way until it is moved. An agency that the change began stays
 * as one that has ended, since events may name it.
 */
import { sql } from 'kysely';
import { legalDayAt } from '../agency/legal-day.ts';
import { requireAgency } from './agencies.ts';
import { refToKey } from './agency-change-apply.ts';
import { type ActBy, type AgencyChange, type Applied, readChange } from './agency-changes.ts';
import {
  agencyConflicts,
  countItems,
  itemsOf,
  MOVERS,
  type ReversePreview,
  thingConflicts,
} from './agency-change-obstacles.ts';
import { countTreeChange } from './agency-periods.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { foldName } from '../agency/fold-name.ts';
import { RefusalError } from './refusal.ts';

/** @throws RefusalError change-over */
function requireReversible(change: AgencyChange, nowMs: number): void {
  const refuse = (said: string): never => {
    throw new RefusalError('change-over', String(change.id), `change ${change.id} ${said}`);
  };
  if (change.state !== 'applied') refuse(`is ${change.state}: only an applied one can be reversed`);
  if (change.reversibleUntilMs !== null && nowMs > change.reversibleUntilMs) {
    refuse('was applied more than 30 days ago: plan another change instead');
  }
}

async function preview(db: RegistryDb, change: AgencyChange): Promise<ReversePreview> {
  const returning: Record<string, number> = {};
  for (const holding of MOVERS) {
    const count = await countItems(db, holding, change.id);
    if (count > 0) returning[holding.kind] = count;
  }
  return {
    returning,
    conflicts: [...(await agencyConflicts(db, change)), ...(await thingConflicts(db, change))],
  };
}

/** @throws RefusalError change-unknown, change-over */
export async function previewReverse(
  registry: Registry,
  id: number,
  { scope }: Pick<ActBy, 'scope'>,
): Promise<ReversePreview> {
  const change = await readChange(registry.db, id, scope);
  requireReversible(change, registry.now());
  return preview(registry.db, change);
}

async function returnThings(trx: RegistryDb, change: AgencyChange): Promise<void> {
  for (const holding of MOVERS) {
    const { kind, table, key, agency } = holding;
    const item = (column: 'from_id' | 'to_id') => sql`(
      select ${sql.ref(column)} from agency_change_item
      where change_id = ${change.id} and kind = ${kind} and ref = cast(${sql.ref(`${table}.${key}`)} as text))`;
    // What somebody has moved since stays where it is.
    await sql`
      update ${sql.table(table)} set ${sql.ref(agency)} = ${item('from_id')}
      where ${sql.ref(key)} in (
        select ${refToKey(holding)} from agency_change_item where change_id = ${change.id} and kind = ${kind})
      and ${sql.ref(agency)} = ${item('to_id')}`.execute(trx);
  }
  await trx.deleteFrom('former_agency').where('change_id', '=', change.id).execute();
}

async function returnAgencies(trx: RegistryDb, change: AgencyChange, today: string): Promise<void> {
  const begun = change.outcome?.begun ?? [];
  if (begun.length > 0) {
    // New ones end before the old ones come back to their names and codes.
    await trx
      .updateTable('agency')
      .set((eb) => ({ ended_on: today < change.on ? change.on : today, version: eb('version', '+', 1) }))
      .where('id', 'in', begun)
      .execute();
  }
  if (begun.length > 0) {
    await trx
      .updateTable('agency_period')
      .set({ valid_to: today })
      .where('begun_by', '=', change.id)
      .where('agency_id', 'in', begun)
      .execute();
  }
  await trx
    .deleteFrom('agency_period')
    .where('begun_by', '=', change.id)
    .where('agency_id', 'not in', begun.length === 0 ? [0] : begun)
    .execute();
  const before = sql`select ${sql.ref('period.agency_id')} from agency_period as period
    where period.ended_by = ${change.id}`;
  const was = (column: 'name' | 'short_name' | 'kind' | 'parent_id') => sql`(
    select ${sql.ref(`period.${column}`)} from agency_period as period
    where period.agency_id = agency.id and period.ended_by = ${change.id})`;
  await sql`
    update agency set name = ${was('name')}, short_name = ${was('short_name')}, kind = ${was('kind')},
      parent_id = ${was('parent_id')}, ended_on = null, version = version + 1
    where id in (${before})`.execute(trx);
  await trx
    .updateTable('agency_period')
    .set({ valid_to: null, ended_by: null })
    .where('ended_by', '=', change.id)
    .execute();
  for (const { ref } of await itemsOf(trx, change.id, 'agency-name')) {
    const id = Number(ref);
    const row = await trx.selectFrom('agency').select('name').where('id', '=', id).executeTakeFirstOrThrow();
    await trx
      .updateTable('agency')
      .set({ name_key: foldName(row.name) })
      .where('id', '=', id)
      .execute();
  }
  await trx.deleteFrom('agency_code').where('begun_by', '=', change.id).execute();
  await trx
    .updateTable('agency_code')
    .set({ valid_to: null, ended_by: null })
    .where('ended_by', '=', change.id)
    .execute();
  const sources = await trx
    .selectFrom('agency_successor')
    .select('predecessor_id')
    .distinct()
    .where('change_id', '=', change.id)
    .execute();
  await trx.deleteFrom('agency_successor').where('change_id', '=', change.id).execute();
  // What was stored under a new agency meanwhile is the old one's, where there is one.
  const heirs = sources.map(({ predecessor_id }) => predecessor_id);
  for (const predecessor_id of begun) {
    for (const successor_id of heirs) {
      const keeps_history = heirs.length === 1 ? 1 : 0;
      await trx
        .insertInto('agency_successor')
        .values({ predecessor_id, successor_id, on_date: today, change_id: change.id, keeps_history })
        .execute();
    }
  }
}

async function returnSystemNames(trx: RegistryDb, change: AgencyChange): Promise<void> {
  const renamed = await trx
    .selectFrom('agency_change_item')
    .select(['ref', 'before'])
    .where('change_id', '=', change.id)
    .where('kind', '=', 'system-name')
    .execute();
  for (const { ref, before } of renamed) {
    const { name } = JSON.parse(before ?? '{}') as { name?: string };
    if (name === undefined) continue;
    await trx
      .updateTable('information_system')
      .set({ name, name_key: foldName(name) })
      .where('id', '=', Number(ref))
      .execute();
  }
}

/**
 * @param options.skip leaves alone what was moved since, and takes the rest back
 * @throws RefusalError change-unknown, change-over, change-conflict
 */
export async function reverseChange(
  registry: Registry,
  id: number,
  { actor, scope }: ActBy,
  options: { skip: boolean },
): Promise<Applied> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const change = await readChange(trx, id, scope);
    requireReversible(change, nowMs);
    const { conflicts, returning } = await preview(trx, change);
    const inTheWay = conflicts.filter(({ skippable }) => !skippable || !options.skip);
    const [first] = inTheWay;
    if (first !== undefined) {
      const more =
        inTheWay.length === 1 ? '' : ` (and ${inTheWay.length - 1} more: a dry run lists them all)`;
      throw new RefusalError('change-conflict', String(id), `${first.message}${more}`);
    }
    const moved = await trx
      .selectFrom('agency_change_item')
      .select('ref')
      .where('change_id', '=', id)
      .where('kind', '=', 'agents')
      .execute();
    await returnThings(trx, change);
    await returnSystemNames(trx, change);
    await returnAgencies(trx, change, legalDayAt(nowMs));
    const parents = await trx
      .selectFrom('agency')
      .select('parent_id')
      .where('id', 'in', change.involved)
      .where('ended_on', 'is', null)
      .where('parent_id', 'is not', null)
      .execute();
    for (const { parent_id } of parents) if (parent_id !== null) await requireAgency(trx, parent_id);
    await countTreeChange(trx);
    await trx
      .updateTable('agency_change')
      .set({ state: 'reversed', closed_ms: nowMs, closed_by: actor })
      .where('id', '=', id)
      .execute();
    const detail = { returning, left: conflicts.map(({ kind, count }) => ({ kind, count })) };
    await writeAudit(trx, nowMs, {
      actor,
      action: 'agency-change.reverse',
      target: `agency-change:${id}`,
      detail,
    });
    return {
      change: await readChange(trx, id, { kind: 'all' }),
      movedAgentIds: moved.map(({ ref }) => ref),
    };
  });
}
