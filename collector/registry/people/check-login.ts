/**
 * Signing in with a password. Repeated failures lock an account for a growing while; whether a name exists, is locked or is
 * disabled cannot be told from the answer.
 */
import { isShut } from '../account-end.ts';
import type { Registry, RegistryDb } from '../database.ts';
import {
  findDevice,
  isAddressLocked,
  lockMs,
  noteAddressFailure,
  noteDeviceFailure,
} from '../login-lanes.ts';
import { hashPassword, PASSWORD_COST, type PasswordCost, verifyPassword } from '../passwords.ts';
import { useCode } from '../second-factor.ts';
import { hashSecret } from '../secrets.ts';
import { type User, normalizeUsername } from '../users.ts';

export type LoginFault =
  | 'unknown'
  | 'wrong-password'
  | 'wrong-code'
  /** The password is right; the code of the second factor is missing. */
  | 'code-missing'
  | 'locked'
  | 'address-locked'
  | 'disabled';

export type LoginOutcome = { ok: true; user: User } | { ok: false; fault: LoginFault };

export interface LoginAttempt {
  username: string;
  password: string;
  /** Of the authenticator, or a recovery code. */
  code?: string | undefined;
  /** Client, as limits count it. */
  address?: string | undefined;
  /** Secret of a browser in which somebody signed in before. */
  device?: string | undefined;
}

/** Checks a password at the cost of one hash, whatever the outcome. The fault is for the audit trail only. */
export async function checkLogin(
  registry: Registry,
  login: LoginAttempt,
  cost: PasswordCost = PASSWORD_COST,
): Promise<LoginOutcome> {
  const username = normalizeUsername(login.username);
  const before = await registry.db
    .selectFrom('user_account')
    .select('password_hash')
    .where('username', '=', username)
    .executeTakeFirst();
  const verdict = await verifyPassword(login.password, before?.password_hash, cost);
  const renewed = verdict.renew ? await hashPassword(login.password, registry.random, cost) : undefined;
  // Decided in one transaction after the hash, so that guesses sent at the same time all count against the lock.
  return registry.db.transaction().execute(async (trx) => {
    const { address, code, device } = login;
    const nowMs = registry.now();
    const hash = before?.password_hash;
    const outcome = await settleLogin(registry, trx, {
      username,
      hash,
      ok: verdict.ok,
      renewed,
      nowMs,
      address,
      code,
      device,
    });
    const isGuess = !outcome.ok && outcome.fault !== 'code-missing' && outcome.fault !== 'address-locked';
    if (isGuess && address !== undefined) await noteAddressFailure(trx, address, nowMs);
    return outcome;
  });
}

interface Attempt extends Pick<LoginAttempt, 'code' | 'address' | 'device'> {
  username: string;
  hash: string | undefined;
  ok: boolean;
  renewed: string | undefined;
  nowMs: number;
}

async function settleLogin(registry: Registry, trx: RegistryDb, attempt: Attempt): Promise<LoginOutcome> {
  const { nowMs, address } = attempt;
  const row = await trx
    .selectFrom('user_account')
    .select([
      'id',
      'username',
      'password_hash',
      'role',
      'agency_id',
      'must_change_password',
      'failed_attempts',
      'locked_until_ms',
      'disabled_ms',
      'ends_ms',
      'totp_secret',
      'totp_since_ms',
      'totp_last_step',
    ])
    .where('username', '=', attempt.username)
    .executeTakeFirst();
  const idHash = attempt.device === undefined ? undefined : hashSecret(attempt.device);
  const device =
    row === undefined || idHash === undefined
      ? undefined
      : await findDevice(trx, { userId: row.id, idHash, nowMs });
  if (device === undefined && address !== undefined && (await isAddressLocked(trx, address, nowMs)))
    return { ok: false, fault: 'address-locked' };
  if (row === undefined) return { ok: false, fault: 'unknown' };
  if (isShut(row, nowMs)) return { ok: false, fault: 'disabled' };
  const lockedUntilMs = device === undefined ? (row.locked_until_ms ?? 0) : device.lockedUntilMs;
  if (lockedUntilMs > nowMs) return { ok: false, fault: 'locked' };
  // A password changed while its old hash was being checked counts as wrong.
  const isRight = attempt.ok && row.password_hash === attempt.hash;
  const needsCode = row.totp_since_ms !== null;
  if (isRight && needsCode && attempt.code === undefined) return { ok: false, fault: 'code-missing' };
  const hasCode = isRight && (!needsCode || (await useCode(registry, trx, row, attempt.code ?? '')));
  if (!isRight || !hasCode) {
    if (device !== undefined) await noteDeviceFailure(trx, device, nowMs);
    else await noteAccountFailure(trx, row.id, row.failed_attempts + 1, nowMs);
    return { ok: false, fault: isRight ? 'wrong-code' : 'wrong-password' };
  }
  await trx
    .updateTable('user_account')
    .set({
      last_login_ms: nowMs,
      // What strangers tried goes on counting against them.
      ...(device === undefined ? { failed_attempts: 0, locked_until_ms: null } : {}),
      ...(attempt.renewed === undefined ? {} : { password_hash: attempt.renewed }),
    })
    .where('id', '=', row.id)
    .execute();
  const { id, username, role } = row;
  return {
    ok: true,
    user: { id, username, role, agencyId: row.agency_id, mustChangePassword: row.must_change_password === 1 },
  };
}

export async function noteAccountFailure(
  trx: RegistryDb,
  userId: number,
  failures: number,
  nowMs: number,
): Promise<void> {
  const lock = lockMs(failures);
  await trx
    .updateTable('user_account')
    .set({ failed_attempts: failures, locked_until_ms: lock === 0 ? null : nowMs + lock })
    .where('id', '=', userId)
    .execute();
}
