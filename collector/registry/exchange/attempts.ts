/**
 * Attempts to deliver: claimed before anything is sent, ended with what came of it. Invariants: a document has one attempt at a time; what
 * a process had begun that ended is known as interrupted and tried again under the same id, so the receiver can tell that it has it.
 */
import { waitAfterMs } from '../../exchange/receipts.ts';
import type { SendOutcome } from '../../exchange/send-report.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb, RegistryTransaction } from '../database.ts';
import type { ExchangeOutcome, ExchangeState } from '../tables/exchange.ts';
import { noteLinkFailure } from './links.ts';
import { MESSAGE_LIMITS, noteAccepted } from './messages.ts';

/** Some twenty hours. */
export const TRIES_MAX = 12;

export interface DueMessage {
  id: string;
  linkId: number;
}

/** The oldest of each link first. Links that are off wait. */
export async function dueMessages(db: RegistryDb, nowMs: number, limit: number): Promise<DueMessage[]> {
  return db
    .selectFrom('exchange_message as m')
    .innerJoin('exchange_link as l', 'l.id', 'm.link_id')
    .select(['m.id', 'm.link_id as linkId'])
    .where('m.state', '=', 'waiting')
    .where('m.next_ms', '<=', nowMs)
    .where('l.enabled', '=', 1)
    .orderBy('m.created_ms')
    .orderBy('m.id')
    .limit(limit)
    .execute();
}

export interface Attempt {
  id: number;
  messageId: string;
  linkId: number;
  agencyId: number;
  sha256: string;
  /** This one among them. */
  tries: number;
}

/** Undefined: somebody else has it, or a person cancelled it. */
export function beginAttempt(
  registry: Registry,
  messageId: string,
  address: string,
): Promise<Attempt | undefined> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('exchange_message as m')
      .innerJoin('exchange_link as l', 'l.id', 'm.link_id')
      .select(['m.link_id as linkId', 'm.sha256', 'm.attempts', 'm.tries', 'l.agency_id as agencyId'])
      .where('m.id', '=', messageId)
      .where('m.state', '=', 'waiting')
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const { attempts, tries, ...rest } = row;
    await trx
      .updateTable('exchange_message')
      .set({ state: 'sending', attempts: attempts + 1, tries: tries + 1, next_ms: nowMs })
      .where('id', '=', messageId)
      .execute();
    const { id } = await trx
      .insertInto('exchange_attempt')
      .values({
        message_id: messageId,
        at_ms: nowMs,
        ended_ms: null,
        address,
        outcome: null,
        status: null,
        answer: null,
        answer_sha256: null,
        fault: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await forgetAttempts(trx, messageId);
    return { ...rest, id, messageId, tries: tries + 1 };
  });
}

async function forgetAttempts(trx: RegistryTransaction, messageId: string): Promise<void> {
  const old = await trx
    .selectFrom('exchange_attempt')
    .select('id')
    .where('message_id', '=', messageId)
    .orderBy('id', 'desc')
    .offset(MESSAGE_LIMITS.attempts)
    .limit(1_000)
    .execute();
  if (old.length === 0) return;
  const ids = old.map(({ id }) => id);
  await trx.deleteFrom('exchange_attempt').where('id', 'in', ids).execute();
}

function verdictOf(outcome: SendOutcome, tries: number): { state: ExchangeState; outcome: ExchangeOutcome } {
  if (outcome.isAccepted) {
    const isSilent = (outcome.answer ?? '').trim() === '';
    return { state: isSilent ? 'sent' : 'receipt', outcome: 'accepted' };
  }
  if (outcome.isFinal) return { state: 'refused', outcome: 'refused' };
  return { state: tries >= TRIES_MAX ? 'failed' : 'waiting', outcome: 'again' };
}

/** @returns how the document stands after it */
export function endAttempt(
  registry: Registry,
  attempt: Attempt,
  outcome: SendOutcome,
): Promise<ExchangeState> {
  const nowMs = registry.now();
  const { id, messageId, linkId, agencyId, sha256, tries } = attempt;
  const verdict = verdictOf(outcome, tries);
  const { state } = verdict;
  return registry.db.transaction().execute(async (trx) => {
    await trx
      .updateTable('exchange_attempt')
      .set({
        ended_ms: nowMs,
        outcome: verdict.outcome,
        status: outcome.status,
        answer: outcome.answer?.replaceAll('\0', '') ?? null,
        answer_sha256: outcome.answerSha256,
        fault: outcome.fault,
      })
      .where('id', '=', id)
      .execute();
    await trx
      .updateTable('exchange_message')
      .set({
        state,
        next_ms: state === 'waiting' ? nowMs + waitAfterMs(tries) : nowMs,
        ended_ms: state === 'waiting' ? null : nowMs,
        problem: outcome.fault,
      })
      .where('id', '=', messageId)
      .where('state', '=', 'sending')
      .execute();
    if (outcome.isAccepted) await noteAccepted(trx, linkId, nowMs);
    else
      await noteLinkFailure(trx, linkId, {
        problem: outcome.fault ?? '',
        ...(outcome.isFinal ? { failures: TRIES_MAX } : {}),
      });
    await writeAudit(trx, nowMs, {
      actor: 'system',
      action: 'exchange.deliver',
      target: `exchange-message:${messageId}`,
      agencyId,
      detail: { link: linkId, state, sha256, status: outcome.status, fault: outcome.fault, tries },
    });
    return state;
  });
}

/** Of processes that ended. @param beganBeforeMs what began later may still be under way. @returns how many */
export function endInterrupted(registry: Registry, beganBeforeMs: number): Promise<number> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const open = await trx
      .selectFrom('exchange_attempt')
      .select(['id', 'message_id as messageId'])
      .where('outcome', 'is', null)
      .where('at_ms', '<', beganBeforeMs)
      .execute();
    for (const { id, messageId } of open) {
      await trx
        .updateTable('exchange_attempt')
        .set({ ended_ms: nowMs, outcome: 'interrupted' })
        .where('id', '=', id)
        .execute();
      await trx
        .updateTable('exchange_message')
        .set({ state: 'waiting', next_ms: nowMs })
        .where('id', '=', messageId)
        .where('state', '=', 'sending')
        .execute();
    }
    return open.length;
  });
}
