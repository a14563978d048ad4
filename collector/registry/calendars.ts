/** Working calendars of agencies: what liveness goes by. */
import { inHours, type Hours } from '../oncall/hours.ts';
import { calendarSchema, DEFAULT_CALENDAR, type WorkCalendar } from '../liveness/calendar.ts';
import { type AgencyScope, listAgencies, readAgency, requireAgency, requireVersion } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { digestVersion } from './digest-version.ts';
import { RefusalError } from './refusal.ts';

export interface AgencyCalendar {
  agencyId: number;
  /** Whose it is: the agency's own, that of one above it, or null for the usual Vietnamese week. */
  ofAgencyId: number | null;
  calendar: WorkCalendar;
}

/** Calendars that agencies have of their own. */
async function readOwn(db: RegistryDb): Promise<Map<number, WorkCalendar>> {
  const rows = await db.selectFrom('liveness_calendar').select(['agency_id', 'calendar']).execute();
  return new Map(
    rows.map(({ agency_id, calendar }) => [agency_id, calendarSchema.parse(JSON.parse(calendar))]),
  );
}

/** Of an agency: its own, or that of the nearest agency above it, or the usual Vietnamese week. */
export async function readCalendars(db: RegistryDb): Promise<(agencyId: number) => AgencyCalendar> {
  const agencies = await db.selectFrom('agency').select(['id', 'parent_id']).execute();
  const parents = new Map(agencies.map(({ id, parent_id }) => [id, parent_id]));
  const own = await readOwn(db);
  return (agencyId) => {
    let at: number | null | undefined = agencyId;
    for (let depth = 0; at !== null && at !== undefined && depth < agencies.length + 1; depth += 1) {
      const calendar = own.get(at);
      if (calendar !== undefined) return { agencyId, ofAgencyId: at, calendar };
      at = parents.get(at);
    }
    return { agencyId, ofAgencyId: null, calendar: DEFAULT_CALENDAR };
  };
}

/** Whether these hours are now, by the agency's calendar; it is read only where it is asked. */
export async function isTime(
  db: RegistryDb,
  hours: Hours,
  agencyId: number,
  nowMs: number,
): Promise<boolean> {
  return hours === 'always' || inHours(hours, (await readCalendars(db))(agencyId), nowMs);
}

/** Agencies with a calendar of their own. */
export async function listCalendars(
  registry: Registry,
): Promise<(AgencyCalendar & { agencyName: string })[]> {
  const own = await readOwn(registry.db);
  return (await listAgencies(registry)).flatMap(({ id, name }) => {
    const calendar = own.get(id);
    return calendar === undefined ? [] : [{ agencyId: id, agencyName: name, ofAgencyId: id, calendar }];
  });
}

/** @throws RefusalError agency-unknown */
export async function findCalendar(registry: Registry, agencyId: number): Promise<AgencyCalendar> {
  await readAgency(registry.db, agencyId);
  return (await readCalendars(registry.db))(agencyId);
}

/** What is left out of a change stays as it holds for the agency now. */
export interface CalendarChange {
  timeZone?: string | undefined;
  /** 1 Monday to 7 Sunday. */
  weekDays?: number[] | undefined;
  from?: string | undefined;
  to?: string | undefined;
  vietnamHolidays?: boolean | undefined;
  /** Days, `YYYY-MM-DD`, that become days off or working days, or are as the week and the holidays say again. */
  off?: readonly string[] | undefined;
  working?: readonly string[] | undefined;
  usual?: readonly string[] | undefined;
}

function withDays(days: readonly string[], added: readonly string[], removed: readonly string[]): string[] {
  const gone = new Set(removed);
  return [...new Set([...days, ...added])].filter((day) => !gone.has(day)).toSorted();
}

/** The agency has a calendar of its own from now on. @throws RefusalError agency-unknown, calendar-invalid */
export async function setCalendar(
  registry: Registry,
  agencyId: number,
  change: CalendarChange,
  actor: string,
): Promise<AgencyCalendar> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    await requireAgency(trx, agencyId);
    const { calendar: before } = (await readCalendars(trx))(agencyId);
    const { off = [], working = [], usual = [] } = change;
    return writeCalendar(trx, nowMs, agencyId, actor, {
      timeZone: change.timeZone ?? before.timeZone,
      weekDays: change.weekDays ?? before.weekDays,
      from: change.from ?? before.from,
      to: change.to ?? before.to,
      vietnamHolidays: change.vietnamHolidays ?? before.vietnamHolidays,
      daysOff: withDays(before.daysOff, off, [...working, ...usual]),
      workDays: withDays(before.workDays, working, [...off, ...usual]),
    });
  });
}

/** As part of a larger act; a dry run only checks it. @throws RefusalError calendar-invalid */
export async function writeCalendar(
  trx: RegistryDb,
  nowMs: number,
  agencyId: number,
  actor: string,
  wanted: WorkCalendar,
  { dryRun = false } = {},
): Promise<AgencyCalendar> {
  const parsed = calendarSchema.safeParse(wanted);
  if (!parsed.success) throw invalid(parsed.error.issues[0]?.message ?? '');
  const calendar = parsed.data;
  if (calendar.from >= calendar.to) throw invalid(`${calendar.from}-${calendar.to}`);
  if (dryRun) return { agencyId, ofAgencyId: agencyId, calendar };
  const text = JSON.stringify(calendar);
  await trx
    .insertInto('liveness_calendar')
    .values({ agency_id: agencyId, calendar: text })
    .onConflict((conflict) => conflict.column('agency_id').doUpdateSet({ calendar: text }))
    .execute();
  const detail = { ...calendar };
  await writeAudit(trx, nowMs, { actor, action: 'calendar.set', target: `agency:${agencyId}`, detail });
  return { agencyId, ofAgencyId: agencyId, calendar };
}

/** Moves when what holds for an agency does, its own or that of one above it. */
export function calendarVersion({ ofAgencyId, calendar }: AgencyCalendar): number {
  return digestVersion([ofAgencyId, calendar]);
}

export interface CalendarBy {
  actor: string;
  scope: AgencyScope;
  /** What was read before; undefined: whatever it is. */
  version?: number | undefined;
}

/** It has not changed since it was read. @throws RefusalError version-conflict */
async function requireRead(trx: RegistryDb, agencyId: number, by: CalendarBy): Promise<AgencyCalendar> {
  await readAgency(trx, agencyId, by.scope);
  const before = (await readCalendars(trx))(agencyId);
  requireVersion(`the calendar of agency ${agencyId}`, calendarVersion(before), by.version);
  return before;
}

/** The whole calendar, as somebody wrote it. @throws RefusalError agency-unknown, agency-ended, calendar-invalid, version-conflict */
export async function replaceCalendar(
  registry: Registry,
  agencyId: number,
  wanted: WorkCalendar,
  by: CalendarBy,
): Promise<AgencyCalendar> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    await requireRead(trx, agencyId, by);
    await requireAgency(trx, agencyId);
    return writeCalendar(trx, nowMs, agencyId, by.actor, wanted);
  });
}

function invalid(what: string): RefusalError {
  return new RefusalError('calendar-invalid', what, `that makes no calendar: ${what}`);
}

/** The agency goes by the calendar above it again. @throws RefusalError agency-unknown, calendar-unknown, version-conflict */
export async function clearCalendar(
  registry: Registry,
  agencyId: number,
  actor: string,
  { scope, version }: Omit<CalendarBy, 'actor'> = { scope: { kind: 'all' } },
): Promise<AgencyCalendar> {
  return registry.db.transaction().execute(async (trx) => {
    await requireRead(trx, agencyId, { actor, scope, version });
    await requireAgency(trx, agencyId);
    const row = await trx
      .deleteFrom('liveness_calendar')
      .where('agency_id', '=', agencyId)
      .returning('agency_id')
      .executeTakeFirst();
    if (row === undefined) {
      throw new RefusalError(
        'calendar-unknown',
        String(agencyId),
        `agency ${agencyId} has no calendar of its own; "vonggac calendar list" shows those that have`,
      );
    }
    await writeAudit(trx, registry.now(), { actor, action: 'calendar.clear', target: `agency:${agencyId}` });
    return (await readCalendars(trx))(agencyId);
  });
}
