/**
 * How an act on an exception is written: for a version, with a row of its history and of the audit trail in its own transaction;
 * what changes what counts changes the register's version with it.
 */
import type { ExceptionState } from '../../exceptions/vocabulary.ts';
import type { AgencyScope } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { RegistryTransaction } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { type Exception, readException } from './exception-book.ts';
import { countRegisterChange } from './exception-register.ts';

/** Who acts: `agencyId` is where they stand in the tree. */
export interface ExceptionBy {
  actor: string;
  agencyId: number;
  scope: AgencyScope;
}

export type Changes = Record<string, [before: unknown, after: unknown]>;

export async function writeAct(
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

export interface Act {
  id: number;
  /** The one it was made for. */
  version: number | undefined;
  by: ExceptionBy;
}

/** @throws RefusalError exception-unknown, version-conflict, exception-decided */
export async function take(
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

export async function move(
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
