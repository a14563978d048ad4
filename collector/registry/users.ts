/**
 * People who sign in. Repeated failures lock an account for a growing while; whether a name exists, is locked or
 * is disabled cannot be told from the answer. A password change ends the person's other sessions.
 */
import type { Role } from '../api/contract.ts';
import { requireAgency, rootAgencyId } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { hashPassword, PASSWORD_COST, type PasswordCost, verifyPassword } from './passwords.ts';
import { RefusalError } from './refusal.ts';

export const USER_LIMITS = {
  passwordCharsMin: 12,
  passwordCharsMax: 1_024,
  /** Characters of a password besides the user name. */
  ownCharsMin: 8,
  usernameCharsMax: 128,
} as const;

/** Failures before the first lock, and the locks that follow: 30 s, doubling to 15 min. */
const FAILURES_FREE = 5;
const LOCK_MS_MIN = 30_000;
const LOCK_MS_MAX = 900_000;

export interface User {
  id: number;
  username: string;
  role: Role;
  agencyId: number;
  mustChangePassword: boolean;
}

export interface UserRecord extends User {
  state: 'active' | 'locked' | 'disabled';
  createdMs: number;
  passwordChangedMs: number;
}

/** One name for all ways to type it. */
export function normalizeUsername(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}

/** How long an account is locked after so many failures in a row. */
export function lockMs(failures: number): number {
  if (failures < FAILURES_FREE) return 0;
  return Math.min(LOCK_MS_MAX, LOCK_MS_MIN * 2 ** Math.min(failures - FAILURES_FREE, 10));
}

function checkStrength(password: string, username: string): void {
  const { passwordCharsMin, passwordCharsMax } = USER_LIMITS;
  if (password.length < passwordCharsMin || password.length > passwordCharsMax) {
    throw new RefusalError(
      'password-weak',
      username,
      `a password has ${passwordCharsMin} to ${passwordCharsMax} characters`,
    );
  }
  const plain = password.normalize('NFKC').toLowerCase();
  // The user name adds nothing; a short one may stand in a good password by chance.
  if (new Set(plain).size < 5 || plain.replaceAll(username, '').length < USER_LIMITS.ownCharsMin) {
    throw new RefusalError(
      'password-weak',
      username,
      'choose a password of more different characters that is not built from the user name',
    );
  }
}

function unknownUser(username: string): RefusalError {
  return new RefusalError(
    'user-unknown',
    username,
    `there is no user "${username}"; "vonggac user list" shows them`,
  );
}

/** @throws RefusalError user-exists, agency-unknown, password-weak */
export async function createUser(
  registry: Registry,
  wanted: {
    username: string;
    password: string;
    role: Role;
    agencyId?: number | undefined;
    mustChangePassword: boolean;
  },
  actor: string,
  cost: PasswordCost = PASSWORD_COST,
): Promise<User> {
  const username = normalizeUsername(wanted.username);
  checkStrength(wanted.password, username);
  const passwordHash = await hashPassword(wanted.password, registry.random, cost);
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const agencyId = wanted.agencyId ?? (await rootAgencyId(trx));
    await requireAgency(trx, agencyId);
    const row = await trx
      .insertInto('user_account')
      .values({
        username,
        password_hash: passwordHash,
        role: wanted.role,
        agency_id: agencyId,
        must_change_password: wanted.mustChangePassword ? 1 : 0,
        created_ms: nowMs,
        password_changed_ms: nowMs,
        failed_attempts: 0,
      })
      .onConflict((conflict) => conflict.column('username').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (row === undefined) {
      throw new RefusalError('user-exists', username, `there is already a user "${username}"`);
    }
    await writeAudit(trx, nowMs, {
      actor,
      action: 'user.create',
      target: `user:${username}`,
      detail: { role: wanted.role, agencyId },
    });
    const { role, mustChangePassword } = wanted;
    return { id: row.id, username, role, agencyId, mustChangePassword };
  });
}

/** By name. */
export async function listUsers(registry: Registry): Promise<UserRecord[]> {
  const nowMs = registry.now();
  const rows = await registry.db
    .selectFrom('user_account')
    .select([
      'id',
      'username',
      'role',
      'agency_id',
      'must_change_password',
      'created_ms',
      'password_changed_ms',
      'disabled_ms',
      'locked_until_ms',
    ])
    .orderBy('username')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    username: row.username,
    role: row.role,
    agencyId: row.agency_id,
    mustChangePassword: row.must_change_password === 1,
    state: row.disabled_ms === null ? ((row.locked_until_ms ?? 0) > nowMs ? 'locked' : 'active') : 'disabled',
    createdMs: row.created_ms,
    passwordChangedMs: row.password_changed_ms,
  }));
}

export type LoginFault = 'unknown' | 'wrong-password' | 'locked' | 'disabled';
export type LoginOutcome = { ok: true; user: User } | { ok: false; fault: LoginFault };

/** Checks a password at the cost of one hash, whatever the outcome. The fault is for the audit trail only. */
export async function checkLogin(
  registry: Registry,
  login: { username: string; password: string },
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
  return registry.db.transaction().execute((trx) => {
    const attempt = { username, hash: before?.password_hash, ok: verdict.ok, renewed, nowMs: registry.now() };
    return settleLogin(trx, attempt);
  });
}

async function settleLogin(
  trx: RegistryDb,
  attempt: {
    username: string;
    hash: string | undefined;
    ok: boolean;
    renewed: string | undefined;
    nowMs: number;
  },
): Promise<LoginOutcome> {
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
    ])
    .where('username', '=', attempt.username)
    .executeTakeFirst();
  if (row === undefined) return { ok: false, fault: 'unknown' };
  if (row.disabled_ms !== null) return { ok: false, fault: 'disabled' };
  if ((row.locked_until_ms ?? 0) > attempt.nowMs) return { ok: false, fault: 'locked' };
  // A password changed while its old hash was being checked counts as wrong.
  if (!attempt.ok || row.password_hash !== attempt.hash) {
    const failures = row.failed_attempts + 1;
    const lock = lockMs(failures);
    await trx
      .updateTable('user_account')
      .set({ failed_attempts: failures, locked_until_ms: lock === 0 ? null : attempt.nowMs + lock })
      .where('id', '=', row.id)
      .execute();
    return { ok: false, fault: 'wrong-password' };
  }
  await trx
    .updateTable('user_account')
    .set({
      failed_attempts: 0,
      locked_until_ms: null,
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

/**
 * A person's own change: asks for the current password, with the same lock as the login. Ends all their sessions
 * except the one whose hash is `keepSession`.
 * @throws RefusalError password-wrong, password-weak
 */
export async function changePassword(
  registry: Registry,
  change: { username: string; current: string; next: string; keepSession: string },
  cost: PasswordCost = PASSWORD_COST,
): Promise<void> {
  const username = normalizeUsername(change.username);
  checkStrength(change.next, username);
  if (change.next === change.current) {
    throw new RefusalError('password-weak', username, 'the new password is the old one: choose another');
  }
  const login = await checkLogin(registry, { username, password: change.current }, cost);
  if (!login.ok) {
    throw new RefusalError(
      'password-wrong',
      username,
      'the current password is wrong, or the account is locked for a while after repeated failures',
    );
  }
  const passwordHash = await hashPassword(change.next, registry.random, cost);
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    await storePassword(trx, login.user.id, passwordHash, { mustChange: false, nowMs });
    await trx
      .deleteFrom('user_session')
      .where('user_id', '=', login.user.id)
      .where('id_hash', '!=', change.keepSession)
      .execute();
    await writeAudit(trx, nowMs, {
      actor: `user:${username}`,
      action: 'user.password',
      target: `user:${username}`,
    });
  });
}

async function storePassword(
  trx: RegistryDb,
  userId: number,
  passwordHash: string,
  change: { mustChange: boolean; nowMs: number },
): Promise<void> {
  await trx
    .updateTable('user_account')
    .set({
      password_hash: passwordHash,
      must_change_password: change.mustChange ? 1 : 0,
      password_changed_ms: change.nowMs,
      failed_attempts: 0,
      locked_until_ms: null,
    })
    .where('id', '=', userId)
    .execute();
}

/** An administrator's reset: the person must choose a new one. @throws RefusalError user-unknown, password-weak */
export async function resetPassword(
  registry: Registry,
  reset: { username: string; password: string },
  actor: string,
  cost: PasswordCost = PASSWORD_COST,
): Promise<void> {
  const username = normalizeUsername(reset.username);
  checkStrength(reset.password, username);
  const passwordHash = await hashPassword(reset.password, registry.random, cost);
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    const user = await trx
      .selectFrom('user_account')
      .select('id')
      .where('username', '=', username)
      .executeTakeFirst();
    if (user === undefined) throw unknownUser(username);
    await storePassword(trx, user.id, passwordHash, { mustChange: true, nowMs });
    await trx.deleteFrom('user_session').where('user_id', '=', user.id).execute();
    await writeAudit(trx, nowMs, { actor, action: 'user.reset-password', target: `user:${username}` });
  });
}

/** Ends their sessions too. @throws RefusalError user-unknown, user-last-administrator */
export async function disableUser(registry: Registry, name: string, actor: string): Promise<void> {
  const username = normalizeUsername(name);
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    const active = await trx
      .selectFrom('user_account')
      .select(['id', 'username', 'role'])
      .where('disabled_ms', 'is', null)
      .where((eb) => eb.or([eb('username', '=', username), eb('role', '=', 'administrator')]))
      .execute();
    const user = active.find((row) => row.username === username);
    if (user === undefined) throw unknownUser(username);
    if (!active.some((row) => row.role === 'administrator' && row.username !== username)) {
      throw new RefusalError(
        'user-last-administrator',
        username,
        `"${username}" is the last administrator; create another one first`,
      );
    }
    await trx.updateTable('user_account').set({ disabled_ms: nowMs }).where('id', '=', user.id).execute();
    await trx.deleteFrom('user_session').where('user_id', '=', user.id).execute();
    await writeAudit(trx, nowMs, { actor, action: 'user.disable', target: `user:${username}` });
  });
}

/** Letters and digits that cannot be mistaken for each other, in groups: 20 characters, 98 bits. */
export function readablePassword(random: (bytes: number) => Buffer): string {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
  const limit = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < 20) {
    for (const byte of random(32)) {
      if (byte < limit && text.length < 20) text += alphabet.charAt(byte % alphabet.length);
    }
  }
  return text.replace(/(.{5})(?=.)/g, '$1-');
}
