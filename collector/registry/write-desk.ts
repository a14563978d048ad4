/** Writes what the judge has changed: alerts with their latest proofs and tags, folds, budgets and risk. */
import { keepNewestProofs } from './newest-proofs.ts';
import type { Insertable } from 'kysely';
import type { AlertDesk } from '../alert/alert-desk.ts';
import { DETECTIONS_KEPT, newestOf, type AlertDraft } from '../alert/alert-draft.ts';
import { MESSAGE_MAX } from '../alert/alert-draft.ts';
import type { Detection } from '../alert/detection.ts';
import { dueAfterMs } from '../alert/due-times.ts';
import { inThousandths } from '../alert/risk.ts';
import { searchText } from '../alert/search-text.ts';
import { severityRank } from '../alert/severity-score.ts';
import type { AlertTable } from './alert-tables.ts';
import type { RegistryTransaction } from './database.ts';
import { noteNews } from './notify-outbox.ts';

/** Rows in one statement. */
const ROWS_MAX = 50;
const USER_CHARS_MAX = 256;
/** Hours of a rule's budget that are remembered, for events that come late. */
const HOURS_KEPT = 240;

/** @returns ids of the alerts that are new or changed */
export async function writeDesk(
  trx: RegistryTransaction,
  desk: AlertDesk,
  nowMs: number,
  breathe: () => Promise<void>,
): Promise<string[]> {
  const changed = [...desk.changed()];
  const fresh = changed.filter(({ isNew }) => isNew);
  for (let at = 0; at < fresh.length; at += ROWS_MAX) {
    await breathe();
    await insertAlerts(trx, fresh.slice(at, at + ROWS_MAX), nowMs);
  }
  for (const draft of changed) {
    await breathe();
    if (!draft.isNew) await updateAlert(trx, draft, nowMs);
    await keepProofs(trx, draft);
  }
  for (const { id, fleetId, fold } of desk.folded) {
    await breathe();
    const folded = { fleet_id: fleetId, fold, updated_ms: nowMs };
    await trx.updateTable('alert').set(folded).where('id', '=', id).execute();
  }
  await writeBudgets(trx, desk, breathe);
  await writeRisks(trx, desk, breathe);
  const news = changed.filter(({ isNew, raised, fleetId }) => (isNew || raised) && fleetId === null);
  await noteNews(
    trx,
    news.map(({ id, agencyId, severity, isNew }) => ({
      alertId: id,
      agencyId,
      severityRank: severityRank(severity),
      change: isNew ? 'opened' : 'raised',
    })),
    nowMs,
  );
  const ids = new Set(changed.map(({ id }) => id));
  for (const { id } of desk.folded) ids.add(id);
  return [...ids];
}

function dueMs(draft: AlertDraft, nowMs: number): number | null {
  const afterMs = dueAfterMs(draft.severity, draft.systemLevel);
  return afterMs === null ? null : nowMs + afterMs;
}

function foundBy(draft: AlertDraft): string {
  const { rule, entity, hostname, userName, message } = draft;
  return searchText([rule.title, rule.titleVi, ...Object.values(entity), hostname, userName, message]);
}

/** What detections change of an alert. */
function moving(draft: AlertDraft, nowMs: number) {
  return {
    severity: draft.severity,
    severity_rank: severityRank(draft.severity),
    severity_why: JSON.stringify(draft.why),
    risk: draft.risk,
    agent_id: draft.agentId,
    hostname: draft.hostname,
    user_name: draft.userName?.slice(0, USER_CHARS_MAX) ?? null,
    system_id: draft.systemId,
    system_level: draft.systemLevel,
    detections: draft.detections,
    hosts: draft.hosts,
    first_seen_ms: draft.firstMs,
    last_seen_ms: draft.lastMs,
    updated_ms: nowMs,
    message: draft.message,
    fleet_id: draft.fleetId,
    fold: draft.fold,
    distinct_values: JSON.stringify(draft.values),
  };
}

async function insertAlerts(
  trx: RegistryTransaction,
  drafts: readonly AlertDraft[],
  nowMs: number,
): Promise<void> {
  const rows = drafts.map((draft): Insertable<AlertTable> => ({
    id: draft.id,
    kind: draft.kind,
    rule_id: draft.rule.ruleId,
    group_key: draft.groupKey,
    sequence: draft.sequence,
    predecessor_id: draft.predecessorId,
    state: 'new',
    entity: JSON.stringify(draft.entity),
    rule: JSON.stringify(draft.rule),
    agency_id: draft.agencyId,
    created_ms: nowMs,
    state_by: null,
    state_reason: null,
    fleet_key: draft.fleetKey,
    due_ms: dueMs(draft, nowMs),
    ...moving(draft, nowMs),
  }));
  await trx.insertInto('alert').values(rows).execute();
  await insertTexts(
    trx,
    drafts.map((draft) => ({ id: draft.id, text: foundBy(draft) })),
  );
  await insertRuleTags(
    trx,
    drafts.map(({ id, rule }) => ({ id, tags: rule.tags })),
  );
}

/** What new alerts are found by. */
export async function insertTexts(
  trx: RegistryTransaction,
  alerts: readonly { id: string; text: string }[],
): Promise<void> {
  if (alerts.length === 0) return;
  await trx
    .insertInto('alert_text')
    .values(alerts.map(({ id, text }) => ({ alert_id: id, text })))
    .execute();
}

/** Tags of the alerts' rules, so that lists find them. */
export async function insertRuleTags(
  trx: RegistryTransaction,
  alerts: readonly { id: string; tags: readonly string[] }[],
): Promise<void> {
  const rows = alerts.flatMap(({ id, tags }) =>
    [...new Set(tags)].map((tag) => ({ alert_id: id, tag: tag.toLowerCase(), own: 0 })),
  );
  for (let at = 0; at < rows.length; at += ROWS_MAX) {
    await trx
      .insertInto('alert_tag')
      .values(rows.slice(at, at + ROWS_MAX))
      .onConflict((conflict) => conflict.columns(['alert_id', 'tag']).doNothing())
      .execute();
  }
}

async function updateAlert(trx: RegistryTransaction, draft: AlertDraft, nowMs: number): Promise<void> {
  await trx.updateTable('alert').set(moving(draft, nowMs)).where('id', '=', draft.id).execute();
  if (!draft.raised) return;
  const due = dueMs(draft, nowMs);
  if (due === null) return;
  // More serious than when it was opened: due sooner, never later.
  await trx
    .updateTable('alert')
    .set({ due_ms: due })
    .where('id', '=', draft.id)
    .where((eb) => eb.or([eb('due_ms', 'is', null), eb('due_ms', '>', due)]))
    .execute();
}

const toProof = (alertId: string, detection: Detection) => ({
  alert_id: alertId,
  detection_id: detection.id,
  time_ms: detection.timeMs,
  event_id: detection.eventId,
  hostname: detection.hostname,
  message: detection.message.slice(0, MESSAGE_MAX),
  matched: JSON.stringify(detection.matched),
});

async function keepProofs(trx: RegistryTransaction, draft: AlertDraft): Promise<void> {
  if (draft.proofs.length === 0) return;
  const rows = newestOf(draft.proofs).map((detection) => toProof(draft.id, detection));
  for (let at = 0; at < rows.length; at += ROWS_MAX) {
    await trx
      .insertInto('alert_detection')
      .values(rows.slice(at, at + ROWS_MAX))
      .onConflict((conflict) => conflict.columns(['alert_id', 'detection_id']).doNothing())
      .execute();
  }
  if (draft.detections > DETECTIONS_KEPT) await keepNewestProofs(trx, draft.id, DETECTIONS_KEPT);
}

async function writeBudgets(
  trx: RegistryTransaction,
  desk: AlertDesk,
  breathe: () => Promise<void>,
): Promise<void> {
  for (const [key, { ruleId, agencyId, hour }] of desk.openedChanged) {
    await breathe();
    const opened = desk.opened.get(key) ?? 0;
    await trx
      .insertInto('rule_budget')
      .values({ rule_id: ruleId, agency_id: agencyId, hour, opened })
      .onConflict((conflict) => conflict.columns(['rule_id', 'agency_id', 'hour']).doUpdateSet({ opened }))
      .execute();
    if (opened > 1) continue;
    await trx
      .deleteFrom('rule_budget')
      .where('rule_id', '=', ruleId)
      .where('agency_id', '=', agencyId)
      .where('hour', '<', hour - HOURS_KEPT)
      .execute();
  }
}

async function writeRisks(
  trx: RegistryTransaction,
  desk: AlertDesk,
  breathe: () => Promise<void>,
): Promise<void> {
  const rows = [...desk.risksChanged].flatMap(([subject, ruleIds]) =>
    [...ruleIds].flatMap((ruleId) => {
      const part = desk.partsOf(subject).get(ruleId);
      if (part === undefined) return [];
      const { title, points, atMs, weight } = part;
      return [
        {
          subject,
          rule_id: ruleId,
          title,
          points_milli: inThousandths(points),
          at_ms: atMs,
          weight_milli: inThousandths(weight),
        },
      ];
    }),
  );
  for (let at = 0; at < rows.length; at += ROWS_MAX) {
    await breathe();
    await trx
      .insertInto('risk_part')
      .values(rows.slice(at, at + ROWS_MAX))
      .onConflict((conflict) =>
        conflict.columns(['subject', 'rule_id']).doUpdateSet((eb) => ({
          title: eb.ref('excluded.title'),
          points_milli: eb.ref('excluded.points_milli'),
          at_ms: eb.ref('excluded.at_ms'),
          weight_milli: eb.ref('excluded.weight_milli'),
        })),
      )
      .execute();
  }
}
