/** Alerts of each rule since a time, what they were closed as, and what was beyond the rule's budget. */
import { sql } from 'kysely';
import { z } from 'zod';
import type { AgencyScope } from '../agency-scope.ts';
import type { RegistryDb } from '../database.ts';

export interface RuleAlertCounts {
  alerts: number;
  detections: number;
  lastMs: number;
  closed: number;
  /** Closed as a false alarm or as benign. */
  wrong: number;
  throttled: number;
}

const number = z.coerce.number();
const entitySchema = z.object({ 'rule.id': z.string() });

export async function countRuleAlerts(
  db: RegistryDb,
  fromMs: number,
  scope: AgencyScope,
): Promise<Map<string, RuleAlertCounts>> {
  let alerts = db
    .selectFrom('alert')
    .select([
      'rule_id',
      sql<number>`count(*)`.as('alerts'),
      sql<number>`sum(detections)`.as('detections'),
      sql<number>`max(last_seen_ms)`.as('last_ms'),
      sql<number>`sum(case when state = 'closed' and verdict is not null then 1 else 0 end)`.as('closed'),
      sql<number>`sum(case when state = 'closed' and verdict in ('false-positive', 'benign') then 1 else 0 end)`.as(
        'wrong',
      ),
    ])
    .where('kind', '=', 'detection')
    .where('last_seen_ms', '>=', fromMs)
    .groupBy('rule_id');
  let budgets = db
    .selectFrom('alert')
    .select(['entity', 'detections'])
    .where('kind', '=', 'budget')
    .where('last_seen_ms', '>=', fromMs);
  if (scope.kind === 'some') {
    alerts = alerts.where('agency_id', 'in', scope.agencyIds);
    budgets = budgets.where('agency_id', 'in', scope.agencyIds);
  }
  const counts = new Map<string, RuleAlertCounts>();
  for (const row of await alerts.execute())
    counts.set(row.rule_id, {
      alerts: number.parse(row.alerts),
      detections: number.parse(row.detections),
      lastMs: number.parse(row.last_ms),
      closed: number.parse(row.closed),
      wrong: number.parse(row.wrong),
      throttled: 0,
    });
  for (const { entity, detections } of await budgets.execute()) {
    const parsed = entitySchema.safeParse(JSON.parse(entity));
    const count = parsed.success ? counts.get(parsed.data['rule.id']) : undefined;
    if (count !== undefined) count.throttled += number.parse(detections);
  }
  return counts;
}
