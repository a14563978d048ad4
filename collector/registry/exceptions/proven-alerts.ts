/** Alerts by the detections that prove them, as they are kept: the newest of each. */
import { z } from 'zod';
import type { Detection } from '../../alert/detection.ts';
import type { FieldValue } from '../../normalize/event.ts';
import type { AgencyScope } from '../agency-scope.ts';
import type { RegistryDb } from '../database.ts';
import { ruleFactsSchema } from '../rule-facts.ts';

const IDS_MAX = 500;

export interface ProvenAlert {
  id: string;
  severity: string;
  verdict: string | null;
  isClosed: boolean;
  agencyId: number;
  agentId: string | null;
  hostname: string | null;
  message: string;
}

/** Detection -> the alert that it proves, as far as that is kept. */
export async function alertsOfDetections(
  db: RegistryDb,
  ruleIds: readonly string[],
  detectionIds: readonly string[],
): Promise<Map<string, ProvenAlert>> {
  const found = new Map<string, ProvenAlert>();
  if (ruleIds.length === 0) return found;
  for (let at = 0; at < detectionIds.length; at += IDS_MAX) {
    const rows = await db
      .selectFrom('alert')
      .innerJoin('alert_detection', 'alert_detection.alert_id', 'alert.id')
      .select([
        'alert.id',
        'alert.severity',
        'alert.verdict',
        'alert.closed',
        'alert.agency_id',
        'alert.agent_id',
        'alert.kind',
        'alert_detection.hostname',
        'alert_detection.message',
        'alert_detection.detection_id',
      ])
      .where('alert.rule_id', 'in', ruleIds)
      .where('alert.kind', '=', 'detection')
      .where('alert_detection.detection_id', 'in', detectionIds.slice(at, at + IDS_MAX))
      .execute();
    for (const row of rows) {
      found.set(row.detection_id, {
        id: row.id,
        severity: row.severity,
        verdict: row.verdict,
        isClosed: row.closed === 1,
        agencyId: row.agency_id,
        agentId: row.agent_id,
        hostname: row.hostname,
        message: row.message,
      });
    }
  }
  return found;
}

const matchedSchema = z.record(z.string(), z.unknown());
const AGENT = /^(.*)\/[^/]*\/\d+\/\d+$/s;

export interface AlertWithProofs {
  id: string;
  detections: Detection[];
}

/** Open alerts of rules on events, in the order of their ids, each with the detections that are kept of it. */
export async function openAlerts(
  db: RegistryDb,
  query: {
    ruleIds: readonly string[] | undefined;
    scope: AgencyScope;
    /** Opened at this time or before. */
    untilMs: number;
    after: string;
    limit: number;
  },
): Promise<AlertWithProofs[]> {
  const { ruleIds, scope, untilMs, after, limit } = query;
  let select = db
    .selectFrom('alert')
    .select(['id', 'rule', 'entity', 'agency_id'])
    .where('id', '>', after)
    .where('closed', '=', 0)
    .where('kind', 'in', ['detection', 'fleet'])
    .where('created_ms', '<=', untilMs)
    .orderBy('id')
    .limit(limit);
  if (scope.kind === 'some') select = select.where('agency_id', 'in', scope.agencyIds);
  if (ruleIds !== undefined) select = select.where('rule_id', 'in', ruleIds);
  const alerts = await select.execute();
  if (alerts.length === 0) return [];
  const proofs = await db
    .selectFrom('alert_detection')
    .select(['alert_id', 'detection_id', 'time_ms', 'event_id', 'hostname', 'message', 'matched'])
    .where(
      'alert_id',
      'in',
      alerts.map(({ id }) => id),
    )
    .execute();
  const byAlert = Map.groupBy(proofs, ({ alert_id: id }) => id);
  return alerts.map((alert) => {
    const rule = ruleFactsSchema.parse(JSON.parse(alert.rule));
    const entity = z.record(z.string(), z.string()).parse(JSON.parse(alert.entity));
    const detections = (byAlert.get(alert.id) ?? []).map((proof): Detection => ({
      id: proof.detection_id,
      rule,
      entity,
      timeMs: proof.time_ms,
      eventId: proof.event_id,
      agentId: AGENT.exec(proof.event_id)?.[1] ?? '',
      hostname: proof.hostname,
      agencyId: alert.agency_id,
      message: proof.message,
      matched: matchedSchema.parse(JSON.parse(proof.matched)) as Record<string, FieldValue>, // written by us
    }));
    return { id: alert.id, detections };
  });
}
