/**
 * What the agency that asks does with its request: puts the draft right, sends it, takes the answer or returns it, calls it
 * off. Invariants: a state is left only for those that the table names; each act is one transaction with its rows of
 * history and audit trail, and with its news in the outbox.
 */
import { dueAfter, endOfWork } from '../../request/due-day.ts';
import {
  ASKED_STATES,
  OPEN_STATES,
  type DispatchFields,
  type RequestContact,
  type RequestState,
} from '../../request/request-words.ts';
import { requireAgency } from '../agencies.ts';
import type { Registry, RegistryTransaction } from '../database.ts';
import { isoTime } from '../iso-time.ts';
import { invalidRequest } from './request-findings.ts';
import { requireIssued, wrongState, type RequestActor } from './request-guard.ts';
import { revokeLinksOf } from './request-links.ts';
import { logOnAlerts, logRequest } from './request-log.ts';
import { findRequest, type AgencyRequest } from './request-rows.ts';
import { calendarOf, NOTHING_PLANNED, plannedColumns, tellRequest } from './request-timing.ts';

export interface RequestPatch {
  title?: string | undefined;
  body?: string | undefined;
  steps?: readonly string[] | undefined;
  dueOn?: string | undefined;
  contact?: RequestContact | undefined;
  /** As the office registered it. */
  dispatch?: { [K in keyof DispatchFields]?: DispatchFields[K] | undefined } | undefined;
}

const TEXTS = ['title', 'body', 'steps'] as const;

/**
 * The text while it is a draft; deadline, contact and what the office gives it as long as it is open.
 * @throws RefusalError request-unknown, request-not-yours, request-state, request-invalid, version-conflict
 */
export function editRequest(
  registry: Registry,
  id: string,
  patch: RequestPatch,
  by: RequestActor,
): Promise<AgencyRequest> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const request = await requireIssued(trx, id, by);
    const isText = TEXTS.some((field) => patch[field] !== undefined);
    if (isText && request.state !== 'draft')
      throw wrongState(request, 'written anew: return it, or ask again');
    if (!OPEN_STATES.includes(request.state)) throw wrongState(request, 'changed');
    const due = patch.dueOn === undefined ? {} : await newDeadline(trx, request, patch.dueOn, nowMs);
    const { dispatch, contact, steps } = patch;
    await trx
      .updateTable('agency_request')
      .set((eb) => ({
        ...(patch.title === undefined ? {} : { title: patch.title }),
        ...(patch.body === undefined ? {} : { body: patch.body }),
        ...(steps === undefined ? {} : { steps: JSON.stringify(steps) }),
        ...(contact === undefined ? {} : { contact: JSON.stringify(contact) }),
        ...(dispatch === undefined
          ? {}
          : { dispatch: JSON.stringify(dispatchAfter(request.dispatch, dispatch)) }),
        ...due,
        updated_ms: nowMs,
        version: eb('version', '+', 1),
      }))
      .where('id', '=', request.id)
      .execute();
    await logRequest(trx, nowMs, {
      id: request.id,
      agencyId: request.agencyId,
      actor: by.actor,
      action: 'request.change',
      detail: { ...patch, ...('due_ms' in due ? { dueBefore: isoTime(request.dueMs) } : {}) },
    });
    return findRequest(trx, request.id, by.scope);
  });
}

function dispatchAfter(
  before: DispatchFields,
  { number = before.number, day = before.day }: NonNullable<RequestPatch['dispatch']>,
): DispatchFields {
  return { number, day };
}

/** A later day takes `overdue` away. */
async function newDeadline(trx: RegistryTransaction, request: AgencyRequest, dueOn: string, nowMs: number) {
  const calendar = await calendarOf(trx, request.agencyId);
  const dueMs = endOfWork(calendar, dueOn);
  if (dueMs <= nowMs) throw invalidRequest('dueOn', 'the deadline is past');
  const isAsked = ASKED_STATES.includes(request.state);
  return {
    due_ms: dueMs,
    ...(isAsked ? plannedColumns(calendar, dueMs, undefined, nowMs) : {}),
    ...(request.state === 'overdue'
      ? { state: request.seenMs === null ? ('sent' as const) : ('seen' as const), overdue_ms: null }
      : {}),
  };
}

export type RequestMove = 'send' | 'accept' | 'return' | 'cancel';

const MOVES: Readonly<
  Record<RequestMove, { from: readonly RequestState[]; to: RequestState; done: string }>
> = {
  send: { from: ['draft'], to: 'sent', done: 'sent' },
  accept: { from: ['answered'], to: 'accepted', done: 'accepted' },
  return: { from: ['answered'], to: 'returned', done: 'returned' },
  cancel: { from: OPEN_STATES, to: 'cancelled', done: 'cancelled' },
};

export interface MoveDetail {
  reason?: string | undefined;
  /** Of a return: the new deadline; by default so many working days again. */
  dueOn?: string | undefined;
}

/**
 * @returns the request, and ids of alerts that show it
 * @throws RefusalError request-unknown, request-not-yours, request-state, request-invalid, version-conflict, agency-ended
 */
export function moveRequest(
  registry: Registry,
  id: string,
  move: RequestMove,
  detail: MoveDetail,
  by: RequestActor,
): Promise<{ request: AgencyRequest; alertIds: string[] }> {
  const nowMs = registry.now();
  return registry.db
    .transaction()
    .execute(async (trx) => moveIn(trx, await requireIssued(trx, id, by), move, detail, by, nowMs));
}

/** As part of a larger act; the caller knows who acts. @throws as moveRequest */
export async function moveIn(
  trx: RegistryTransaction,
  request: AgencyRequest,
  move: RequestMove,
  { reason, dueOn }: MoveDetail,
  by: RequestActor,
  nowMs: number,
): Promise<{ request: AgencyRequest; alertIds: string[] }> {
  const { from, to, done } = MOVES[move];
  if (!from.includes(request.state)) throw wrongState(request, done);
  if ((move === 'return' || move === 'cancel') && (reason ?? '').trim() === '')
    throw invalidRequest('reason', 'say why');
  const { id, agencyId } = request;
  const asks = move === 'send' || move === 'return';
  if (asks) await requireAgency(trx, agencyId);
  const columns = asks ? await askColumns(trx, request, move, dueOn, nowMs) : NOTHING_PLANNED;
  await trx
    .updateTable('agency_request')
    .set((eb) => ({
      ...columns,
      state: to,
      state_by: by.actor,
      state_reason: reason ?? null,
      updated_ms: nowMs,
      version: eb('version', '+', 1),
      ...(move === 'send' ? { sent_ms: nowMs } : {}),
      ...(move === 'return' ? { overdue_ms: null } : {}),
      ...(move === 'accept' || move === 'cancel' ? { ended_ms: nowMs } : {}),
    }))
    .where('id', '=', id)
    .execute();
  if (move === 'cancel' || move === 'accept') await revokeLinksOf(trx, id, nowMs);
  const action = `request.${move}`;
  await logRequest(trx, nowMs, { id, agencyId, actor: by.actor, action, reason });
  const alertIds =
    request.state === 'draft' && move === 'cancel'
      ? []
      : await logOnAlerts(trx, nowMs, {
          id,
          actor: by.actor,
          action: `alert.request-${done}`,
          said: to,
          reason,
        });
  if (asks) await tellRequest(trx, move === 'send' ? 'sent' : 'returned', { id, agencyId }, nowMs);
  return { request: await findRequest(trx, id, { kind: 'all' }), alertIds };
}

async function askColumns(
  trx: RegistryTransaction,
  request: AgencyRequest,
  move: 'send' | 'return',
  dueOn: string | undefined,
  nowMs: number,
) {
  const calendar = await calendarOf(trx, request.agencyId);
  const dueMs = dueOn === undefined ? againDue(calendar, request, move, nowMs) : endOfWork(calendar, dueOn);
  if (dueMs <= nowMs)
    throw invalidRequest('dueOn', 'the deadline is past: give the request another day first');
  return { due_ms: dueMs, ...plannedColumns(calendar, dueMs, undefined, nowMs) };
}

function againDue(
  calendar: Parameters<typeof dueAfter>[0],
  request: AgencyRequest,
  move: 'send' | 'return',
  nowMs: number,
): number {
  return move === 'send' ? request.dueMs : dueAfter(calendar, nowMs, request.severity);
}
