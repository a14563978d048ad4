/** Alerts about scheduled hunts. Invariant: one open alert a hunt and rule; what comes again joins it. */
import { keepNewestProofs } from '../newest-proofs.ts';
import { MESSAGE_MAX } from '../../alert/alert-draft.ts';
import { deterministicId, groupKey } from '../../alert/detection.ts';
import type { HouseFinding } from '../../alert/house-finding.ts';
import { huntFailingRule, huntFoundRule } from '../../alert/hunt-rules.ts';
import type { RegistryTransaction } from '../database.ts';
import { raiseHouseAlert, resolveHouseAlert } from '../house-alerts.ts';
import type { SavedHunt } from '../hunts.ts';

const WELL_AGAIN = 'Tự đóng: cuộc săn tìm đã chạy lại được. / Closed by itself: the hunt runs again.';
/** Of one alert, the newest. */
const RUNS_KEPT = 100;

const entityOf = ({ id }: SavedHunt): Record<string, string> => ({ 'hunt.id': id });

async function lastOf(trx: RegistryTransaction, ruleId: string, hunt: SavedHunt) {
  return trx
    .selectFrom('alert')
    .select(['id', 'state', 'sequence'])
    .where('group_key', '=', groupKey(ruleId, entityOf(hunt), hunt.agencyId))
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
}

type Said = Pick<HouseFinding, 'rule' | 'message' | 'matched'>;

/** @returns id of the alert */
async function raiseOrJoin(
  trx: RegistryTransaction,
  hunt: SavedHunt,
  said: Said,
  nowMs: number,
): Promise<string | undefined> {
  const last = await lastOf(trx, said.rule.ruleId, hunt);
  if (last !== undefined && last.state !== 'closed') return join(trx, last.id, said, nowMs);
  const place = { agencyId: hunt.agencyId, agentId: null, hostname: null, timeMs: nowMs };
  const finding = `${hunt.id} ${(last?.sequence ?? 0) + 1}`;
  return raiseHouseAlert(trx, { ...said, ...place, finding, entity: entityOf(hunt) }, nowMs);
}

async function join(
  trx: RegistryTransaction,
  alertId: string,
  { message, matched }: Said,
  nowMs: number,
): Promise<string> {
  await trx
    .insertInto('alert_detection')
    .values({
      alert_id: alertId,
      detection_id: deterministicId('hunt-run', alertId, String(nowMs)),
      time_ms: nowMs,
      event_id: '',
      hostname: '',
      message: message.slice(0, MESSAGE_MAX),
      matched: JSON.stringify(matched),
    })
    .onConflict((conflict) => conflict.columns(['alert_id', 'detection_id']).doNothing())
    .execute();
  await keepNewestProofs(trx, alertId, RUNS_KEPT);
  await trx
    .updateTable('alert')
    .set((eb) => ({
      detections: eb('detections', '+', 1),
      last_seen_ms: nowMs,
      updated_ms: nowMs,
      message: message.slice(0, MESSAGE_MAX),
    }))
    .where('id', '=', alertId)
    .execute();
  return alertId;
}

export interface FoundFacts {
  events: number;
  hosts: number;
  isCut: boolean;
  /** Some of them, in words. */
  examples: readonly string[];
}

export async function tellFound(
  trx: RegistryTransaction,
  hunt: SavedHunt,
  { events, hosts, isCut, examples }: FoundFacts,
  nowMs: number,
): Promise<string | undefined> {
  const count = `${isCut ? '>= ' : ''}${events}`;
  const shown = Object.fromEntries(examples.map((example, at) => [`hunt.example.${at + 1}`, example]));
  return raiseOrJoin(
    trx,
    hunt,
    {
      rule: huntFoundRule(hunt.name),
      message: `${hunt.name}: ${count} sự kiện trên ${hosts} máy / ${count} events on ${hosts} hosts: ${examples.join(' | ')}`,
      matched: { 'hunt.id': hunt.id, 'hunt.name': hunt.name, events, hosts, ...shown },
    },
    nowMs,
  );
}

export async function tellFailing(
  trx: RegistryTransaction,
  hunt: SavedHunt,
  fault: string,
  nowMs: number,
): Promise<string | undefined> {
  const matched = { 'hunt.id': hunt.id, 'hunt.name': hunt.name, fault };
  const said = { rule: huntFailingRule(hunt.name), message: `${hunt.name}: ${fault}`, matched };
  return raiseOrJoin(trx, hunt, said, nowMs);
}

/** Closes what told that it did not run. */
export async function tellWell(
  trx: RegistryTransaction,
  hunt: SavedHunt,
  nowMs: number,
): Promise<string | undefined> {
  const last = await lastOf(trx, huntFailingRule(hunt.name).ruleId, hunt);
  return last && resolveHouseAlert(trx, { id: last.id, note: WELL_AGAIN }, nowMs);
}
