/** Schedules of kept hunts: set, changed and taken away, each on record. Whoever sets one owns it: it runs with what they may see. */
import { type AgencyScope } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import { readCalendars } from '../calendars.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { readHunt, type SavedHunt } from '../hunts.ts';
import { RefusalError } from '../refusal.ts';
import type { HuntScheduleState, HuntScheduleTable } from '../tables/hunt-schedule.ts';
import { firstTurnMs, isTooFarAhead, type Turns } from './turns.ts';

export interface HuntSchedule {
  huntId: string;
  turns: Turns;
  /** Of the hunt's agency. */
  timeZone: string;
  overlapMs: number;
  threshold: number;
  isEnabled: boolean;
  owner: string;
  state: HuntScheduleState;
  fault: string | null;
  failures: number;
  missed: number;
  dueMs: number;
  coveredMs: number;
  knownFromMs: number;
  updatedBy: string;
  updatedMs: number;
  version: number;
}

export interface HuntScheduleWanted {
  /** A span, or `HH:MM` by the clock of the hunt's agency. */
  every: { everyMs: number } | { dailyAt: string };
  overlapMs: number;
  threshold: number;
  isEnabled: boolean;
}

/** Of one agency; further ones are refused. */
export const HUNT_SCHEDULES_MAX = 100;

function toSchedule(row: HuntScheduleTable, timeZone: string): HuntSchedule {
  return {
    huntId: row.hunt_id,
    turns: row.every_ms === null ? { dailyAt: row.daily_at ?? '00:00', timeZone } : { everyMs: row.every_ms },
    timeZone,
    overlapMs: row.overlap_ms,
    threshold: row.threshold,
    isEnabled: row.enabled === 1,
    owner: row.owner,
    state: row.state,
    fault: row.fault,
    failures: row.failures,
    missed: row.missed,
    dueMs: row.due_ms,
    coveredMs: row.covered_ms,
    knownFromMs: row.known_from_ms,
    updatedBy: row.updated_by,
    updatedMs: row.updated_ms,
    version: row.version,
  };
}

/** Of these hunts, by hunt; those without one are left out. */
export async function schedulesOf(
  db: RegistryDb,
  hunts: readonly Pick<SavedHunt, 'id' | 'agencyId'>[],
): Promise<Map<string, HuntSchedule>> {
  if (hunts.length === 0) return new Map();
  const agencyIds = [...new Set(hunts.map(({ agencyId }) => agencyId))];
  const agencyOf = new Map(hunts.map(({ id, agencyId }) => [id, agencyId]));
  const rows = await db
    .selectFrom('hunt_schedule')
    .innerJoin('hunt', 'hunt.id', 'hunt_schedule.hunt_id')
    .selectAll('hunt_schedule')
    .where('hunt.agency_id', 'in', agencyIds)
    .execute();
  const calendarOf = await readCalendars(db);
  const found = rows.flatMap((row) => {
    const agencyId = agencyOf.get(row.hunt_id);
    return agencyId === undefined ? [] : [toSchedule(row, calendarOf(agencyId).calendar.timeZone)];
  });
  return new Map(found.map((schedule) => [schedule.huntId, schedule]));
}

/**
 * What was counted before stays counted. One that was paused or stopped begins again with now: what came meanwhile is not
 * looked at.
 * @param change `version`: the one it was made for, 0 where there was none
 * @throws RefusalError hunt-unknown, hunt-schedules-too-many, version-conflict
 */
export async function scheduleHunt(
  registry: Registry,
  { huntId, wanted, version }: { huntId: string; wanted: HuntScheduleWanted; version?: number | undefined },
  actor: string,
  scope: AgencyScope,
): Promise<HuntSchedule> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const hunt = await readHunt(trx, huntId, scope);
    const before = (await schedulesOf(trx, [hunt])).get(huntId);
    requireVersion(hunt, before, version);
    if (before === undefined) await requireRoom(trx, hunt);
    const { timeZone } = (await readCalendars(trx))(hunt.agencyId).calendar;
    const { every, overlapMs, threshold, isEnabled } = wanted;
    const turns: Turns = 'everyMs' in every ? every : { ...every, timeZone };
    const goesOn = before !== undefined && before.isEnabled && before.state !== 'stopped';
    const row: HuntScheduleTable = {
      hunt_id: huntId,
      every_ms: 'everyMs' in every ? every.everyMs : null,
      daily_at: 'dailyAt' in every ? every.dailyAt : null,
      overlap_ms: overlapMs,
      threshold,
      enabled: isEnabled ? 1 : 0,
      owner: actor,
      state: 'well',
      fault: null,
      failures: 0,
      missed: before?.missed ?? 0,
      due_ms: firstTurnMs(turns, nowMs),
      covered_ms: goesOn ? before.coveredMs : nowMs,
      known_from_ms: before?.knownFromMs ?? 0,
      updated_by: actor,
      updated_ms: nowMs,
      version: (before?.version ?? 0) + 1,
    };
    const { hunt_id: _, ...change } = row;
    await trx
      .insertInto('hunt_schedule')
      .values(row)
      .onConflict((conflict) => conflict.column('hunt_id').doUpdateSet(change))
      .execute();
    await writeAudit(trx, nowMs, {
      actor,
      action: 'hunt.schedule',
      target: `hunt:${huntId}`,
      agencyId: hunt.agencyId,
      detail: {
        name: hunt.name,
        ...every,
        overlapMs,
        threshold,
        isEnabled,
        ownerBefore: before?.owner ?? null,
      },
    });
    return toSchedule(row, timeZone);
  });
}

function requireVersion(
  { name }: SavedHunt,
  before: HuntSchedule | undefined,
  version: number | undefined,
): void {
  const stands = before?.version ?? 0;
  if (version === undefined || version === stands) return;
  const said = `the schedule of "${name}" was changed meanwhile: it is at version ${stands}, not ${version}`;
  throw new RefusalError('version-conflict', name, said);
}

async function requireRoom(db: RegistryDb, { agencyId, name }: SavedHunt): Promise<void> {
  const { count } = await db
    .selectFrom('hunt_schedule')
    .innerJoin('hunt', 'hunt.id', 'hunt_schedule.hunt_id')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('hunt.agency_id', '=', agencyId)
    .executeTakeFirstOrThrow();
  if (count < HUNT_SCHEDULES_MAX) return;
  throw new RefusalError(
    'hunt-schedules-too-many',
    name,
    `at most ${HUNT_SCHEDULES_MAX} hunts of an agency are scheduled: take some away`,
  );
}

/** Its runs stay to be read. @throws RefusalError hunt-unknown, hunt-schedule-unknown, version-conflict */
export async function unscheduleHunt(
  registry: Registry,
  { huntId, version }: { huntId: string; version?: number | undefined },
  actor: string,
  scope: AgencyScope,
): Promise<void> {
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    const hunt = await readHunt(trx, huntId, scope);
    const { name, agencyId } = hunt;
    if (version !== undefined) requireVersion(hunt, (await schedulesOf(trx, [hunt])).get(huntId), version);
    const gone = await trx.deleteFrom('hunt_schedule').where('hunt_id', '=', huntId).executeTakeFirst();
    if (gone.numDeletedRows === 0n)
      throw new RefusalError('hunt-schedule-unknown', huntId, `the hunt "${name}" is not scheduled`);
    await trx.deleteFrom('hunt_seen').where('hunt_id', '=', huntId).execute();
    await writeAudit(trx, nowMs, {
      actor,
      action: 'hunt.unschedule',
      target: `hunt:${huntId}`,
      agencyId,
      detail: { name },
    });
  });
}

export interface DueHunt {
  hunt: SavedHunt;
  schedule: HuntSchedule;
}

const EVERYWHERE = { kind: 'all' } as const;

/** The one that is due for longest; undefined when none is. */
export async function nextDueHunt(db: RegistryDb, nowMs: number): Promise<DueHunt | undefined> {
  const row = await db
    .selectFrom('hunt_schedule')
    .select('hunt_id')
    .where('enabled', '=', 1)
    .where('state', '!=', 'stopped')
    .where('due_ms', '<=', nowMs)
    .orderBy('due_ms')
    .orderBy('hunt_id')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const hunt = await readHunt(db, row.hunt_id, EVERYWHERE);
  const schedule = (await schedulesOf(db, [hunt])).get(hunt.id);
  return schedule && { hunt, schedule };
}

/** Turns that lie too far ahead since the clock was set back come at their time by the clock as it is. */
export async function settleTurns({ db, now }: Registry): Promise<void> {
  const nowMs = now();
  const ahead = await db
    .selectFrom('hunt_schedule')
    .innerJoin('hunt', 'hunt.id', 'hunt_schedule.hunt_id')
    .select(['hunt.id', 'hunt.agency_id as agencyId'])
    .where('enabled', '=', 1)
    .where('due_ms', '>', nowMs)
    .execute();
  for (const { huntId, turns, dueMs, version } of (await schedulesOf(db, ahead)).values()) {
    if (!isTooFarAhead(turns, dueMs, nowMs)) continue;
    await db
      .updateTable('hunt_schedule')
      .set({ due_ms: firstTurnMs(turns, nowMs) })
      .where('hunt_id', '=', huntId)
      .where('version', '=', version)
      .execute();
  }
}
