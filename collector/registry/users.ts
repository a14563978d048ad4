/** The accounts of people who sign in. */
import type { Role } from '../api/contract.ts';
import { endDetail, isShut, requireFutureEnd } from './account-end.ts';
import { requireAgency, rootAgencyId } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { Registry } from './database.ts';
import { checkStrength, PASSWORD_LIMITS } from './password-policy.ts';
import { hashPassword, PASSWORD_COST, type PasswordCost } from './passwords.ts';
import { RefusalError } from './refusal.ts';
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
  /** When it ends by itself; it is told as disabled then. */
  endsMs: number | null;
}

/** One name for all ways to type it. */
export function normalizeUsername(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}

export function unknownUser(username: string): RefusalError {
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

/** @throws RefusalError user-exists, user-ends-past, agency-unknown, password-weak */
export async function createUser(
  registry: Registry,
  wanted: {
    username: string;
    password: string;
    role: Role;
    agencyId?: number | undefined;
    mustChangePassword: boolean;
    endsMs?: number | undefined;
  },
  actor: string,
  cost: PasswordCost = PASSWORD_COST,
): Promise<User> {
  const username = normalizeUsername(wanted.username);
  checkStrength(wanted.password, username);
  const passwordHash = await hashPassword(wanted.password, registry.random, cost);
  const nowMs = registry.now();
  requireFutureEnd(wanted.endsMs, nowMs);
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
        ends_ms: wanted.endsMs ?? null,
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
      detail: { role: wanted.role, agencyId, ...endDetail(wanted.endsMs ?? null) },
    });
    const { role, mustChangePassword } = wanted;
    return { id: row.id, username, role, agencyId, mustChangePassword };
  });
}

function stateOf(
  row: Pick<UserTable, 'disabled_ms' | 'ends_ms' | 'locked_until_ms' | 'password_hash' | 'external_role'>,
  nowMs: number,
): UserRecord['state'] {
  if (isShut(row, nowMs)) return 'disabled';
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
      'ends_ms',
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
    endsMs: row.ends_ms,
  }));
}

/** Ends their sessions too. @throws RefusalError user-unknown, user-last-administrator */
export async function disableUser(registry: Registry, name: string, actor: string): Promise<void> {
  const username = normalizeUsername(name);
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    const active = await trx
      .selectFrom('user_account')
      .select(['id', 'username', 'role', 'password_hash', 'ends_ms'])
      .where('disabled_ms', 'is', null)
      .where((eb) => eb.or([eb('username', '=', username), eb('role', '=', 'administrator')]))
      .execute();
    const user = active.find((row) => row.username === username);
    if (user === undefined) throw unknownUser(username);
    // One of last resort has a password here: the provider may be away, or say anything.
    const isLasting = (row: (typeof active)[number]): boolean =>
      row.password_hash !== NO_PASSWORD && row.ends_ms === null;
    const isOther = (row: (typeof active)[number]): boolean =>
      row.role === 'administrator' && row.username !== username && isLasting(row);
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
