/**
 * What the first page of the console counts: open alerts by age, alerts by day, agencies by risk, who is silent. Invariants: nothing
 * outside the scope is counted; each figure counts what the list of alerts shows with the same filter.
 */
import { sql } from 'kysely';
import { SEVERITIES } from '../alert/severity-score.ts';
import type { Severity } from '../api/contract.ts';
import type { AgencyScope } from './agencies.ts';
import { OPEN_STATES } from './alert-book.ts';
import { whereAlerts } from './alert-filter.ts';
import type { RegistryDb } from './database.ts';
import type { SilenceKind } from './tables/liveness.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Days are those of the country. */
const ZONE_MS = 7 * HOUR_MS;
/** Bounds of the ages of open alerts. */
const AGE_BOUNDS_MS = [4 * HOUR_MS, DAY_MS, 7 * DAY_MS] as const;
const AGENCIES_MAX = 10;

/** When the day of a moment began. */
const dayStart = (ms: number): number => Math.floor((ms + ZONE_MS) / DAY_MS) * DAY_MS - ZONE_MS;

export interface OpenByAge {
  severity: Severity;
  open: number;
  overdue: number;
  /** Nobody has it. */
  free: number;
  /** Younger than each of AGE_BOUNDS_MS and not than the one before, then the oldest. */
  ages: number[];
}

/** The worst severity first. */
export async function openByAge(db: RegistryDb, scope: AgencyScope, nowMs: number): Promise<OpenByAge[]> {
  const [hours, day, week] = AGE_BOUNDS_MS;
  const rows = await db
    .selectFrom('alert')
    .select(['severity_rank', (eb) => eb.fn.countAll<number>().as('open')])
    .select((eb) => [
      eb.fn.countAll<number>().filterWhere('due_ms', '<', nowMs).as('overdue'),
      eb.fn.countAll<number>().filterWhere('assignee', 'is', null).as('free'),
      eb.fn
        .countAll<number>()
        .filterWhere('created_ms', '>=', nowMs - hours)
        .as('hours'),
      eb.fn
        .countAll<number>()
        .filterWhere('created_ms', '>=', nowMs - day)
        .as('day'),
      eb.fn
        .countAll<number>()
        .filterWhere('created_ms', '>=', nowMs - week)
        .as('week'),
    ])
    .where((eb) => whereAlerts(eb, { states: OPEN_STATES }, scope))
    .groupBy('severity_rank')
    .execute();
  const found = new Map(rows.map((row) => [row.severity_rank, row]));
  return SEVERITIES.map((severity, rank) => {
    const row = found.get(rank) ?? { open: 0, overdue: 0, free: 0, hours: 0, day: 0, week: 0 };
    const ages = [row.hours, row.day - row.hours, row.week - row.day, row.open - row.week];
    return { severity, open: row.open, overdue: row.overdue, free: row.free, ages };
  }).toReversed();
}

export interface AlertDay {
  startMs: number;
  opened: Record<Severity, number>;
  closed: number;
}

/** @param days so many, today being the last */
export async function alertDays(
  db: RegistryDb,
  scope: AgencyScope,
  { days, nowMs }: { days: number; nowMs: number },
): Promise<AlertDay[]> {
  const firstMs = dayStart(nowMs) - (days - 1) * DAY_MS;
  const place = (column: 'created_ms' | 'closed_ms') =>
    sql<number>`(${sql.ref(`alert.${column}`)} + ${sql.lit(ZONE_MS)}) / ${sql.lit(DAY_MS)}`;
  const [opened, closed] = await Promise.all([
    db
      .selectFrom('alert')
      .select(['severity_rank', place('created_ms').as('day'), (eb) => eb.fn.countAll<number>().as('count')])
      .where((eb) => whereAlerts(eb, { createdSinceMs: firstMs }, scope))
      .groupBy(['severity_rank', 'day'])
      .execute(),
    db
      .selectFrom('alert')
      .select([place('closed_ms').as('day'), (eb) => eb.fn.countAll<number>().as('count')])
      .where((eb) => whereAlerts(eb, { states: ['closed'] }, scope))
      .where('closed_ms', '>=', firstMs)
      .groupBy('day')
      .execute(),
  ]);
  const firstDay = Math.floor((firstMs + ZONE_MS) / DAY_MS);
  return Array.from({ length: days }, (_, index) => {
    const day = firstDay + index;
    const of = (rank: number): number =>
      opened.find((row) => row.day === day && row.severity_rank === rank)?.count ?? 0;
    return {
      startMs: firstMs + index * DAY_MS,
      opened: {
        informational: of(SEVERITIES.indexOf('informational')),
        low: of(SEVERITIES.indexOf('low')),
        medium: of(SEVERITIES.indexOf('medium')),
        high: of(SEVERITIES.indexOf('high')),
        critical: of(SEVERITIES.indexOf('critical')),
      },
      closed: closed.find((row) => row.day === day)?.count ?? 0,
    };
  });
}

export interface AgencyRisk {
  agencyId: number;
  agencyName: string;
  /** Sum of the risk, 0-100 each, of its open alerts that rules raised. */
  risk: number;
  open: number;
  /** High and critical ones among them. */
  serious: number;
}

/** An agency's own alerts, without those of agencies below it; also the ones that are folded into another row. */
export async function agenciesByRisk(db: RegistryDb, scope: AgencyScope): Promise<AgencyRisk[]> {
  return db
    .selectFrom('alert')
    .innerJoin('agency', 'agency.id', 'alert.agency_id')
    .select(['alert.agency_id as agencyId', 'agency.name as agencyName'])
    .select((eb) => [
      eb.fn.sum<number>('alert.risk').as('risk'),
      eb.fn.countAll<number>().as('open'),
      eb.fn.countAll<number>().filterWhere('severity_rank', '>=', SEVERITIES.indexOf('high')).as('serious'),
    ])
    .where((eb) =>
      // The join adds a table; the conditions name columns of alerts only.
      whereAlerts(eb, { states: OPEN_STATES, kinds: ['detection'], folded: true }, scope),
    )
    .groupBy(['alert.agency_id', 'agency.name'])
    .orderBy('risk', 'desc')
    .orderBy('alert.agency_id')
    .limit(AGENCIES_MAX)
    .execute();
}

export interface Silences {
  agents: number;
  sites: number;
  channels: number;
}

export async function openSilences(db: RegistryDb, scope: AgencyScope): Promise<Silences> {
  let select = db
    .selectFrom('silence')
    .select(['kind', (eb) => eb.fn.countAll<number>().as('count')])
    .where('ended_ms', 'is', null)
    .groupBy('kind');
  if (scope.kind === 'some') select = select.where('agency_id', 'in', scope.agencyIds);
  const rows = await select.execute();
  const of = (kind: SilenceKind): number => rows.find((row) => row.kind === kind)?.count ?? 0;
  return { agents: of('agent'), sites: of('site'), channels: of('channel') };
}
