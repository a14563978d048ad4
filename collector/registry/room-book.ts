/** Room: what agencies may store a day and what they did, and how full the disk was day by day. */
import type { DiskSample } from '../retention/forecast.ts';
import type { Day } from '../retention/day.ts';
import { budgetShare, budgetState } from '../retention/room-state.ts';
import { type AgencyScope, requireAgency } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';

export interface AgencyBudget {
  agencyId: number;
  eventsPerDay: number | null;
  bytesPerDay: number | null;
}

/** What an agency may store a day before it is told; null is no limit. @throws RefusalError agency-unknown */
export async function setAgencyBudget(
  registry: Registry,
  budget: AgencyBudget,
  actor: string,
): Promise<void> {
  const nowMs = registry.now();
  const { agencyId, eventsPerDay, bytesPerDay } = budget;
  await registry.db.transaction().execute(async (trx) => {
    await requireAgency(trx, agencyId);
    const row = { events_per_day: eventsPerDay, bytes_per_day: bytesPerDay, set_ms: nowMs, set_by: actor };
    await trx
      .insertInto('agency_budget')
      .values({ agency_id: agencyId, ...row })
      .onConflict((conflict) => conflict.column('agency_id').doUpdateSet(row))
      .execute();
    const detail = { eventsPerDay, bytesPerDay };
    await writeAudit(trx, nowMs, { actor, action: 'budget.set', target: `agency:${agencyId}`, detail });
  });
}

export interface AgencyUsage extends AgencyBudget {
  agencyName: string;
  /** Of the newest day that was counted; null before the first. */
  day: Day | null;
  events: number;
  bytes: number;
  isOver: boolean;
}

/** Writes down what a day holds of each agency; the last count of a day holds. */
export async function recordUsage(
  db: RegistryDb,
  day: Day,
  usage: readonly { agencyId: number; events: number; bytes: number }[],
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('agency_usage').where('day', '=', day).execute();
    for (const { agencyId, events, bytes } of usage) {
      await trx.insertInto('agency_usage').values({ day, agency_id: agencyId, events, bytes }).execute();
    }
  });
}

/** Agencies that have, or once had, a budget. */
export async function listBudgets(db: RegistryDb): Promise<(AgencyBudget & { agencyName: string })[]> {
  return db
    .selectFrom('agency_budget')
    .innerJoin('agency', 'agency.id', 'agency_budget.agency_id')
    .select([
      'agency.id as agencyId',
      'agency.name as agencyName',
      'events_per_day as eventsPerDay',
      'bytes_per_day as bytesPerDay',
    ])
    .orderBy('agency.id')
    .execute();
}

/** What the day held of each agency, as written down; empty when nothing was or the day was not counted. */
export async function readUsage(
  db: RegistryDb,
  day: Day,
): Promise<{ agencyId: number; events: number; bytes: number }[]> {
  return db
    .selectFrom('agency_usage')
    .select(['agency_id as agencyId', 'events', 'bytes'])
    .where('day', '=', day)
    .execute();
}

/** Agencies that stored something in the newest counted day or have a budget, by id. */
export async function listUsage(db: RegistryDb, scope: AgencyScope): Promise<AgencyUsage[]> {
  const newest = await db
    .selectFrom('agency_usage')
    .select((eb) => eb.fn.max('day').as('day'))
    .executeTakeFirst();
  const day = newest?.day ?? null;
  let select = db
    .selectFrom('agency')
    .leftJoin('agency_budget', 'agency_budget.agency_id', 'agency.id')
    .leftJoin('agency_usage', (join) =>
      join.onRef('agency_usage.agency_id', '=', 'agency.id').on('agency_usage.day', '=', day ?? 0),
    )
    .where((eb) =>
      eb.or([eb('agency_usage.day', 'is not', null), eb('agency_budget.set_ms', 'is not', null)]),
    )
    .select([
      'agency.id as agencyId',
      'agency.name as agencyName',
      'agency_budget.events_per_day as eventsPerDay',
      'agency_budget.bytes_per_day as bytesPerDay',
      'agency_usage.events as events',
      'agency_usage.bytes as bytes',
    ])
    .orderBy('agency.id');
  if (scope.kind === 'some') select = select.where('agency.id', 'in', scope.agencyIds);
  return (await select.execute()).map((row) => {
    const usage = { events: row.events ?? 0, bytes: row.bytes ?? 0 };
    return { ...row, day, ...usage, isOver: budgetState(budgetShare(row, usage)) === 'over' };
  });
}

/** One sample a day; the last one of a day holds. */
export async function recordDiskSample(db: RegistryDb, day: Day, sample: DiskSample): Promise<void> {
  const row = {
    at_ms: sample.atMs,
    free_bytes: sample.freeBytes,
    total_bytes: sample.totalBytes,
    store_bytes: sample.storeBytes,
  };
  await db
    .insertInto('disk_sample')
    .values({ day, ...row })
    .onConflict((conflict) => conflict.column('day').doUpdateSet(row))
    .execute();
}

/** The newest so many, oldest first. */
export function listDiskSamples(db: RegistryDb, limit: number): Promise<DiskSample[]> {
  return diskSamplesUpTo(db, Number.MAX_SAFE_INTEGER, limit);
}

/** Of those up to a moment the newest so many, oldest first. */
export async function diskSamplesUpTo(db: RegistryDb, atMs: number, limit: number): Promise<DiskSample[]> {
  const rows = await db
    .selectFrom('disk_sample')
    .select([
      'at_ms as atMs',
      'free_bytes as freeBytes',
      'total_bytes as totalBytes',
      'store_bytes as storeBytes',
    ])
    .where('at_ms', '<=', atMs)
    .orderBy('day', 'desc')
    .limit(limit)
    .execute();
  return rows.toReversed();
}
