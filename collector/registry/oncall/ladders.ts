/**
 * Escalations at work. Invariants: a ladder begins in the transaction that opens or raises its alert; while it is climbed, what
 * comes joins it, so a storm is one ladder; a step is written once, as a message of the outbox, and none is written once every
 * alert of the ladder is acknowledged or closed. Which is so is asked of the alerts themselves, each time.
 */
import { createHmac } from 'node:crypto';
import { deterministicId } from '../../alert/detection.ts';
import { SEVERITIES } from '../../alert/severity-score.ts';
import { beginMs, nextStep } from '../../oncall/escalation.ts';
import { onDuty } from '../../oncall/roster.ts';
import { inScope, scopeOfAgency } from '../agencies.ts';
import { changeAlert } from '../alert-acts.ts';
import { isTime, readCalendars } from '../calendars.ts';
import type { Registry, RegistryDb, RegistryTransaction } from '../database.ts';
import { putMessage } from '../notify-messages.ts';
import { RefusalError } from '../refusal.ts';
import { hashSecret } from '../secrets.ts';
import { escalationsFor, findPlan } from './plans.ts';

const EVERYWHERE = { kind: 'all' } as const;
/** At one look. */
const LADDERS_MAX = 100;
/** Told in one message. */
const ALERTS_MAX = 1_000;

export interface LadderNews {
  alertId: string;
  agencyId: number;
  severityRank: number;
}

/** Begins ladders for news of alerts, or lets them join those under way. */
export async function beginLadders(
  trx: RegistryTransaction,
  news: readonly LadderNews[],
  nowMs: number,
): Promise<void> {
  const plans = await escalationsFor(trx, Math.max(...news.map(({ severityRank }) => severityRank)));
  for (const { id: planId, agencyId, settings } of plans) {
    const rankMin = SEVERITIES.indexOf(settings.severityMin);
    const serious = news.filter(({ severityRank }) => severityRank >= rankMin);
    if (!(await isTime(trx, settings.hours, agencyId, nowMs))) continue;
    const scope = await scopeOfAgency(trx, agencyId);
    for (const { alertId } of serious.filter((one) => inScope(scope, one.agencyId)))
      await join(trx, { planId, alertId, steps: settings.steps }, nowMs);
  }
}

async function join(
  trx: RegistryTransaction,
  {
    planId,
    alertId,
    steps,
  }: { planId: number; alertId: string; steps: Parameters<typeof nextStep>[0]['steps'] },
  nowMs: number,
): Promise<void> {
  const known = await trx
    .selectFrom('notify_ladder_alert')
    .select('ladder_id')
    .where('plan_id', '=', planId)
    .where('alert_id', '=', alertId)
    .executeTakeFirst();
  if (known !== undefined) return;
  const last = await trx
    .selectFrom('notify_ladder')
    .select(['id', 'began_ms', 'ended'])
    .where('plan_id', '=', planId)
    .orderBy('began_ms', 'desc')
    .limit(1)
    .executeTakeFirst();
  let ladderId = last?.ended === null ? last.id : undefined;
  if (ladderId === undefined) {
    ladderId = deterministicId('ladder', String(planId), alertId);
    const beganMs = beginMs(nowMs, last?.ended === 'exhausted' ? last.began_ms : undefined);
    const next = nextStep({ steps }, beganMs, 0);
    await trx
      .insertInto('notify_ladder')
      .values({
        id: ladderId,
        plan_id: planId,
        began_ms: beganMs,
        steps_done: 0,
        next_ms: next?.atMs ?? beganMs,
        ended: null,
        code_hash: null,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }
  await trx
    .insertInto('notify_ladder_alert')
    .values({ plan_id: planId, alert_id: alertId, ladder_id: ladderId })
    .onConflict((conflict) => conflict.columns(['plan_id', 'alert_id']).doNothing())
    .execute();
}

/** Alerts of a ladder that nobody has taken on. One that was folded into an alert of the fleet is that one's. */
function waiting(db: RegistryDb, ladderId: string) {
  return db
    .selectFrom('notify_ladder_alert')
    .innerJoin('alert', 'alert.id', 'notify_ladder_alert.alert_id')
    .where('ladder_id', '=', ladderId)
    .where('alert.state', '=', 'new')
    .where('alert.fleet_id', 'is', null);
}

const CODE_CHARS = 32;
/** Of ladders that an earlier version began: they keep to it until they end, so that what people were sent is taken. */
const CODE_CHARS_BEFORE = 16;

/**
 * What a receiver answers with, 128 bits that only this collector makes.
 * @param codeHash of the code that was sent before; null at the first step
 */
export function ladderCode(key: Buffer, ladderId: string, codeHash: string | null): string {
  const whole = createHmac('sha256', key).update(`ladder:${ladderId}`).digest('hex');
  const before = whole.slice(0, CODE_CHARS_BEFORE);
  return codeHash === hashSecret(before) ? before : whole.slice(0, CODE_CHARS);
}

/** The code that the messages of a ladder say. */
export async function codeOfLadder(db: RegistryDb, key: Buffer, ladderId: string): Promise<string> {
  const ladder = await db
    .selectFrom('notify_ladder')
    .select('code_hash')
    .where('id', '=', ladderId)
    .executeTakeFirst();
  return ladderCode(key, ladderId, ladder?.code_hash ?? null);
}

/** Codes of ladders that go on are those of another key from now on; those sent before are taken no more. */
export async function renewLadderCodes(trx: RegistryTransaction, key: Buffer): Promise<number> {
  const open = trx.selectFrom('notify_ladder').select('id').where('code_hash', 'is not', null);
  const ladders = await open.where('ended', 'is', null).execute();
  for (const { id } of ladders)
    await trx
      .updateTable('notify_ladder')
      .set({ code_hash: hashSecret(ladderCode(key, id, null)) })
      .where('id', '=', id)
      .execute();
  return ladders.length;
}

/** Writes the steps that are due as messages, and ends ladders that are over. */
export async function climbLadders(db: RegistryDb, key: Buffer, nowMs: number): Promise<void> {
  const due = await db
    .selectFrom('notify_ladder')
    .select('id')
    .where('ended', 'is', null)
    .where('next_ms', '<=', nowMs)
    .orderBy('next_ms')
    .limit(LADDERS_MAX)
    .execute();
  for (const { id } of due) await db.transaction().execute((trx) => climb(trx, key, id, nowMs));
}

async function climb(trx: RegistryTransaction, key: Buffer, id: string, nowMs: number): Promise<void> {
  const ladder = await trx
    .selectFrom('notify_ladder')
    .select(['plan_id', 'began_ms', 'steps_done', 'next_ms', 'ended', 'code_hash'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (ladder === undefined || ladder.ended !== null || (ladder.next_ms ?? Infinity) > nowMs) return;
  const end = (ended: 'acknowledged' | 'exhausted') =>
    trx.updateTable('notify_ladder').set({ ended, next_ms: null }).where('id', '=', id).execute();
  const alerts = await waiting(trx, id)
    .select(['alert.id', 'alert.severity_rank as severityRank'])
    .orderBy('alert.id')
    .limit(ALERTS_MAX)
    .execute();
  if (alerts.length === 0) return void (await end('acknowledged'));
  const { settings } = await findPlan(trx, 'escalation', ladder.plan_id, EVERYWHERE);
  const now = settings.enabled ? nextStep(settings, ladder.began_ms, ladder.steps_done) : undefined;
  if (now === undefined) return void (await end('exhausted'));
  const { channelId, rosterId } = now.step;
  const person = rosterId === undefined ? undefined : await personOf(trx, rosterId, nowMs);
  await putStep(trx, { ladderId: id, step: ladder.steps_done, channelId, person, alerts }, nowMs);
  const done = ladder.steps_done + 1;
  const next = nextStep(settings, ladder.began_ms, done);
  await trx
    .updateTable('notify_ladder')
    .set({
      steps_done: done,
      next_ms: next?.atMs ?? null,
      ended: next === undefined ? 'exhausted' : null,
      code_hash: hashSecret(ladderCode(key, id, ladder.code_hash)),
    })
    .where('id', '=', id)
    .execute();
}

async function personOf(trx: RegistryDb, rosterId: number, nowMs: number) {
  const { settings, agencyId } = await findPlan(trx, 'roster', rosterId, EVERYWHERE);
  return onDuty(settings, (await readCalendars(trx))(agencyId), nowMs);
}

async function putStep(
  trx: RegistryTransaction,
  step: {
    ladderId: string;
    step: number;
    channelId: number;
    person: ReturnType<typeof onDuty>;
    alerts: readonly { id: string; severityRank: number }[];
  },
  nowMs: number,
): Promise<void> {
  const channel = await trx
    .selectFrom('notify_channel')
    .select('id')
    .where('id', '=', step.channelId)
    .executeTakeFirst();
  // It was removed since: the next step is the answer.
  if (channel === undefined) return;
  const name = String(step.step);
  const messageId = deterministicId('step', step.ladderId, name);
  const person = step.person === undefined ? undefined : JSON.stringify(step.person);
  const { ladderId, channelId } = step;
  await putMessage(trx, { id: messageId, channelId, items: step.alerts.length, ladderId, person }, nowMs);
  const items = step.alerts.map(({ id, severityRank }) => ({
    id: deterministicId('step-item', step.ladderId, name, id),
    channel_id: step.channelId,
    alert_id: id,
    change: `step-${name}`,
    severity_rank: severityRank,
    at_ms: nowMs,
    message_id: messageId,
  }));
  for (let at = 0; at < items.length; at += 100)
    await trx
      .insertInto('notify_item')
      .values(items.slice(at, at + 100))
      .execute();
}

/**
 * Somebody who got a message takes its alerts on.
 * @returns ids of alerts that were acknowledged by it
 * @throws RefusalError ladder-unknown
 */
export async function acknowledgeByCode(registry: Registry, code: string): Promise<string[]> {
  const ladder = await registry.db
    .selectFrom('notify_ladder')
    .select('id')
    .where('code_hash', '=', hashSecret(code.trim().toLowerCase()))
    .executeTakeFirst();
  if (ladder === undefined)
    throw new RefusalError('ladder-unknown', '', 'there is no message with that code');
  const alerts = await waiting(registry.db, ladder.id).select('alert.id').limit(ALERTS_MAX).execute();
  const by = { actor: `notify:${ladder.id}`, scope: EVERYWHERE };
  for (const { id } of alerts)
    await changeAlert(registry, id, { state: 'acknowledged', reason: 'answered a message' }, by);
  return alerts.map(({ id }) => id);
}
