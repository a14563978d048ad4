/** Alerts as people see them. Written by the projector (projection.ts); people's acts are in alert-acts.ts. */
import { sql } from 'kysely';
import { z } from 'zod';
import { countDistinct, type DistinctValues } from '../alert/distinct-values.ts';
import { AGENCY_FIELD } from '../alert/judge-fleet.ts';
import { SEVERITIES, type SeverityWhy } from '../alert/severity-score.ts';
import type { Alert, AlertDetail, AlertSort } from '../api/contract-alerts.ts';
import type { Severity } from '../api/contract.ts';
import { alertStateSchema, severitySchema } from '../api/contract-vocabulary.ts';
import { type AgencyScope, inScope } from './agencies.ts';
import {
  afterPlace,
  hasWords,
  sortExpressions,
  whereAlerts,
  type AlertFilter,
  type AlertPlace,
} from './alert-filter.ts';
import type { RegistryDb } from './database.ts';
import { isoTime } from './iso-time.ts';
import { ruleFactsSchema } from './rule-facts.ts';

export interface AlertListQuery {
  filter?: AlertFilter | undefined;
  /** By default the last active first. */
  sort?: AlertSort | undefined;
  order?: 'asc' | 'desc' | undefined;
  limit: number;
  after?: AlertPlace | undefined;
}

export interface AlertPage {
  alerts: Alert[];
  /** Where the next page goes on; undefined after the last one. */
  next: AlertPlace | undefined;
}

/** Ids in one statement. */
const IDS_MAX = 500;
const EARLIER_MAX = 10;
export const OPEN_STATES = ['new', 'acknowledged', 'in-progress'] as const;

const entitySchema = z.record(z.string(), z.string());
const matchedSchema = z.record(z.string(), z.unknown());

function alertRows(db: RegistryDb) {
  return db
    .selectFrom('alert')
    .leftJoin('agency', 'agency.id', 'alert.agency_id')
    .select([
      'alert.id',
      'alert.kind',
      'alert.rule_id',
      'alert.group_key',
      'alert.sequence',
      'alert.predecessor_id',
      'alert.severity',
      'alert.severity_why',
      'alert.risk',
      'alert.state',
      'alert.verdict',
      'alert.duplicate_of',
      'alert.assignee',
      'alert.due_ms',
      'alert.closed_ms',
      'alert.acknowledged_ms',
      'alert.entity',
      'alert.rule',
      'alert.agent_id',
      'alert.hostname',
      'alert.user_name',
      'alert.agency_id',
      'alert.system_id',
      'alert.system_level',
      'alert.detections',
      'alert.hosts',
      'alert.fleet_id',
      'alert.first_seen_ms',
      'alert.last_seen_ms',
      'alert.created_ms',
      'alert.updated_ms',
      'alert.version',
      'alert.message',
      'alert.state_by',
      'alert.state_reason',
      'agency.name as agency_name',
    ]);
}

type AlertRow = Awaited<ReturnType<ReturnType<typeof alertRows>['executeTakeFirstOrThrow']>>;

const isoOrNull = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));

function toAlert(row: AlertRow, nowMs: number): Alert {
  const rule = ruleFactsSchema.parse(JSON.parse(row.rule));
  const state = alertStateSchema.parse(row.state);
  return {
    id: row.id,
    kind: row.kind,
    ruleId: row.rule_id,
    title: rule.title,
    titleVi: rule.titleVi,
    severity: severitySchema.parse(row.severity),
    risk: row.risk,
    state,
    verdict: row.verdict,
    duplicateOf: row.duplicate_of,
    assignee: row.assignee,
    dueAt: isoOrNull(row.due_ms),
    overdue: state !== 'closed' && row.due_ms !== null && row.due_ms < nowMs,
    entity: entitySchema.parse(JSON.parse(row.entity)),
    agentId: row.agent_id,
    hostname: row.hostname,
    userName: row.user_name,
    agencyId: row.agency_id,
    agencyName: row.agency_name ?? '',
    systemId: row.system_id,
    systemLevel: row.system_level,
    count: row.detections,
    hosts: row.hosts,
    fleetId: row.fleet_id,
    predecessorId: row.predecessor_id,
    firstSeen: isoTime(row.first_seen_ms),
    lastSeen: isoTime(row.last_seen_ms),
    createdAt: isoTime(row.created_ms),
    updatedAt: isoTime(row.updated_ms),
    version: row.version,
    tags: rule.tags,
    message: row.message,
  };
}

/** In the order of the ids; those that are not there are left out. */
async function alertsInOrder(db: RegistryDb, ids: readonly string[], nowMs: number): Promise<Alert[]> {
  const found = new Map<string, Alert>();
  for (let at = 0; at < ids.length; at += IDS_MAX) {
    const rows = await alertRows(db)
      .where('alert.id', 'in', ids.slice(at, at + IDS_MAX))
      .execute();
    for (const row of rows) found.set(row.id, toAlert(row, nowMs));
  }
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** A page of the list. The ids come from an index; the rows of the page alone are read. */
export async function pageAlerts(
  db: RegistryDb,
  query: AlertListQuery,
  scope: AgencyScope,
  nowMs: number,
): Promise<AlertPage> {
  const { limit } = query;
  const places = (await nearPlaces(db, query, scope)) ?? (await placesOf(db, query, scope).execute());
  const page = places.slice(0, limit);
  const last = places.length > limit ? page.at(-1) : undefined;
  return {
    alerts: await alertsInOrder(
      db,
      page.map(({ id }) => id),
      nowMs,
    ),
    next: last && {
      keys: last.second === null ? [last.first] : [last.first, last.second],
      id: last.id,
    },
  };
}

/** Ids of a page and of the one after it, in order, with what they are sorted by. */
function placesOf(db: RegistryDb, query: AlertListQuery, scope: AgencyScope) {
  const { filter = {}, sort = 'last-seen', order = 'desc', limit, after } = query;
  let select = db
    .selectFrom('alert')
    .select((eb) => {
      const [first, second] = sortExpressions(eb, sort);
      return [
        'alert.id as id',
        sql<number>`${first ?? sql.lit(0)}`.as('first'),
        sql<number | null>`${second ?? sql.lit(null)}`.as('second'),
      ];
    })
    .where((eb) => whereAlerts(eb, filter, scope))
    .limit(limit + 1);
  if (after !== undefined) select = select.where((eb) => afterPlace(eb, sort, order, after));
  select = select.orderBy('first', order);
  if (sort === 'severity' || sort === 'risk') select = select.orderBy('second', order);
  return select.orderBy('alert.id', order);
}

/** Alerts that are looked at for words before all texts are. */
const NEAR_ALERTS = 2_000;

/**
 * Frequent words fill a page from the first alerts of the order: reading the texts of all of them would take a hundred
 * times as long. @returns undefined where these do not fill it
 */
async function nearPlaces(db: RegistryDb, query: AlertListQuery, scope: AgencyScope) {
  const { filter: { text, ...filter } = {}, sort, order = 'desc', limit } = query;
  if (text === undefined || text === '') return undefined;
  const near = placesOf(db, { ...query, filter, limit: NEAR_ALERTS - 1 }, scope).as('near');
  let select = db
    .selectFrom(near)
    .innerJoin('alert_text', 'alert_text.alert_id', 'near.id')
    .select(['near.id as id', 'near.first as first', 'near.second as second'])
    .where((eb) => hasWords(eb, text))
    .orderBy('near.first', order);
  if (sort === 'severity' || sort === 'risk') select = select.orderBy('near.second', order);
  const places = await select
    .orderBy('near.id', order)
    .limit(limit + 1)
    .execute();
  return places.length > limit ? places : undefined;
}

/** The first alerts of the list. */
export async function listAlerts(
  db: RegistryDb,
  query: AlertListQuery,
  scope: AgencyScope,
  nowMs = Date.now(),
): Promise<Alert[]> {
  return (await pageAlerts(db, query, scope, nowMs)).alerts;
}

/** Those of the ids that exist. */
export function findAlerts(db: RegistryDb, ids: readonly string[], nowMs: number): Promise<Alert[]> {
  return alertsInOrder(db, ids, nowMs);
}

/** One alert with the proofs kept for it; undefined outside the scope as if it were not there. */
export async function readAlert(
  db: RegistryDb,
  id: string,
  scope: AgencyScope,
  nowMs = Date.now(),
): Promise<AlertDetail | undefined> {
  const row = await alertRows(db)
    .select('alert.distinct_values')
    .where('alert.id', '=', id)
    .executeTakeFirst();
  if (row === undefined || !inScope(scope, row.agency_id)) return undefined;
  const rule = ruleFactsSchema.parse(JSON.parse(row.rule));
  const proofs = await db
    .selectFrom('alert_detection')
    .select(['detection_id', 'time_ms', 'event_id', 'hostname', 'message', 'matched'])
    .where('alert_id', '=', id)
    .orderBy('time_ms', 'desc')
    .orderBy('detection_id')
    .execute();
  const tags = await db
    .selectFrom('alert_tag')
    .select('tag')
    .where('alert_id', '=', id)
    .where('own', '=', 1)
    .orderBy('tag')
    .execute();
  const watchers = await db
    .selectFrom('alert_watcher')
    .select('username')
    .where('alert_id', '=', id)
    .orderBy('username')
    .execute();
  const { members } = await db
    .selectFrom('alert')
    .select((eb) => eb.fn.countAll<number>().as('members'))
    .where('fleet_id', '=', id)
    .executeTakeFirstOrThrow();
  return {
    ...toAlert(row, nowMs),
    description: rule.description,
    descriptionVi: rule.descriptionVi,
    advice: rule.advice,
    adviceVi: rule.adviceVi,
    severityWhy: await toldInVietnamese(db, JSON.parse(row.severity_why) as SeverityWhy), // written by us
    stateBy: row.state_by,
    stateReason: row.state_reason,
    closedAt: isoOrNull(row.closed_ms),
    acknowledgedAt: isoOrNull(row.acknowledged_ms),
    ownTags: tags.map(({ tag }) => tag),
    watchers: watchers.map(({ username }) => username),
    distinct: await nameAgencies(db, toDistinct(JSON.parse(row.distinct_values) as DistinctValues)), // written by us
    earlier: await earlierAlerts(db, row),
    members,
    falsePositives: rule.falsePositives,
    references: rule.references,
    detections: proofs.map((proof) => ({
      id: proof.detection_id,
      time: isoTime(proof.time_ms),
      eventId: proof.event_id,
      hostname: proof.hostname,
      message: proof.message,
      matched: matchedSchema.parse(JSON.parse(proof.matched)),
    })),
  };
}

/** With the Vietnamese titles of the rules that its parts name. */
async function toldInVietnamese(db: RegistryDb, why: SeverityWhy): Promise<AlertDetail['severityWhy']> {
  const ids = why.parts.flatMap(({ ruleId }) => ruleId ?? []);
  if (ids.length === 0) return why;
  const rows = await db.selectFrom('rule').select(['id', 'title_vi']).where('id', 'in', ids).execute();
  const titles = new Map(rows.map((rule) => [rule.id, rule.title_vi]));
  const parts = why.parts.map((part) =>
    part.ruleId === undefined ? part : { ...part, valueVi: titles.get(part.ruleId) ?? null },
  );
  return { ...why, parts };
}

function toDistinct(values: DistinctValues): AlertDetail['distinct'] {
  return Object.entries(values).map(([field, known]) => ({
    field,
    distinct: countDistinct(known),
    atLeast: known.beyond,
    values: Object.entries(known.values)
      .map(([value, count]) => ({ value, count }))
      .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)),
    others: known.others,
  }));
}

/** Of agencies the names, which change: what is kept is their ids. */
async function nameAgencies(
  db: RegistryDb,
  distinct: AlertDetail['distinct'],
): Promise<AlertDetail['distinct']> {
  const kept = distinct.find(({ field }) => field === AGENCY_FIELD);
  if (kept === undefined) return distinct;
  const ids = kept.values.map(({ value }) => Number(value));
  const rows = await db.selectFrom('agency').select(['id', 'name']).where('id', 'in', ids).execute();
  const names = new Map(rows.map(({ id, name }) => [String(id), name]));
  const values = kept.values.map(({ value, count }) => ({ value: names.get(value) ?? value, count }));
  const others = distinct.filter((one) => one !== kept);
  return [{ ...kept, field: 'agency.name', values }, ...others];
}

/** Alerts about the same thing before it, the newest first. */
async function earlierAlerts(db: RegistryDb, of: AlertRow): Promise<AlertDetail['earlier']> {
  if (of.predecessor_id === null) return [];
  const rows = await db
    .selectFrom('alert')
    .select(['id', 'state', 'verdict', 'state_reason', 'last_seen_ms', 'detections'])
    .where('group_key', '=', of.group_key)
    .where('sequence', '<', of.sequence)
    .orderBy('sequence', 'desc')
    .limit(EARLIER_MAX)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    state: alertStateSchema.parse(row.state),
    verdict: row.verdict,
    stateReason: row.state_reason,
    lastSeen: isoTime(row.last_seen_ms),
    count: row.detections,
  }));
}

/** Number of alerts that are not closed, by severity; those that are folded into another do not count. */
export async function countOpenAlerts(db: RegistryDb, scope: AgencyScope): Promise<Record<Severity, number>> {
  const counts: Record<Severity, number> = { informational: 0, low: 0, medium: 0, high: 0, critical: 0 };
  const rows = await db
    .selectFrom('alert')
    .select(['severity_rank', (eb) => eb.fn.countAll<number>().as('count')])
    .where((eb) => whereAlerts(eb, { states: OPEN_STATES }, scope))
    .groupBy('severity_rank')
    .execute();
  for (const row of rows) {
    const severity = SEVERITIES[row.severity_rank];
    if (severity !== undefined) counts[severity] = row.count;
  }
  return counts;
}
