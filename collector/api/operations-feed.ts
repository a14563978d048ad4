/**
 * The state of an agency and all below it in figures, for the wall of an operations centre. Invariants: each figure has the time it is
 * of; no host, person, address or rule is named; what is not known is null, never 0.
 */
import { addDays, legalDayAt } from '../agency/legal-day.ts';
import { readAgency, rootAgencyId, type AgencyScope } from '../registry/agencies.ts';
import { countAgents } from '../registry/agents.ts';
import { scopeTrend } from '../registry/compliance/scope-trend.ts';
import { dayOfSnapshots } from '../registry/compliance/snapshots.ts';
import type { RegistryDb } from '../registry/database.ts';
import { isoTime } from '../registry/iso-time.ts';
import { clockFigures, openAlerts, openCases, vulnerabilityFigures } from '../registry/operations-figures.ts';
import { agentsOnline } from './agents-online.ts';
import type { OperationsFeed } from './contract-feed.ts';
import { type CsvColumn, csvHead, type CsvLanguage, csvLine } from './csv-columns.ts';
import type { ApiDependencies } from './dependencies.ts';
import { dueReports } from './report-view.ts';

export type FeedDeps = Pick<ApiDependencies, 'registry' | 'presence' | 'vulnerabilities' | 'now'>;

const SYSTEMS_MAX = 500;
const TREND_DAYS = 31;

const timeOf = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));
const sumOf = (parts: readonly { open: number }[]): number => parts.reduce((sum, { open }) => sum + open, 0);

export async function operationsFeed(
  deps: FeedDeps,
  { agencyId, scope }: { agencyId: number; scope: AgencyScope },
): Promise<OperationsFeed> {
  const { registry, vulnerabilities } = deps;
  const { db } = registry;
  const nowMs = deps.now();
  const at = isoTime(nowMs);
  await vulnerabilities.settle();
  const [agency, total, connected, alerts, cases, clocks, compliance, weak] = await Promise.all([
    readAgency(db, agencyId, scope),
    countAgents(registry, scope),
    agentsOnline(deps, scope),
    openAlerts(db, scope),
    openCases(db, scope),
    clockFigures(db, scope, nowMs),
    complianceOf(db, scope, nowMs),
    vulnerabilityFigures(db, scope, nowMs),
  ]);
  // Counted at two moments: one that was taken out in between may still be connected.
  const online = Math.min(connected, total);
  const { running, late, nextDueMs } = clocks;
  return {
    agency: { id: agency.id, name: agency.name },
    agents: { at, total, online, silent: total - online },
    alerts: {
      at,
      open: sumOf(alerts),
      bySeverity: alerts.map(({ oldestMs, ...rest }) => ({ ...rest, oldestAt: timeOf(oldestMs) })),
    },
    cases: { at, open: sumOf(cases), bySeverity: cases },
    legalClocks: { at, running, late, nextDueAt: timeOf(nextDueMs) },
    compliance,
    vulnerabilities:
      weak === undefined
        ? null
        : {
            at,
            open: sumOf(weak.open),
            notAssessed: weak.notAssessed,
            bySeverity: weak.open,
            feeds: weak.feeds.map(({ name, dataMs }) => ({ name, dataAt: isoTime(dataMs) })),
          },
    reportsDue: { at, reports: await reportsDue(db, agency, nowMs) },
  };
}

async function complianceOf(
  db: RegistryDb,
  scope: AgencyScope,
  nowMs: number,
): Promise<OperationsFeed['compliance']> {
  const { day, summaries } = await dayOfSnapshots(db, scope, { limit: SYSTEMS_MAX });
  if (day === undefined || summaries.length === 0) return null;
  const rows = await db
    .selectFrom('information_system')
    .select(['id', 'name'])
    .where(
      'id',
      'in',
      summaries.map(({ systemId }) => systemId),
    )
    .execute();
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  const from = addDays(legalDayAt(nowMs), 1 - TREND_DAYS);
  const trend = await scopeTrend(db, scope, { from: from < day ? from : day, limit: TREND_DAYS });
  const newest = trend.find((one) => one.day === day);
  return {
    day,
    percent: newest?.percent ?? null,
    coveragePercent: newest?.coveragePercent ?? null,
    systems: summaries.map(({ systemId, level, atMs, score, hosts, hostsReporting, hostsExpected }) => ({
      systemId,
      name: names.get(systemId) ?? String(systemId),
      level,
      at: isoTime(atMs),
      percent: score.percent,
      coveragePercent: score.coveragePercent,
      hosts,
      hostsReporting,
      hostsExpected,
    })),
    trend,
  };
}

async function reportsDue(
  db: RegistryDb,
  agency: { id: number; name: string },
  nowMs: number,
): Promise<OperationsFeed['reportsDue']['reports']> {
  const step = agency.id === (await rootAgencyId(db)) ? 'ministry' : 'unit';
  const { due } = await dueReports(db, agency, { nowMs, confirmed: [] });
  return due
    .filter(({ state }) => state === null || state === 'draft' || state === 'locked')
    .flatMap(({ kind, period, state, deadlines }) => {
      const deadline = deadlines.find((one) => one.step === step);
      return deadline === undefined
        ? []
        : [{ kind, period, state, dueOn: deadline.on, daysLeft: deadline.daysLeft }];
    });
}

interface FeedRow {
  figure: string;
  of: string;
  value: number | string | null;
  at: string;
}

const COLUMNS: readonly CsvColumn[] = [
  { field: 'figure', vi: 'Chỉ số', en: 'Figure' },
  { field: 'of', vi: 'Của', en: 'Of' },
  { field: 'value', vi: 'Giá trị', en: 'Value' },
  { field: 'at', vi: 'Tại thời điểm', en: 'At' },
];

/** A row for each figure; one that is not known has no value. Names of figures are those of the JSON in every language. */
export function operationsCsv(feed: OperationsFeed, language: CsvLanguage): string {
  return (
    csvHead(COLUMNS, language) +
    rowsOf(feed)
      .map((row) => csvLine(COLUMNS, language, row))
      .join('')
  );
}

function rowsOf({ agency, agents, alerts, cases, legalClocks, ...rest }: OperationsFeed): FeedRow[] {
  const { compliance, vulnerabilities, reportsDue: reports } = rest;
  const row = (figure: string, of: string, value: FeedRow['value'], at: string): FeedRow => ({
    figure,
    of,
    value,
    at,
  });
  return [
    ...(['total', 'online', 'silent'] as const).map((name) =>
      row(`agents.${name}`, agency.name, agents[name], agents.at),
    ),
    row('alerts.open', agency.name, alerts.open, alerts.at),
    ...alerts.bySeverity.flatMap(({ severity, open, oldestAt }) => [
      row('alerts.bySeverity.open', severity, open, alerts.at),
      row('alerts.bySeverity.oldestAt', severity, oldestAt, alerts.at),
    ]),
    row('cases.open', agency.name, cases.open, cases.at),
    ...cases.bySeverity.map(({ severity, open }) => row('cases.bySeverity.open', severity, open, cases.at)),
    ...(['running', 'late', 'nextDueAt'] as const).map((name) =>
      row(`legalClocks.${name}`, agency.name, legalClocks[name], legalClocks.at),
    ),
    ...(compliance === null
      ? []
      : [
          row('compliance.percent', agency.name, compliance.percent, compliance.day),
          row('compliance.coveragePercent', agency.name, compliance.coveragePercent, compliance.day),
          ...compliance.systems.flatMap((system) =>
            (['percent', 'coveragePercent', 'hosts', 'hostsReporting', 'hostsExpected'] as const).map(
              (name) => row(`compliance.systems.${name}`, system.name, system[name], system.at),
            ),
          ),
          ...compliance.trend.map(({ day, percent }) =>
            row('compliance.trend.percent', agency.name, percent, day),
          ),
        ]),
    ...(vulnerabilities === null
      ? []
      : [
          row('vulnerabilities.open', agency.name, vulnerabilities.open, vulnerabilities.at),
          row('vulnerabilities.notAssessed', agency.name, vulnerabilities.notAssessed, vulnerabilities.at),
          ...vulnerabilities.bySeverity.flatMap(({ severity, open, exploited }) => [
            row('vulnerabilities.bySeverity.open', severity, open, vulnerabilities.at),
            row('vulnerabilities.bySeverity.exploited', severity, exploited, vulnerabilities.at),
          ]),
          ...vulnerabilities.feeds.map(({ name, dataAt }) =>
            row('vulnerabilities.feeds.dataAt', name, dataAt, vulnerabilities.at),
          ),
        ]),
    ...reports.reports.map(({ kind, period, dueOn }) =>
      row('reportsDue.dueOn', `${kind} ${period}`, dueOn, reports.at),
    ),
  ];
}
