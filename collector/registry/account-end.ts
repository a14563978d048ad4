/** Accounts that end by themselves. Invariant: from its end on nobody signs in with one, and its sessions and streams are over. */
import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely';
import type { Database } from './database.ts';
import { isoTime } from './iso-time.ts';
import { RefusalError } from './refusal.ts';
import type { UserTable } from './tables/people.ts';

/** For `where`: neither disabled nor past its end. */
export function isLiveAccount(
  nowMs: number,
): (eb: ExpressionBuilder<Database, 'user_account'>) => ExpressionWrapper<Database, 'user_account', SqlBool> {
  return (eb) =>
    eb.and([
      eb('user_account.disabled_ms', 'is', null),
      eb.or([eb('user_account.ends_ms', 'is', null), eb('user_account.ends_ms', '>', nowMs)]),
    ]);
}

/** Disabled, or past its end. */
export function isShut(
  { disabled_ms: disabledMs, ends_ms: endsMs }: Pick<UserTable, 'disabled_ms' | 'ends_ms'>,
  nowMs: number,
): boolean {
  return disabledMs !== null || (endsMs !== null && endsMs <= nowMs);
}

/** @throws RefusalError user-ends-past */
export function requireFutureEnd(endsMs: number | null | undefined, nowMs: number): void {
  if (endsMs === null || endsMs === undefined || endsMs > nowMs) return;
  const said = 'an account ends in the future; disable it to end it now';
  throw new RefusalError('user-ends-past', String(endsMs), said);
}

/** As the audit trail tells it. */
export function endDetail(endsMs: number | null): { endsAt?: string } {
  return endsMs === null ? {} : { endsAt: isoTime(endsMs) };
}
