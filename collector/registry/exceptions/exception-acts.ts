/**
 * What is done to exceptions: asked for, decided, prolonged, ended. Invariants: who approves or prolongs is another than
 * who asked, a person, and sees the whole agency that it is for; each act is made for a version, and stands in the history
 * and the audit trail in its own transaction; what acts changes the register's version with it.
 */
import { foldText } from '../../alert/search-text.ts';
import { ExceptionInvalidError } from '../../exceptions/condition.ts';
import { checkTerm, type TermFacts } from '../../exceptions/term.ts';
import { EXCEPTION_LIMITS, type ExceptionKind, type ExceptionState } from '../../exceptions/vocabulary.ts';
import type { MaintenanceWindow } from '../../protocol/maintenance-window.ts';
import { type AgencyScope, inScope, requireAgency, scopeOfAgency } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb, RegistryTransaction } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { type Exception, exceptionRows, readException, toException } from './exception-book.ts';
import { countRegisterChange } from './exception-register.ts';

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

/** Who acts: `agencyId` is where they stand in the tree. */
export interface ExceptionBy {
  actor: string;
  agencyId: number;
  scope: AgencyScope;
}

type Changes = Record<string, [before: unknown, after: unknown]>;

async function writeAct(
  trx: RegistryTransaction,
  nowMs: number,
  act: {
    exception: Pick<Exception, 'id' | 'agencyId' | 'version'>;
    actor: string;
    action: string;
    changes: Changes;
    reason?: string | undefined;
    detail?: Record<string, unknown> | undefined;
  },
): Promise<void> {
  const { exception, actor, action, changes, reason, detail } = act;
  await trx
    .insertInto('exception_history')
    .values({
      exception_id: exception.id,
      version: exception.version,
      at_ms: nowMs,
      actor,
      action,
      changes: JSON.stringify(changes),
      reason: reason ?? null,
    })
    .execute();
  await writeAudit(trx, nowMs, {
    actor,
    action,
    target: `exception:${exception.id}`,
    agencyId: exception.agencyId,
    detail: { ...changes, ...(reason === undefined ? {} : { reason }), ...detail },
  });
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

interface Act {
  id: number;
  /** The one it was made for. */
  version: number | undefined;
  by: ExceptionBy;
}

/** @throws RefusalError exception-unknown, version-conflict, exception-decided */
async function take(
  trx: RegistryTransaction,
  { id, version, by }: Act,
  from: readonly ExceptionState[],
): Promise<Exception> {
  const exception = await readException(trx, id, by.scope);
  if (version !== undefined && version !== exception.version) {
    const said = `the exception was changed meanwhile: it is at version ${exception.version}, not ${version}`;
    throw new RefusalError('version-conflict', String(id), said);
  }
  if (!from.includes(exception.state)) {
    throw new RefusalError('exception-decided', String(id), `exception ${id} is ${exception.state} already`);
  }
  return exception;
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

async function move(
  trx: RegistryTransaction,
  exception: Exception,
  act: {
    columns: Record<string, string | number | null>;
    changes: Changes;
    action: string;
    actor: string;
    reason?: string | undefined;
    detail?: Record<string, unknown> | undefined;
  },
  nowMs: number,
): Promise<Exception> {
  const { columns, ...rest } = act;
  const version = exception.version + 1;
  await trx
    .updateTable('exception')
    .set({ ...columns, updated_ms: nowMs, version })
    .where('id', '=', exception.id)
    .execute();
  await writeAct(trx, nowMs, { ...rest, exception: { ...exception, version } });
  await countRegisterChange(trx);
  return readException(trx, exception.id, { kind: 'all' });
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

/** It acts no more. @throws RefusalError exception-unknown, version-conflict, exception-decided */
export function revokeException(registry: Registry, act: Act & { reason: string }): Promise<Exception> {
  const nowMs = registry.now();
  const { by, reason } = act;
  return registry.db.transaction().execute(async (trx) => {
    const exception = await take(trx, act, ['approved']);
    return endIn(trx, exception, { state: 'revoked', actor: by.actor, reason }, nowMs);
  });
}

/** Who asked wants it no more. @throws RefusalError exception-unknown, version-conflict, exception-decided, exception-not-yours */
export function withdrawException(registry: Registry, act: Act & { reason: string }): Promise<Exception> {
  const nowMs = registry.now();
  const { by, reason } = act;
  return registry.db.transaction().execute(async (trx) => {
    const exception = await take(trx, act, ['requested']);
    if (exception.requestedBy !== by.actor) {
      const said = 'only who asked for an exception withdraws it; who approves may reject it';
      throw new RefusalError('exception-not-yours', String(exception.id), said);
    }
    const columns = { state: 'revoked', ended_by: by.actor, ended_ms: nowMs, ended_reason: reason };
    const changes: Changes = { state: [exception.state, 'revoked'] };
    const action = 'exception.withdraw';
    return move(trx, exception, { columns, changes, action, actor: by.actor, reason }, nowMs);
  });
}

/** Ends one in a transaction that has read it. */
export function endIn(
  trx: RegistryTransaction,
  exception: Exception,
  end: { state: 'revoked' | 'expired'; actor: string; reason: string },
  nowMs: number,
): Promise<Exception> {
  const { state, actor, reason } = end;
  return move(
    trx,
    exception,
    {
      columns: { state, ended_by: actor, ended_ms: nowMs, ended_reason: reason },
      changes: { state: [exception.state, state] },
      action: state === 'revoked' ? 'exception.revoke' : 'exception.expire',
      actor,
      reason,
      detail: { hidden: exception.hidden },
    },
    nowMs,
  );
}

/** A later end and review. @throws as `approveException` */
export function extendException(
  registry: Registry,
  act: Act & { reason: string; expiresMs: number; reviewMs: number; term: TermFacts },
): Promise<Exception> {
  const nowMs = registry.now();
  const { by, reason, expiresMs, reviewMs, term } = act;
  return registry.db.transaction().execute(async (trx) => {
    const exception = await take(trx, act, ['approved']);
    requireSecond(exception, by, 'prolong');
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

/** The job that closes what it covers, for its end to open again. */
export async function noteCloseJob(
  trx: RegistryTransaction,
  id: number,
  jobId: string | null,
): Promise<void> {
  await trx.updateTable('exception').set({ close_job_id: jobId }).where('id', '=', id).execute();
}

/** Ended ones whose closed alerts nobody has opened again yet. */
export async function endedWithClosed(db: RegistryDb): Promise<Exception[]> {
  const rows = await exceptionRows(db)
    .where('exception.state', 'in', ['revoked', 'expired'])
    .where('exception.close_job_id', 'is not', null)
    .orderBy('exception.id')
    .limit(ROWS_MAX)
    .execute();
  return rows.map(toException);
}

/** When the next of those that wait or act ends. */
export async function nextEndMs(db: RegistryDb): Promise<number | undefined> {
  const row = await db
    .selectFrom('exception')
    .select((eb) => eb.fn.min<number | string | null>('expires_ms').as('endMs'))
    .where('state', 'in', ['requested', 'approved'])
    .executeTakeFirst();
  const endMs = row?.endMs ?? undefined;
  return endMs === undefined ? undefined : Number(endMs);
}

const EXPIRED = 'Đã hết thời hạn. / Its term is over.';
const ROWS_MAX = 50;

/** Those whose end has come; who waits longer than that is told no. @returns what acted until now */
export async function expireExceptions(registry: Registry): Promise<Exception[]> {
  const nowMs = registry.now();
  const due = await registry.db
    .selectFrom('exception')
    .select('id')
    .where('state', 'in', ['requested', 'approved'])
    .where('expires_ms', '<=', nowMs)
    .orderBy('id')
    .limit(ROWS_MAX)
    .execute();
  const ended: Exception[] = [];
  for (const { id } of due) {
    await registry.db.transaction().execute(async (trx) => {
      const exception = await readException(trx, id, { kind: 'all' });
      // Another process may have been first.
      if (!['requested', 'approved'].includes(exception.state) || exception.expiresMs > nowMs) return;
      const acted = exception.state === 'approved';
      const after = await endIn(
        trx,
        exception,
        { state: 'expired', actor: 'system', reason: EXPIRED },
        nowMs,
      );
      if (acted) ended.push(after);
    });
  }
  return ended;
}
