/**
 * What dashboards count of alerts over a span of time: opened and closed by steps, how soon people answered, which rules. Invariants:
 * nothing outside the scope is counted; a step is named by its begin, in milliseconds since 1970.
 */
import { sql } from 'kysely';
import { SEVERITIES } from '../alert/severity-score.ts';
import type { Severity } from '../api/contract.ts';
import type { AgencyScope } from './agencies.ts';
import { whereAlerts } from './alert-filter.ts';
import type { RegistryDb } from './database.ts';
import { readRuleTitles } from './facet-titles.ts';

export interface Steps {
  fromMs: number;
  toMs: number;
  stepMs: number;
}

const stepOf = (column: 'created_ms' | 'closed_ms', stepMs: number) =>
  sql<number>`${sql.ref(`alert.${column}`)} / ${sql.lit(stepMs)}`;

export interface AlertStep {
  atMs: number;
  severity: Severity;
  opened: number;
  closed: number;
}

/** Steps in which something was opened or closed, in order of time. */
export async function alertSteps(
  db: RegistryDb,
  scope: AgencyScope,
  { fromMs, toMs, stepMs }: Steps,
): Promise<AlertStep[]> {
  const counted = (column: 'created_ms' | 'closed_ms') =>
    db
      .selectFrom('alert')
      .select([
        'severity_rank',
        stepOf(column, stepMs).as('step'),
        (eb) => eb.fn.countAll<number | string>().as('count'),
      ])
      .where((eb) => whereAlerts(eb, { folded: true }, scope))
      .where(`alert.${column}`, '>=', fromMs)
      .where(`alert.${column}`, '<', toMs)
      .groupBy(['severity_rank', 'step'])
      .execute();
  const [opened, closed] = await Promise.all([counted('created_ms'), counted('closed_ms')]);
  const steps = new Map<string, AlertStep>();
  const add = (rows: typeof opened, what: 'opened' | 'closed'): void => {
    for (const { severity_rank: rank, step, count } of rows) {
      const severity = SEVERITIES[rank];
      if (severity === undefined) continue;
      const key = `${String(step)} ${severity}`;
      const one = steps.get(key) ?? { atMs: step * stepMs, severity, opened: 0, closed: 0 };
      one[what] += Number(count);
      steps.set(key, one);
    }
  };
  add(opened, 'opened');
  add(closed, 'closed');
  return [...steps.values()].toSorted(
    (a, b) => a.atMs - b.atMs || SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity),
  );
}

export interface AnswerStep {
  atMs: number;
  /** Opened in the step. */
  alerts: number;
  /** Mean seconds until somebody took it up, and until it was closed, of those of which that is known; null: of none. */
  takenSeconds: number | null;
  closedSeconds: number | null;
}

export async function answerSteps(
  db: RegistryDb,
  scope: AgencyScope,
  { fromMs, toMs, stepMs }: Steps,
): Promise<AnswerStep[]> {
  const mean = (column: 'acknowledged_ms' | 'closed_ms') =>
    sql<number | string | null>`avg(${sql.ref(`alert.${column}`)} - alert.created_ms)`;
  const rows = await db
    .selectFrom('alert')
    .select([
      stepOf('created_ms', stepMs).as('step'),
      (eb) => eb.fn.countAll<number | string>().as('alerts'),
      mean('acknowledged_ms').as('taken'),
      mean('closed_ms').as('closed'),
    ])
    .where((eb) => whereAlerts(eb, { createdSinceMs: fromMs, createdBeforeMs: toMs, folded: true }, scope))
    .groupBy('step')
    .orderBy('step')
    .execute();
  const seconds = (ms: number | string | null): number | null => (ms === null ? null : Number(ms) / 1_000);
  return rows.map(({ step, alerts, taken, closed }) => ({
    atMs: step * stepMs,
    alerts: Number(alerts),
    takenSeconds: seconds(taken),
    closedSeconds: seconds(closed),
  }));
}

export interface RuleAlerts {
  ruleId: string;
  title: string;
  titleVi: string;
  alerts: number;
  detections: number;
  closed: number;
  /** Of the closed ones, those that were no incident. */
  wrong: number;
}

/** Rules by the alerts that they opened in the time, the most first. */
export async function rulesByAlerts(
  db: RegistryDb,
  scope: AgencyScope,
  { fromMs, toMs, limit }: { fromMs: number; toMs: number; limit: number },
): Promise<RuleAlerts[]> {
  const rows = await db
    .selectFrom('alert')
    .select(['rule_id', (eb) => eb.fn.countAll<number | string>().as('alerts')])
    .select((eb) => [
      eb.fn.sum<number | string>('detections').as('detections'),
      eb.fn.countAll<number | string>().filterWhere('state', '=', 'closed').as('closed'),
      eb.fn.countAll<number | string>().filterWhere('verdict', '=', 'false-positive').as('wrong'),
    ])
    .where((eb) => whereAlerts(eb, { createdSinceMs: fromMs, createdBeforeMs: toMs, folded: true }, scope))
    .groupBy('rule_id')
    .orderBy('alerts', 'desc')
    .orderBy('rule_id')
    .limit(limit)
    .execute();
  const titles = await readRuleTitles(
    db,
    rows.map(({ rule_id: id }) => id),
    scope,
  );
  return rows.map(({ rule_id: ruleId, alerts, detections, closed, wrong }) => {
    const { title = ruleId, titleVi = null } = titles.get(ruleId) ?? {};
    return {
      ruleId,
      title,
      titleVi: titleVi ?? title,
      alerts: Number(alerts),
      detections: Number(detections),
      closed: Number(closed),
      wrong: Number(wrong),
    };
  });
}
