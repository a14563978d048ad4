/**
 * What administrators do to accounts of their part of the tree: change role and agency, disable and let in again, invite. Whoever's
 * rights change is signed out; the last administrator of the whole tree stays one.
 */
import type { PersonRole } from '../api/contract.ts';
import { type AgencyScope, inScope, requireAgency, rootAgencyId } from './agencies.ts';
import { endDetail, isLiveAccount, requireFutureEnd } from './account-end.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { checkStrength } from './password-policy.ts';
import { hashPassword, PASSWORD_COST, type PasswordCost } from './passwords.ts';
import { RefusalError } from './refusal.ts';
import { hashSecret } from './secrets.ts';
import { externalUser, NO_PASSWORD, normalizeUsername } from './users.ts';

const INVITATION_MS = 3 * 86_400_000;

export interface UserBy {
  actor: string;
  scope: AgencyScope;
}

export interface UserChange {
  role?: PersonRole | undefined;
  agencyId?: number | undefined;
  disabled?: boolean | undefined;
  displayName?: string | null | undefined;
  email?: string | null | undefined;
  /** Null: it has no end. */
  endsMs?: number | null | undefined;
}

/** @throws RefusalError user-unknown */
export async function userIn(trx: RegistryDb, name: string, scope: AgencyScope) {
  const username = normalizeUsername(name);
  const user = await trx
    .selectFrom('user_account')
    .select(['id', 'username', 'role', 'agency_id', 'disabled_ms', 'ends_ms', 'external_issuer'])
    .where('username', '=', username)
    .executeTakeFirst();
  if (user !== undefined && inScope(scope, user.agency_id)) return user;
  throw new RefusalError('user-unknown', username, `there is no user "${username}"`);
}

/** @throws RefusalError agency-unknown, also for one outside the scope */
async function agencyIn(trx: RegistryDb, agencyId: number, scope: AgencyScope): Promise<void> {
  if (!inScope(scope, agencyId))
    throw new RefusalError('agency-unknown', String(agencyId), `there is no agency ${agencyId}`);
  await requireAgency(trx, agencyId);
}

/** @throws RefusalError user-last-administrator */
export async function keepAnAdministrator(
  trx: RegistryDb,
  user: { id: number; username: string },
): Promise<void> {
  const other = await trx
    .selectFrom('user_account')
    .select('id')
    .where('role', '=', 'administrator')
    .where('agency_id', '=', await rootAgencyId(trx))
    .where('disabled_ms', 'is', null)
    .where('ends_ms', 'is', null)
    .where('password_hash', '!=', NO_PASSWORD)
    .where('id', '!=', user.id)
    .executeTakeFirst();
  if (other !== undefined) return;
  throw new RefusalError(
    'user-last-administrator',
    user.username,
    `"${user.username}" is the last administrator; create another one first`,
  );
}

/** @throws RefusalError user-unknown, agency-unknown, user-last-administrator, user-ends-past */
export async function changeUser(
  registry: Registry,
  name: string,
  change: UserChange,
  { actor, scope }: UserBy,
): Promise<void> {
  const nowMs = registry.now();
  requireFutureEnd(change.endsMs, nowMs);
  await registry.db.transaction().execute(async (trx) => {
    const user = await userIn(trx, name, scope);
    if (change.agencyId !== undefined) await agencyIn(trx, change.agencyId, scope);
    const role = change.role ?? user.role;
    const agencyId = change.agencyId ?? user.agency_id;
    const isDisabled = change.disabled ?? user.disabled_ms !== null;
    const endsMs = change.endsMs === undefined ? user.ends_ms : change.endsMs;
    if (change.disabled === false) requireFutureEnd(endsMs, nowMs);
    const losesRights = role !== user.role || agencyId !== user.agency_id || isDisabled;
    const wasAdministrator =
      user.role === 'administrator' &&
      user.disabled_ms === null &&
      user.ends_ms === null &&
      user.agency_id === (await rootAgencyId(trx));
    if (wasAdministrator && (losesRights || endsMs !== null)) await keepAnAdministrator(trx, user);
    await trx
      .updateTable('user_account')
      .set((eb) => ({
        role,
        agency_id: agencyId,
        disabled_ms: isDisabled ? (user.disabled_ms ?? nowMs) : null,
        ends_ms: endsMs,
        version: eb('version', '+', 1),
        // A role that an administrator gives stands until mapped groups say another.
        ...(user.external_issuer !== null && (change.role !== undefined || change.agencyId !== undefined)
          ? { external_role: 'local' as const }
          : {}),
        ...(change.displayName === undefined ? {} : { display_name: change.displayName }),
        ...(change.email === undefined ? {} : { email: change.email }),
      }))
      .where('id', '=', user.id)
      .execute();
    if (losesRights) await trx.deleteFrom('user_session').where('user_id', '=', user.id).execute();
    const detail = {
      from: {
        role: user.role,
        agencyId: user.agency_id,
        disabled: user.disabled_ms !== null,
        ...endDetail(user.ends_ms),
      },
      to: { role, agencyId, disabled: isDisabled, ...endDetail(endsMs) },
    };
    await writeAudit(trx, nowMs, {
      actor,
      action: 'user.change',
      target: `user:${user.username}`,
      agencyId,
      detail,
    });
  });
}

async function newInvitation(trx: RegistryDb, registry: Registry, userId: number): Promise<Invitation> {
  const secret = registry.random(32).toString('base64url');
  const nowMs = registry.now();
  const expiresMs = nowMs + INVITATION_MS;
  await trx.deleteFrom('user_invitation').where('user_id', '=', userId).execute();
  await trx
    .insertInto('user_invitation')
    .values({ token_hash: hashSecret(secret), user_id: userId, created_ms: nowMs, expires_ms: expiresMs })
    .execute();
  return { secret, expiresMs };
}

export interface Invitation {
  /** Shown once: who has it sets the account's password. */
  secret: string;
  expiresMs: number;
}

/** A new account without a password, and what its owner sets one with. @throws RefusalError user-exists, agency-unknown, user-ends-past */
export async function inviteUser(
  registry: Registry,
  wanted: {
    username: string;
    role: PersonRole;
    agencyId: number;
    displayName?: string | undefined;
    email?: string | undefined;
    endsMs?: number | undefined;
  },
  { actor, scope }: UserBy,
): Promise<Invitation> {
  const username = normalizeUsername(wanted.username);
  const nowMs = registry.now();
  requireFutureEnd(wanted.endsMs, nowMs);
  return registry.db.transaction().execute(async (trx) => {
    await agencyIn(trx, wanted.agencyId, scope);
    const row = await trx
      .insertInto('user_account')
      .values({
        username,
        password_hash: NO_PASSWORD,
        role: wanted.role,
        agency_id: wanted.agencyId,
        must_change_password: 0,
        created_ms: nowMs,
        password_changed_ms: nowMs,
        failed_attempts: 0,
        display_name: wanted.displayName ?? null,
        email: wanted.email ?? null,
        ends_ms: wanted.endsMs ?? null,
      })
      .onConflict((conflict) => conflict.column('username').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (row === undefined)
      throw new RefusalError('user-exists', username, `there is already a user "${username}"`);
    const { role, agencyId } = wanted;
    await writeAudit(trx, nowMs, {
      actor,
      action: 'user.invite',
      target: `user:${username}`,
      agencyId,
      detail: { role, agencyId, ...endDetail(wanted.endsMs ?? null) },
    });
    return newInvitation(trx, registry, row.id);
  });
}

/** A link to set the password anew; the old one and all sessions end at once. @throws RefusalError user-unknown, user-external */
export async function resetUser(
  registry: Registry,
  name: string,
  { actor, scope }: UserBy,
): Promise<Invitation> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const user = await userIn(trx, name, scope);
    if (user.external_issuer !== null) throw externalUser(user.username);
    if (user.role === 'administrator') await keepAnAdministrator(trx, user);
    await trx
      .updateTable('user_account')
      .set({ password_hash: NO_PASSWORD })
      .where('id', '=', user.id)
      .execute();
    await trx.deleteFrom('user_session').where('user_id', '=', user.id).execute();
    await trx.deleteFrom('user_device').where('user_id', '=', user.id).execute();
    await writeAudit(trx, nowMs, {
      actor,
      action: 'user.reset',
      target: `user:${user.username}`,
      agencyId: user.agency_id,
    });
    return newInvitation(trx, registry, user.id);
  });
}

const unknownInvitation = (): RefusalError =>
  new RefusalError('invitation-unknown', '', 'this invitation is used or has expired: ask for a new one');

/** The account that a usable invitation is for. */
const invitedBy = (db: RegistryDb, secret: string, nowMs: number) =>
  db
    .selectFrom('user_invitation')
    .innerJoin('user_account', 'user_account.id', 'user_invitation.user_id')
    .innerJoin('agency', 'agency.id', 'user_account.agency_id')
    .select([
      'user_account.id',
      'user_account.username',
      'user_account.display_name as displayName',
      'user_account.role',
      'agency.name as agencyName',
      'user_invitation.expires_ms as expiresMs',
    ])
    .where('token_hash', '=', hashSecret(secret))
    .where('user_invitation.expires_ms', '>', nowMs)
    .where(isLiveAccount(nowMs))
    .executeTakeFirst();

/** Whose account an invitation is for. @throws RefusalError invitation-unknown for one that is used, expired or of a disabled account */
export async function lookAtInvitation(registry: Registry, secret: string) {
  const invited = await invitedBy(registry.db, secret, registry.now());
  if (invited === undefined) throw unknownInvitation();
  return invited;
}

/** @throws RefusalError invitation-unknown as `lookAtInvitation`; password-weak */
export async function acceptInvitation(
  registry: Registry,
  { secret, password }: { secret: string; password: string },
  cost: PasswordCost = PASSWORD_COST,
): Promise<string> {
  const invited = await lookAtInvitation(registry, secret);
  checkStrength(password, invited.username);
  const passwordHash = await hashPassword(password, registry.random, cost);
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    // Looked for again: two who came at the same time are not both let in.
    const user = await invitedBy(trx, secret, registry.now());
    if (user === undefined) throw unknownInvitation();
    await trx.deleteFrom('user_invitation').where('user_id', '=', user.id).execute();
    await trx
      .updateTable('user_account')
      .set({
        password_hash: passwordHash,
        must_change_password: 0,
        password_changed_ms: nowMs,
        failed_attempts: 0,
        locked_until_ms: null,
      })
      .where('id', '=', user.id)
      .execute();
    await writeAudit(trx, nowMs, {
      actor: `user:${user.username}`,
      action: 'user.accept',
      target: `user:${user.username}`,
    });
    return user.username;
  });
}
