/**
 * The door for alerts that no rule on events raises: what the house finds about itself. Invariants: the same finding
 * is one alert, however often it is found (its id is made of rule and finding); what ends by itself closes its alert
 * with a note, unless a person has closed it before.
 */
import { deterministicId, groupKey } from '../alert/detection.ts';
import type { HouseFinding } from '../alert/house-finding.ts';
import { writeAudit } from './audit.ts';
import type { RegistryDb, RegistryTransaction } from './database.ts';

const MESSAGE_MAX = 2_048;

export function houseAlertId(ruleId: string, finding: string): string {
  return deterministicId('house', ruleId, finding);
}

/** @returns id of the alert when it is new */
export async function raiseHouseAlert(
  trx: RegistryTransaction,
  found: HouseFinding,
  nowMs: number,
): Promise<string | undefined> {
  const { rule, entity, agencyId } = found;
  const id = houseAlertId(rule.ruleId, found.finding);
  const message = found.message.slice(0, MESSAGE_MAX);
  const inserted = await trx
    .insertInto('alert')
    .values({
      id,
      rule_id: rule.ruleId,
      group_key: groupKey(rule.ruleId, entity, agencyId),
      severity: rule.severity,
      state: 'new',
      entity: JSON.stringify(entity),
      rule: JSON.stringify(rule),
      agent_id: found.agentId,
      hostname: found.hostname,
      agency_id: agencyId,
      detections: 1,
      first_seen_ms: found.timeMs,
      last_seen_ms: nowMs,
      created_ms: nowMs,
      updated_ms: nowMs,
      message,
      state_by: null,
      state_reason: null,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst();
  if ((inserted.numInsertedOrUpdatedRows ?? 0n) === 0n) return undefined;
  await trx
    .insertInto('alert_detection')
    .values({
      alert_id: id,
      detection_id: id,
      time_ms: found.timeMs,
      event_id: '',
      hostname: found.hostname ?? '',
      message,
      matched: JSON.stringify(found.matched),
    })
    .execute();
  return id;
}

/** Closes the finding's alert with a note. @returns its id when that changed anything */
export async function resolveHouseAlert(
  trx: RegistryTransaction,
  { id, note }: { id: string; note: string },
  nowMs: number,
): Promise<string | undefined> {
  const open = await trx
    .selectFrom('alert')
    .select('state')
    .where('id', '=', id)
    .where('state', '!=', 'closed')
    .executeTakeFirst();
  if (open === undefined) return undefined;
  await trx
    .updateTable('alert')
    .set({
      state: 'closed',
      state_by: 'system',
      state_reason: note,
      last_seen_ms: nowMs,
      updated_ms: nowMs,
    })
    .where('id', '=', id)
    .execute();
  await writeAudit(trx, nowMs, {
    actor: 'system',
    action: 'alert.state',
    target: `alert:${id}`,
    detail: { from: open.state, to: 'closed', reason: note },
  });
  return id;
}

/** Findings that are over by being found. @returns ids of new alerts */
export async function raiseHouseAlerts(
  db: RegistryDb,
  findings: readonly HouseFinding[],
  nowMs: number,
): Promise<string[]> {
  if (findings.length === 0) return [];
  return db.transaction().execute(async (trx) => {
    const ids: string[] = [];
    for (const found of findings) {
      const id = await raiseHouseAlert(trx, found, nowMs);
      if (id !== undefined) ids.push(id);
    }
    return ids;
  });
}
