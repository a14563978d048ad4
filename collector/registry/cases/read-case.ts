/** What a case holds, as one reader sees it: what lies outside the scope is left out and counted. */
import { sql } from 'kysely';
import { type AgencyScope, inScope } from '../agencies.ts';
import type { RegistryDb } from '../database.ts';
import type { CaseRow } from './find-case.ts';

export const COUNTED_PARTS = [
  'alerts',
  'items',
  'events',
  'tasks',
  'notes',
  'entries',
  'attachments',
  'clocks',
] as const;
export type CountedPart = (typeof COUNTED_PARTS)[number];
export type PartCounts = Record<CountedPart, number>;

const TABLES = {
  items: 'case_item',
  events: 'case_event',
  tasks: 'case_task',
  notes: 'case_note',
  entries: 'case_entry',
  attachments: 'case_attachment',
  clocks: 'case_clock',
} as const;

const none = (): PartCounts => ({
  alerts: 0,
  items: 0,
  events: 0,
  tasks: 0,
  notes: 0,
  entries: 0,
  attachments: 0,
  clocks: 0,
});

/** Of each part: how many one sees, and how many one does not. */
export async function countParts(
  db: RegistryDb,
  caseId: string,
  scope: AgencyScope,
): Promise<{ shown: PartCounts; hidden: PartCounts }> {
  const shown = none();
  const hidden = none();
  const note = (part: CountedPart, rows: readonly { agency_id: number; count: number }[]): void => {
    for (const { agency_id: agencyId, count } of rows)
      (inScope(scope, agencyId) ? shown : hidden)[part] += count;
  };
  note(
    'alerts',
    await db
      .selectFrom('case_alert')
      .innerJoin('alert', 'alert.id', 'case_alert.alert_id')
      .select((eb) => ['alert.agency_id', eb.fn.countAll<number>().as('count')])
      .where('case_alert.case_id', '=', caseId)
      .groupBy('alert.agency_id')
      .execute(),
  );
  for (const part of ['items', 'events', 'tasks', 'notes', 'entries', 'attachments', 'clocks'] as const) {
    const rows = await db
      .selectFrom(TABLES[part])
      .select((eb) => ['agency_id', eb.fn.countAll<number>().as('count')])
      .where('case_id', '=', caseId)
      .groupBy('agency_id')
      .execute();
    note(part, rows);
  }
  return { shown, hidden };
}

export interface ListedCounts {
  alerts: number;
  openTasks: number;
  nextClockMs: number | null;
}

/** What a list says of each case beside its row, of what one sees. */
export async function countForList(
  db: RegistryDb,
  caseIds: readonly string[],
  scope: AgencyScope,
): Promise<Map<string, ListedCounts>> {
  const counts = new Map<string, ListedCounts>(
    caseIds.map((id) => [id, { alerts: 0, openTasks: 0, nextClockMs: null }]),
  );
  if (caseIds.length === 0) return counts;
  let alerts = db
    .selectFrom('case_alert')
    .innerJoin('alert', 'alert.id', 'case_alert.alert_id')
    .select((eb) => ['case_alert.case_id as id', eb.fn.countAll<number>().as('count')])
    .where('case_alert.case_id', 'in', caseIds)
    .groupBy('case_alert.case_id');
  let tasks = db
    .selectFrom('case_task')
    .select((eb) => ['case_id as id', eb.fn.countAll<number>().as('count')])
    .where('case_id', 'in', caseIds)
    .where('done_ms', 'is', null)
    .groupBy('case_id');
  let clocks = db
    .selectFrom('case_clock')
    .select(['case_id as id', sql<number>`min(due_ms)`.as('dueMs')])
    .where('case_id', 'in', caseIds)
    .where('met_ms', 'is', null)
    .where('stopped_ms', 'is', null)
    .groupBy('case_id');
  if (scope.kind === 'some') {
    alerts = alerts.where('alert.agency_id', 'in', scope.agencyIds);
    tasks = tasks.where('agency_id', 'in', scope.agencyIds);
    clocks = clocks.where('agency_id', 'in', scope.agencyIds);
  }
  for (const { id, count } of await alerts.execute()) Object.assign(counts.get(id) ?? {}, { alerts: count });
  for (const { id, count } of await tasks.execute())
    Object.assign(counts.get(id) ?? {}, { openTasks: count });
  for (const { id, dueMs } of await clocks.execute())
    Object.assign(counts.get(id) ?? {}, { nextClockMs: dueMs });
  return counts;
}

export interface CaseSurroundings {
  agencies: { id: number; name: string }[];
  /** Agencies that it touches and that one does not see. */
  agenciesHidden: number;
  tags: string[];
  watchers: string[];
  /** Cases that were merged into it, by their numbers. */
  merged: string[];
}

/** Tags and watchers are read by who sees the whole case. */
export async function readSurroundings(
  db: RegistryDb,
  row: Pick<CaseRow, 'id' | 'agency_id'>,
  scope: AgencyScope,
): Promise<CaseSurroundings> {
  const agencies = await db
    .selectFrom('case_agency')
    .innerJoin('agency', 'agency.id', 'case_agency.agency_id')
    .select(['agency.id as id', 'agency.name as name'])
    .where('case_agency.case_id', '=', row.id)
    .orderBy('agency.id')
    .execute();
  const seen = agencies.filter(({ id }) => inScope(scope, id));
  const surroundings: CaseSurroundings = {
    agencies: seen,
    agenciesHidden: agencies.length - seen.length,
    tags: [],
    watchers: [],
    merged: [],
  };
  if (!inScope(scope, row.agency_id)) return surroundings;
  const tags = await db
    .selectFrom('case_tag')
    .select('tag')
    .where('case_id', '=', row.id)
    .orderBy('tag')
    .execute();
  const watchers = await db
    .selectFrom('case_watcher')
    .select('username')
    .where('case_id', '=', row.id)
    .orderBy('username')
    .execute();
  const merged = await db
    .selectFrom('case_file')
    .select('number')
    .where('merged_into', '=', row.id)
    .orderBy('number')
    .execute();
  return {
    ...surroundings,
    tags: tags.map(({ tag }) => tag),
    watchers: watchers.map(({ username }) => username),
    merged: merged.map(({ number }) => number),
  };
}

/** Ids of the case's alerts that one sees, in the order in which they began. */
export async function caseAlertIds(
  db: RegistryDb,
  caseId: string,
  scope: AgencyScope,
  page: { limit: number; after?: { firstSeenMs: number; id: string } | undefined },
): Promise<{ id: string; firstSeenMs: number; addedBy: string; addedMs: number }[]> {
  let query = db
    .selectFrom('case_alert')
    .innerJoin('alert', 'alert.id', 'case_alert.alert_id')
    .select([
      'alert.id as id',
      'alert.first_seen_ms as firstSeenMs',
      'added_by as addedBy',
      'added_ms as addedMs',
    ])
    .where('case_alert.case_id', '=', caseId)
    .orderBy('alert.first_seen_ms')
    .orderBy('alert.id')
    .limit(page.limit);
  if (scope.kind === 'some') query = query.where('alert.agency_id', 'in', scope.agencyIds);
  const { after } = page;
  if (after !== undefined)
    query = query.where((eb) =>
      eb.or([
        eb('alert.first_seen_ms', '>', after.firstSeenMs),
        eb.and([eb('alert.first_seen_ms', '=', after.firstSeenMs), eb('alert.id', '>', after.id)]),
      ]),
    );
  return query.execute();
}

export interface CaseActView {
  id: number;
  number: string;
  version: number;
  atMs: number;
  actor: string;
  action: string;
  detail: Record<string, unknown>;
}

/** What was done, the newest first, to the case and to those that were merged into it. */
export async function listActs(
  db: RegistryDb,
  caseIds: readonly string[],
  scope: AgencyScope,
  page: { limit: number; beforeId?: number | undefined },
): Promise<CaseActView[]> {
  let query = db
    .selectFrom('case_act')
    .innerJoin('case_file', 'case_file.id', 'case_act.case_id')
    .select([
      'case_act.id as id',
      'case_file.number as number',
      'case_act.version as version',
      'case_act.at_ms as atMs',
      'case_act.actor as actor',
      'case_act.action as action',
      'case_act.detail as detail',
    ])
    .where('case_act.case_id', 'in', caseIds)
    .orderBy('case_act.id', 'desc')
    .limit(page.limit);
  if (scope.kind === 'some') query = query.where('case_act.agency_id', 'in', scope.agencyIds);
  if (page.beforeId !== undefined) query = query.where('case_act.id', '<', page.beforeId);
  const rows = await query.execute();
  return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) as Record<string, unknown> })); // written by us
}
