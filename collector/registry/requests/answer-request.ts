/**
 * What the agency that is asked does: says that it has seen the request, and answers it step by step. Invariants: every
 * step has one outcome, and what was not done says why; an answer lands in the histories of the alerts.
 */
import {
  ASKED_STATES,
  REQUEST_LIMITS,
  type AnswerFile,
  type StepAnswer,
} from '../../request/request-words.ts';
import type { AgencyScope } from '../agencies.ts';
import type { Registry, RegistryTransaction } from '../database.ts';
import { invalidRequest } from './request-findings.ts';
import { wrongState } from './request-guard.ts';
import { revokeLinksOf } from './request-links.ts';
import { logOnAlerts, logRequest } from './request-log.ts';
import { findRequest, type AgencyRequest } from './request-rows.ts';
import { NOTHING_PLANNED, tellRequest } from './request-timing.ts';

export interface NewAnswer {
  /** Who says it, in words. */
  name: string;
  text: string;
  steps: readonly StepAnswer[];
  files: readonly AnswerFile[];
}

/** @returns the request @throws RefusalError request-unknown */
export function seeRequest(
  registry: Registry,
  id: string,
  by: { actor: string; scope: AgencyScope },
): Promise<AgencyRequest> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const request = await findRequest(trx, id, by.scope);
    await noteSeen(trx, request, by.actor, nowMs);
    return findRequest(trx, request.id, by.scope);
  });
}

/** The first time counts; one that is overdue or answered keeps its state. */
export async function noteSeen(
  trx: RegistryTransaction,
  request: AgencyRequest,
  actor: string,
  nowMs: number,
): Promise<void> {
  if (request.seenMs !== null || !ASKED_STATES.includes(request.state)) return;
  await trx
    .updateTable('agency_request')
    .set((eb) => ({
      seen_ms: nowMs,
      updated_ms: nowMs,
      version: eb('version', '+', 1),
      ...(request.state === 'sent' ? { state: 'seen' as const, state_by: actor, state_reason: null } : {}),
    }))
    .where('id', '=', request.id)
    .execute();
  await logRequest(trx, nowMs, { id: request.id, agencyId: request.agencyId, actor, action: 'request.seen' });
}

/**
 * @returns the request, and ids of alerts that show the answer
 * @throws RefusalError request-unknown, request-state, request-invalid
 */
export function answerRequest(
  registry: Registry,
  id: string,
  answer: NewAnswer,
  by: { actor: string; scope: AgencyScope },
): Promise<{ request: AgencyRequest; alertIds: string[] }> {
  return registry.db
    .transaction()
    .execute(async (trx) =>
      answerIn(trx, await findRequest(trx, id, by.scope), answer, by.actor, registry.now()),
    );
}

/** As part of a larger act. @throws as answerRequest */
export async function answerIn(
  trx: RegistryTransaction,
  request: AgencyRequest,
  answer: NewAnswer,
  actor: string,
  nowMs: number,
): Promise<{ request: AgencyRequest; alertIds: string[] }> {
  if (!ASKED_STATES.includes(request.state)) throw wrongState(request, 'answered');
  const steps = checkSteps(request, answer.steps);
  const { id, agencyId } = request;
  await trx
    .insertInto('request_answer')
    .values({
      request_id: id,
      at_ms: nowMs,
      actor,
      name: answer.name,
      text: answer.text,
      steps: JSON.stringify(steps),
      files: JSON.stringify(answer.files),
    })
    .execute();
  await trx
    .updateTable('agency_request')
    .set((eb) => ({
      ...NOTHING_PLANNED,
      state: 'answered',
      state_by: actor,
      state_reason: null,
      answered_ms: nowMs,
      seen_ms: eb.fn.coalesce('seen_ms', eb.val(nowMs)),
      updated_ms: nowMs,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id)
    .execute();
  await revokeLinksOf(trx, id, nowMs);
  const counts = { done: 0, 'not-done': 0, cannot: 0 };
  for (const { outcome } of steps) counts[outcome] += 1;
  const detail = { name: answer.name, ...counts, files: answer.files };
  await logRequest(trx, nowMs, { id, agencyId, actor, action: 'request.answer', detail });
  const said = `answered: ${counts.done} done, ${counts['not-done']} not done, ${counts.cannot} cannot`;
  const reason = answer.text === '' ? undefined : answer.text.slice(0, REQUEST_LIMITS.noteChars);
  const alertIds = await logOnAlerts(trx, nowMs, {
    id,
    actor,
    action: 'alert.request-answered',
    said,
    reason,
  });
  await tellRequest(trx, 'answered', { id, agencyId: request.issuerAgencyId }, nowMs);
  return { request: await findRequest(trx, id, { kind: 'all' }), alertIds };
}

/** In the order of the steps. @throws RefusalError request-invalid */
function checkSteps(request: AgencyRequest, answers: readonly StepAnswer[]): StepAnswer[] {
  const byStep = new Map(answers.map((one) => [one.step, one]));
  if (byStep.size !== answers.length) throw invalidRequest('steps', 'a step is answered twice');
  const steps = request.steps.map((_text, at) => {
    const one = byStep.get(at + 1);
    if (one === undefined)
      throw invalidRequest('steps', `step ${at + 1} of ${request.steps.length} is not answered`);
    if (one.outcome !== 'done' && one.note.trim() === '')
      throw invalidRequest(`steps.${at}.note`, `step ${at + 1} was not done: say why`);
    return { ...one, note: one.note.trim() };
  });
  if (byStep.size > steps.length) throw invalidRequest('steps', `the request has ${steps.length} steps`);
  return steps;
}
