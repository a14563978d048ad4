/**
 * The door for alerts that no rule on events raises: what the house finds about itself. Invariants: the same finding
 * is one alert, however often it is found (its id is made of rule and finding); what ends by itself closes its alert
 * with a note, unless a person has closed it before.
 */
import { MESSAGE_MAX } from '../alert/alert-draft.ts';
import { deterministicId, groupKey } from '../alert/detection.ts';
import { dueAfterMs } from '../alert/due-times.ts';
import { searchText } from '../alert/search-text.ts';
import { scoreSeverity, severityRank } from '../alert/severity-score.ts';
import type { HouseFinding } from '../alert/house-finding.ts';
import { closeBySystem } from './close-by-system.ts';
import type { RegistryDb, RegistryTransaction } from './database.ts';
import { noteNews } from './notify-outbox.ts';
import { insertRuleTags, insertTexts } from './write-desk.ts';

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
  const key = groupKey(rule.ruleId, entity, agencyId);
  const before = await trx
    .selectFrom('alert')
    .select(['id', 'sequence'])
    .where('group_key', '=', key)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  const why = scoreSeverity({ rule: rule.severity, systemLevel: null, system: null, role: null });
  const dueMs = dueAfterMs(rule.severity, null);
  const inserted = await trx
    .insertInto('alert')
    .values({
      id,
      rule_id: rule.ruleId,
      kind: 'house',
      group_key: key,
      sequence: (before?.sequence ?? 0) + 1,
      predecessor_id: before?.id ?? null,
      severity: rule.severity,
      severity_rank: severityRank(rule.severity),
      severity_why: JSON.stringify(why),
      risk: why.score,
      due_ms: dueMs === null ? null : nowMs + dueMs,
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
  const words = [rule.title, rule.titleVi, ...Object.values(entity), found.hostname, message];
  await insertTexts(trx, [{ id, text: searchText(words) }]);
  await insertRuleTags(trx, [{ id, tags: rule.tags }]);
  const severity = severityRank(rule.severity);
  await noteNews(trx, [{ alertId: id, agencyId, severityRank: severity, change: 'opened' }], nowMs);
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
  await closeBySystem(trx, { id, from: open.state, reason: note, lastSeenMs: nowMs }, nowMs);
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
