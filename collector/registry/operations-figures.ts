/**
 * Figures of the present for the wall of an operations centre: counts alone, a statement each. Invariants: nothing outside the scope is
 * counted; drills and cases that were merged into another count nowhere.
 */
import { SEVERITIES } from '../alert/severity-score.ts';
import type { Severity } from '../api/contract.ts';
import { VULNERABILITY_SEVERITIES, type VulnerabilitySeverity } from '../vulnerability/advisory.ts';
import type { AgencyScope } from './agencies.ts';
import { OPEN_STATES } from './alert-book.ts';
import { whereAlerts } from './alert-filter.ts';
import { whereVisible } from './cases/find-case.ts';
import type { RegistryDb } from './database.ts';
import { coveredReleases, listFeeds } from './vulnerability/feeds.ts';
import { filteredFindings } from './vulnerability/finding-filter.ts';

/** The worst first, each with what was counted of it. */
function bySeverity<R extends { severity_rank: number }>(
  rows: readonly R[],
): { severity: Severity; row: R | undefined }[] {
  const found = new Map(rows.map((row) => [row.severity_rank, row]));
  return SEVERITIES.map((severity, rank) => ({ severity, row: found.get(rank) })).toReversed();
}

export interface OpenAlerts {
  severity: Severity;
  open: number;
  /** When the oldest of them was opened; null: there is none. */
  oldestMs: number | null;
}

export async function openAlerts(db: RegistryDb, scope: AgencyScope): Promise<OpenAlerts[]> {
  const rows = await db
    .selectFrom('alert')
    .select(['severity_rank', (eb) => eb.fn.countAll<number>().as('open')])
    .select((eb) => eb.fn.min('created_ms').as('oldestMs'))
    .where((eb) => whereAlerts(eb, { states: OPEN_STATES }, scope))
    .groupBy('severity_rank')
    .execute();
  return bySeverity(rows).map(({ severity, row }) => ({
    severity,
    open: row?.open ?? 0,
    oldestMs: row?.oldestMs ?? null,
  }));
}

export async function openCases(
  db: RegistryDb,
  scope: AgencyScope,
): Promise<{ severity: Severity; open: number }[]> {
  const rows = await db
    .selectFrom('case_file')
    .select(['severity_rank', (eb) => eb.fn.countAll<number>().as('open')])
    .where((eb) => whereVisible(eb, scope))
    .where('closed', '=', 0)
    .where('drill', '=', 0)
    .where('merged_into', 'is', null)
    .groupBy('severity_rank')
    .execute();
  return bySeverity(rows).map(({ severity, row }) => ({ severity, open: row?.open ?? 0 }));
}

export interface ClockFigures {
  /** Neither met nor stopped, and still in time. */
  running: number;
  late: number;
  /** Of those in time the first to end; null: there is none. */
  nextDueMs: number | null;
}

export async function clockFigures(db: RegistryDb, scope: AgencyScope, nowMs: number): Promise<ClockFigures> {
  let select = db
    .selectFrom('case_clock')
    .innerJoin('case_file', 'case_file.id', 'case_clock.case_id')
    .select((eb) => [
      eb.fn.countAll<number>().filterWhere('case_clock.due_ms', '>=', nowMs).as('running'),
      eb.fn.countAll<number>().filterWhere('case_clock.due_ms', '<', nowMs).as('late'),
      eb.fn
        .min<number | null>('case_clock.due_ms')
        .filterWhere('case_clock.due_ms', '>=', nowMs)
        .as('nextDueMs'),
    ])
    .where('case_clock.met_ms', 'is', null)
    .where('case_clock.stopped_ms', 'is', null)
    .where('case_file.drill', '=', 0);
  if (scope.kind === 'some') select = select.where('case_clock.agency_id', 'in', scope.agencyIds);
  return select.executeTakeFirstOrThrow();
}

export interface VulnerabilityFigures {
  /** Of which day each feed's data is. */
  feeds: { name: string; dataMs: number }[];
  /** Findings: a vulnerability on a host. */
  open: { severity: VulnerabilitySeverity; open: number; exploited: number }[];
  /** Found, and not known whether they are still there. */
  notAssessed: number;
}

/** Undefined: no feed is in, so that nothing is known. */
export async function vulnerabilityFigures(
  db: RegistryDb,
  scope: AgencyScope,
  nowMs: number,
): Promise<VulnerabilityFigures | undefined> {
  const feeds = await listFeeds(db);
  if (feeds.length === 0) return undefined;
  const moment = { nowMs, releases: coveredReleases(feeds) };
  const there = await filteredFindings(db, { states: ['open'] }, scope, moment);
  const open = await there.query
    .select(['f.severity as severity', (eb) => eb.fn.countAll<number>().as('open')])
    .select((eb) => eb.fn.countAll<number>().filterWhere('f.exploited', '=', 1).as('exploited'))
    .groupBy('f.severity')
    .execute();
  const unknown = await filteredFindings(db, { states: ['not-assessed'] }, scope, moment);
  const { count } = await unknown.query
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const found = new Map(open.map((row) => [row.severity, row]));
  return {
    feeds: feeds.map(({ name, dataMs }) => ({ name, dataMs })),
    open: VULNERABILITY_SEVERITIES.map((severity) => ({
      severity,
      open: found.get(severity)?.open ?? 0,
      exploited: found.get(severity)?.exploited ?? 0,
    })),
    notAssessed: count,
  };
}
