/** Alerts as people see and change them. Written by the projector (projection.ts), read and moved on here. */
import { z } from 'zod';
import type { Alert, AlertDetail, AlertState, Severity } from '../api/contract.ts';
import { alertStateSchema, severitySchema } from '../api/contract.ts';
import type { RuleFacts } from '../alert/detection.ts';
import type { AlertTable } from './alert-tables.ts';
import type { AgencyScope } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { RegistryDb } from './database.ts';
import { isoTime } from './iso-time.ts';

export interface AlertFilter {
  state?: AlertState | undefined;
  severity?: Severity | undefined;
  ruleId?: string | undefined;
  agentId?: string | undefined;
  /** Changed at this time or later. */
  updatedSinceMs?: number | undefined;
  limit: number;
  /** Place of the last alert of the page before. */
  after?: { lastSeenMs: number; id: string } | undefined;
}

const entitySchema = z.record(z.string(), z.string());
const matchedSchema = z.record(z.string(), z.unknown());
const ruleFactsSchema: z.ZodType<RuleFacts> = z.object({
  ruleId: z.string(),
  title: z.string(),
  titleVi: z.string().nullable(),
  description: z.string(),
  descriptionVi: z.string().nullable(),
  advice: z.string().nullable(),
  adviceVi: z.string().nullable(),
  severity: severitySchema,
  tags: z.array(z.string()),
  falsePositives: z.array(z.string()),
  references: z.array(z.string()),
});

function toAlert(row: AlertTable & { agency_name: string | null }): Alert {
  const rule = ruleFactsSchema.parse(JSON.parse(row.rule));
  return {
    id: row.id,
    ruleId: row.rule_id,
    title: rule.title,
    titleVi: rule.titleVi,
    severity: severitySchema.parse(row.severity),
    state: alertStateSchema.parse(row.state),
    entity: entitySchema.parse(JSON.parse(row.entity)),
    agentId: row.agent_id,
    hostname: row.hostname,
    agencyId: row.agency_id,
    agencyName: row.agency_name ?? '',
    count: row.detections,
    firstSeen: isoTime(row.first_seen_ms),
    lastSeen: isoTime(row.last_seen_ms),
    createdAt: isoTime(row.created_ms),
    updatedAt: isoTime(row.updated_ms),
    tags: rule.tags,
    message: row.message,
  };
}

function selectAlerts(db: RegistryDb, scope: AgencyScope) {
  const alerts = db
    .selectFrom('alert')
    .leftJoin('agency', 'agency.id', 'alert.agency_id')
    .selectAll('alert')
    .select('agency.name as agency_name');
  return scope.kind === 'some' ? alerts.where('alert.agency_id', 'in', scope.agencyIds) : alerts;
}

/** Newest last detection first. */
export async function listAlerts(db: RegistryDb, filter: AlertFilter, scope: AgencyScope): Promise<Alert[]> {
  let query = selectAlerts(db, scope)
    .orderBy('alert.last_seen_ms', 'desc')
    .orderBy('alert.id', 'desc')
    .limit(filter.limit);
  if (filter.state !== undefined) query = query.where('alert.state', '=', filter.state);
  if (filter.severity !== undefined) query = query.where('alert.severity', '=', filter.severity);
  if (filter.ruleId !== undefined) query = query.where('alert.rule_id', '=', filter.ruleId);
  if (filter.agentId !== undefined) query = query.where('alert.agent_id', '=', filter.agentId);
  if (filter.updatedSinceMs !== undefined) {
    query = query.where('alert.updated_ms', '>=', filter.updatedSinceMs);
  }
  const { after } = filter;
  if (after !== undefined) {
    query = query.where((eb) =>
      eb.or([
        eb('alert.last_seen_ms', '<', after.lastSeenMs),
        eb.and([eb('alert.last_seen_ms', '=', after.lastSeenMs), eb('alert.id', '<', after.id)]),
      ]),
    );
  }
  return (await query.execute()).map(toAlert);
}

/** Those of the ids that exist. */
export async function findAlerts(db: RegistryDb, ids: readonly string[]): Promise<Alert[]> {
  if (ids.length === 0) return [];
  return (await selectAlerts(db, { kind: 'all' }).where('alert.id', 'in', ids).execute()).map(toAlert);
}

/** One alert with the proofs kept for it; undefined outside the scope as if it were not there. */
export async function readAlert(
  db: RegistryDb,
  id: string,
  scope: AgencyScope,
): Promise<AlertDetail | undefined> {
  const row = await selectAlerts(db, scope).where('alert.id', '=', id).executeTakeFirst();
  if (row === undefined) return undefined;
  const rule = ruleFactsSchema.parse(JSON.parse(row.rule));
  const proofs = await db
    .selectFrom('alert_detection')
    .selectAll()
    .where('alert_id', '=', id)
    .orderBy('time_ms', 'desc')
    .orderBy('detection_id')
    .execute();
  return {
    ...toAlert(row),
    description: rule.description,
    descriptionVi: rule.descriptionVi,
    advice: rule.advice,
    adviceVi: rule.adviceVi,
    stateBy: row.state_by,
    stateReason: row.state_reason,
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

/** Moves an alert to another state and writes down who did. @returns false when there is no such alert in scope. */
export async function moveAlert(
  db: RegistryDb,
  change: { id: string; state: AlertState; reason: string | undefined; by: string; nowMs: number },
  scope: AgencyScope,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const before = await selectAlerts(trx, scope).where('alert.id', '=', change.id).executeTakeFirst();
    if (before === undefined) return false;
    await trx
      .updateTable('alert')
      .set({
        state: change.state,
        state_by: change.by,
        state_reason: change.reason ?? null,
        updated_ms: change.nowMs,
      })
      .where('id', '=', change.id)
      .execute();
    await writeAudit(trx, change.nowMs, {
      actor: change.by,
      action: 'alert.state',
      target: `alert:${change.id}`,
      detail: { from: before.state, to: change.state, reason: change.reason ?? '' },
    });
    return true;
  });
}

/** Number of alerts that are not closed, by severity. */
export async function countOpenAlerts(db: RegistryDb, scope: AgencyScope): Promise<Record<Severity, number>> {
  const counts: Record<Severity, number> = { informational: 0, low: 0, medium: 0, high: 0, critical: 0 };
  let query = db
    .selectFrom('alert')
    .select(['severity', (eb) => eb.fn.countAll<number>().as('count')])
    .where('state', '!=', 'closed')
    .groupBy('severity');
  if (scope.kind === 'some') query = query.where('agency_id', 'in', scope.agencyIds);
  const rows = await query.execute();
  for (const row of rows) counts[severitySchema.parse(row.severity)] = row.count;
  return counts;
}
