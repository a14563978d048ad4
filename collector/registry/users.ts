/**
 * People who sign in. Repeated failures lock an account for a growing while; whether a name exists, is locked or
 * is disabled cannot be told from the answer. A password change ends the person's other sessions.
 */
import type { Role } from '../api/contract.ts';
import { requireAgency, rootAgencyId } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { findDevice, isAddressLocked, lockMs, noteAddressFailure, noteDeviceFailure } from './login-lanes.ts';
import { checkStrength, PASSWORD_LIMITS } from './password-policy.ts';
import { hashPassword, PASSWORD_COST, type PasswordCost, verifyPassword } from './passwords.ts';
import { RefusalError } from './refusal.ts';
import { useCode } from './second-factor.ts';
import { hashSecret } from './secrets.ts';
import type { UserTable } from './tables/people.ts';

export const USER_LIMITS = {
  passwordCharsMax: PASSWORD_LIMITS.charsMax,
  usernameCharsMax: 128,
} as const;

/** In the place of a hash: no password fits. */
export const NO_PASSWORD = '!';

export interface User {
  id: number;
  username: string;
  role: Role;
  agencyId: number;
  mustChangePassword: boolean;
}

export interface UserRecord extends User {
  /** `pending`: known by the identity provider, without a role here. */
  state: 'active' | 'locked' | 'disabled' | 'invited' | 'pending';
  displayName: string | null;
  email: string | null;
  hasSecondFactor: boolean;
  /** Who they are at the identity provider, and what gives them their role; null who has a password here. */
  external: { subject: string; role: 'groups' | 'local' | 'none' } | null;
  lastLoginMs: number | null;
  createdMs: number;
  passwordChangedMs: number;
}

/** One name for all ways to type it. */
export function normalizeUsername(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}

function unknownUser(username: string): RefusalError {
  return new RefusalError(
    'user-unknown',
    username,
    `there is no user "${username}"; "vonggac user list" shows them`,
  );
}

export function externalUser(username: string): RefusalError {
  const message = `"${username}" signs in at the identity provider and has no password here; unlink the account first`;
  return new RefusalError('user-external', username, message);
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

function stateOf(
  row: Pick<UserTable, 'disabled_ms' | 'locked_until_ms' | 'password_hash' | 'external_role'>,
  nowMs: number,
): UserRecord['state'] {
  if (row.disabled_ms !== null) return 'disabled';
  if (row.external_role !== null) return row.external_role === 'none' ? 'pending' : 'active';
  if (row.password_hash === NO_PASSWORD) return 'invited';
  return (row.locked_until_ms ?? 0) > nowMs ? 'locked' : 'active';
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
      'password_hash',
      'display_name',
      'email',
      'totp_since_ms',
      'last_login_ms',
      'external_subject',
      'external_role',
    ])
    .orderBy('username')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    username: row.username,
    role: row.role,
    agencyId: row.agency_id,
    mustChangePassword: row.must_change_password === 1,
    state: stateOf(row, nowMs),
    displayName: row.display_name,
    email: row.email,
    hasSecondFactor: row.totp_since_ms !== null,
    external:
      row.external_subject === null
        ? null
        : { subject: row.external_subject, role: row.external_role ?? 'local' },
    lastLoginMs: row.last_login_ms,
    createdMs: row.created_ms,
    passwordChangedMs: row.password_changed_ms,
  }));
}

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
  if (row.disabled_ms !== null) return { ok: false, fault: 'disabled' };
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

/**
 * A person's own change: asks for the current password, with the same lock as the login. Ends all their sessions
 * except the one whose hash is `keepSession`.
 * @throws RefusalError password-wrong, password-weak
 */
export async function changePassword(
  registry: Registry,
  change: {
    username: string;
    current: string;
    next: string;
    keepSession: string;
    device?: string | undefined;
  },
  cost: PasswordCost = PASSWORD_COST,
): Promise<void> {
  const username = normalizeUsername(change.username);
  checkStrength(change.next, username);
  if (change.next === change.current) {
    throw new RefusalError('password-weak', username, 'the new password is the old one: choose another');
  }
  const login = await checkLogin(
    registry,
    { username, password: change.current, device: change.device },
    cost,
  );
  // The session was begun with the second factor where there is one.
  if (!login.ok && login.fault !== 'code-missing') {
    throw new RefusalError(
      'password-wrong',
      username,
      'the current password is wrong, or the account is locked for a while after repeated failures',
    );
  }
  const passwordHash = await hashPassword(change.next, registry.random, cost);
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    const { id } = await trx
      .selectFrom('user_account')
      .select('id')
      .where('username', '=', username)
      .executeTakeFirstOrThrow();
    await storePassword(trx, id, passwordHash, { mustChange: false, nowMs });
    await trx
      .deleteFrom('user_session')
      .where('user_id', '=', id)
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

/** An administrator's reset: the person must choose a new one. @throws RefusalError user-unknown, user-external, password-weak */
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
      .select(['id', 'external_issuer'])
      .where('username', '=', username)
      .executeTakeFirst();
    if (user === undefined) throw unknownUser(username);
    if (user.external_issuer !== null) throw externalUser(username);
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
      .select(['id', 'username', 'role', 'password_hash'])
      .where('disabled_ms', 'is', null)
      .where((eb) => eb.or([eb('username', '=', username), eb('role', '=', 'administrator')]))
      .execute();
    const user = active.find((row) => row.username === username);
    if (user === undefined) throw unknownUser(username);
    // One of last resort has a password here: the provider may be away, or say anything.
    const isLocal = (row: { password_hash: string }): boolean => row.password_hash !== NO_PASSWORD;
    const isOther = (row: (typeof active)[number]): boolean =>
      row.role === 'administrator' && row.username !== username && isLocal(row);
    if (user.role === 'administrator' && !active.some(isOther)) {
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
