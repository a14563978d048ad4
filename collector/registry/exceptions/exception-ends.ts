/** How exceptions end: revoked, withdrawn, or by their time; and what had been closed by them is opened again. */
import type { Registry, RegistryDb, RegistryTransaction } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { type Exception, exceptionRows, readException, toException } from './exception-book.ts';
import { type Changes, type Act, take, move } from './write-exception.ts';

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
