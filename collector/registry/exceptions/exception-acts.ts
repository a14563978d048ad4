/**
 * What people do to exceptions: ask for them, decide, prolong. Invariants: who approves or prolongs is another than who asked, a
 * person, and sees the whole agency that it is for; what is written is written as write-exception.ts says.
 */
import { foldText } from '../../alert/search-text.ts';
import { ExceptionInvalidError } from '../../exceptions/condition.ts';
import { checkTerm, type TermFacts } from '../../exceptions/term.ts';
import { EXCEPTION_LIMITS, type ExceptionKind } from '../../exceptions/vocabulary.ts';
import type { MaintenanceWindow } from '../../protocol/maintenance-window.ts';
import { inScope, requireAgency, scopeOfAgency } from '../agencies.ts';
import type { Registry, RegistryTransaction } from '../database.ts';
import { isoTime } from '../iso-time.ts';
import { RefusalError } from '../refusal.ts';
import { type Exception, readException } from './exception-book.ts';
import { type ExceptionBy, writeAct, type Act, take, move } from './write-exception.ts';

export interface ExceptionRequest {
  name: string;
  kind: ExceptionKind;
  condition: string | null;
  window: MaintenanceWindow | null;
  agencyId: number;
  agentId: string | null;
  groupId: number | null;
  rules: readonly string[] | null;
  categories: readonly string[] | null;
  takesAll: boolean;
  reason: string;
  startsMs: number | null;
  expiresMs: number;
  reviewMs: number;
}

/** The host is one of the agency, and the group is there. */
async function requirePlaces(trx: RegistryTransaction, request: ExceptionRequest): Promise<void> {
  const { agencyId, agentId, groupId } = request;
  await requireAgency(trx, agencyId);
  if (agentId !== null) {
    const agent = await trx
      .selectFrom('agent')
      .select('agency_id')
      .where('id', '=', agentId)
      .executeTakeFirst();
    if (agent === undefined || !inScope(await scopeOfAgency(trx, agencyId), agent.agency_id)) {
      const said = `agency ${agencyId} has no such host; "vonggac agent list" shows them`;
      throw new ExceptionInvalidError('agentId', said);
    }
  }
  if (groupId !== null) {
    const group = await trx
      .selectFrom('agent_group')
      .select('id')
      .where('id', '=', groupId)
      .executeTakeFirst();
    if (group === undefined) throw new ExceptionInvalidError('group', 'there is no such group of hosts');
  }
}

/**
 * Writes a request down; what it says was checked before.
 * @throws RefusalError agency-unknown, agency-ended, exceptions-too-many; ExceptionInvalidError
 */
export async function requestException(
  registry: Registry,
  request: ExceptionRequest,
  { actor, scope }: Pick<ExceptionBy, 'actor' | 'scope'>,
): Promise<Exception> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    await requirePlaces(trx, request);
    const { living } = await trx
      .selectFrom('exception')
      .select((eb) => eb.fn.countAll<number>().as('living'))
      .where('state', 'in', ['requested', 'approved'])
      .executeTakeFirstOrThrow();
    if (living >= EXCEPTION_LIMITS.livingMax) {
      const said = `at most ${EXCEPTION_LIMITS.livingMax} exceptions wait or act: end some`;
      throw new RefusalError('exceptions-too-many', request.name, said);
    }
    const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
    const { id } = await trx
      .insertInto('exception')
      .values({
        name: request.name,
        kind: request.kind,
        state: 'requested',
        condition: request.condition,
        time_window: json(request.window),
        agency_id: request.agencyId,
        agent_id: request.agentId,
        group_id: request.groupId,
        rules: json(request.rules),
        categories: json(request.categories),
        takes_all: request.takesAll ? 1 : 0,
        reason: request.reason,
        search_text: foldText(`${request.name}\n${request.reason}`),
        requested_by: actor,
        requested_ms: nowMs,
        starts_ms: request.startsMs,
        expires_ms: request.expiresMs,
        review_ms: request.reviewMs,
        updated_ms: nowMs,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const exception = await readException(trx, id, scope);
    const { condition, window, agentId, groupId, rules, categories, expiresMs, takesAll } = exception;
    await writeAct(trx, nowMs, {
      exception,
      actor,
      action: 'exception.request',
      changes: { state: [null, 'requested'] },
      reason: exception.reason,
      detail: {
        name: exception.name,
        kind: exception.kind,
        condition,
        window,
        agentId,
        groupId,
        rules,
        categories,
        takesAll,
        expiresMs,
      },
    });
    return exception;
  });
}

/** @throws RefusalError exception-not-yours */
function requireSecond(exception: Exception, { actor }: ExceptionBy, what: string): void {
  const refuse = (said: string): never => {
    throw new RefusalError('exception-not-yours', String(exception.id), said);
  };
  if (!actor.startsWith('user:')) refuse(`only a person who signs in may ${what} an exception`);
  if (exception.requestedBy === actor) {
    refuse(`who asked for an exception cannot ${what} it: it takes a second person`);
  }
}

/**
 * It acts from now on. @throws RefusalError exception-unknown, version-conflict, exception-decided, exception-not-yours;
 * ExceptionInvalidError when its term has become too long or has passed
 */
export function approveException(registry: Registry, act: Approval): Promise<Exception> {
  return registry.db.transaction().execute((trx) => approveIn(trx, act, registry.now()));
}

export type Approval = Act & { reason: string | undefined; term: TermFacts };

/** The same in a transaction that does more. */
export async function approveIn(trx: RegistryTransaction, act: Approval, nowMs: number): Promise<Exception> {
  const { by, reason, term } = act;
  const exception = await take(trx, act, ['requested']);
  requireSecond(exception, by, 'approve');
  const { startsMs, expiresMs, reviewMs } = exception;
  checkTerm(
    { startsMs, expiresMs, reviewMs: Math.max(reviewMs, Math.min(expiresMs, nowMs + 1)) },
    term,
    nowMs,
  );
  return move(
    trx,
    exception,
    {
      columns: {
        state: 'approved',
        decided_by: by.actor,
        decided_ms: nowMs,
        decided_reason: reason ?? null,
        approver_agency_id: by.agencyId,
      },
      changes: { state: [exception.state, 'approved'] },
      action: 'exception.approve',
      actor: by.actor,
      reason,
      detail: { requestedBy: exception.requestedBy },
    },
    nowMs,
  );
}

/** @throws RefusalError exception-unknown, version-conflict, exception-decided */
export function rejectException(registry: Registry, act: Act & { reason: string }): Promise<Exception> {
  const nowMs = registry.now();
  const { by, reason } = act;
  return registry.db.transaction().execute(async (trx) => {
    const exception = await take(trx, act, ['requested']);
    return move(
      trx,
      exception,
      {
        columns: { state: 'rejected', decided_by: by.actor, decided_ms: nowMs, decided_reason: reason },
        changes: { state: [exception.state, 'rejected'] },
        action: 'exception.reject',
        actor: by.actor,
        reason,
        detail: { requestedBy: exception.requestedBy },
      },
      nowMs,
    );
  });
}

/** A later end and review. @throws as `approveException`; ExceptionInvalidError `expiresAt` for an end before the present one */
export function extendException(
  registry: Registry,
  act: Act & { reason: string; expiresMs: number; reviewMs: number; term: TermFacts },
): Promise<Exception> {
  const nowMs = registry.now();
  const { by, reason, expiresMs, reviewMs, term } = act;
  return registry.db.transaction().execute(async (trx) => {
    const exception = await take(trx, act, ['approved']);
    requireSecond(exception, by, 'prolong');
    if (expiresMs < exception.expiresMs) {
      const said = `it ends at ${isoTime(exception.expiresMs)}, which is later: an exception is ended earlier by revoking it`;
      throw new ExceptionInvalidError('expiresAt', said);
    }
    const startsMs = exception.startsMs === null ? null : Math.min(exception.startsMs, nowMs);
    checkTerm({ startsMs, expiresMs, reviewMs }, term, nowMs);
    return move(
      trx,
      exception,
      {
        columns: { expires_ms: expiresMs, review_ms: reviewMs, approver_agency_id: by.agencyId },
        changes: {
          expiresMs: [exception.expiresMs, expiresMs],
          reviewMs: [exception.reviewMs, reviewMs],
        },
        action: 'exception.extend',
        actor: by.actor,
        reason,
      },
      nowMs,
    );
  });
}
