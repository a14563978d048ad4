/**
 * What becomes of somebody whom the provider vouches for. Invariants: an account is found by issuer and subject alone, never by a
 * name or a mail address; rights are those of the groups told at this very signing in, and whoever's rights change loses every
 * session held before; who has no mapped group has no role, unless an administrator gave one here.
 */
import { isShut } from '../account-end.ts';
import type { ExternalIdentity } from '../../oidc/external-identity.ts';
import type { PersonRole, Role } from '../../api/contract.ts';
import { rootAgencyId } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb, RegistryTransaction } from '../database.ts';
import { NO_PASSWORD, type User } from '../users.ts';
import { grantOf } from './external-groups.ts';
import { keepGroups } from './groups-told.ts';

export type ExternalFault =
  /** No group of theirs is mapped, and nobody gave them a role here. */
  | 'unmapped'
  /** The same, and an administrator has been asked. */
  | 'pending'
  | 'disabled'
  /** The name is somebody else's: an administrator links the two, or the name changes. */
  | 'name-taken';
export type ExternalOutcome =
  { ok: true; user: User } | { ok: false; fault: ExternalFault; username: string };

type Grant = { role: PersonRole; agencyId: number };

const COLUMNS = ['id', 'username', 'role', 'agency_id', 'disabled_ms', 'ends_ms', 'external_role'] as const;

async function accountOf(trx: RegistryDb, { issuer, subject }: ExternalIdentity) {
  return trx
    .selectFrom('user_account')
    .select(COLUMNS)
    .where('external_issuer', '=', issuer)
    .where('external_subject', '=', subject)
    .executeTakeFirst();
}
type Account = NonNullable<Awaited<ReturnType<typeof accountOf>>>;

/** Notes who came, gives what the groups give and takes what they do not. */
export async function settleExternalLogin(
  registry: Registry,
  identity: ExternalIdentity,
  { unmapped }: { unmapped: 'refuse' | 'pending' },
): Promise<ExternalOutcome> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const grant = await grantOf(trx, identity.groups);
    const known = await accountOf(trx, identity);
    if (known === undefined) return admitNew(trx, identity, grant, { unmapped, nowMs });
    if (isShut(known, nowMs)) return { ok: false, fault: 'disabled', username: known.username };
    const user = await settleRights(trx, known, grant, nowMs);
    await trx
      .updateTable('user_account')
      .set({
        display_name: identity.displayName,
        email: identity.email,
        external_groups: keepGroups(identity.groups),
        ...(user === undefined ? {} : { last_login_ms: nowMs }),
      })
      .where('id', '=', known.id)
      .execute();
    if (user !== undefined) return { ok: true, user };
    return { ok: false, fault: unmapped === 'pending' ? 'pending' : 'unmapped', username: known.username };
  });
}

/** @returns undefined who has no role now */
async function settleRights(
  trx: RegistryTransaction,
  account: Account,
  grant: Grant | undefined,
  nowMs: number,
): Promise<User | undefined> {
  const { id, username } = account;
  if (grant === undefined && account.external_role === 'local') return toUser(account);
  const source = grant === undefined ? 'none' : 'groups';
  const before = { role: account.role, agencyId: account.agency_id, by: account.external_role };
  const after = {
    role: grant?.role ?? ('agency-viewer' satisfies Role),
    agencyId: grant?.agencyId ?? account.agency_id,
    by: source,
  };
  const changes = before.role !== after.role || before.agencyId !== after.agencyId || before.by !== after.by;
  if (changes) {
    await trx
      .updateTable('user_account')
      .set((eb) => ({
        role: after.role,
        agency_id: after.agencyId,
        external_role: source,
        version: eb('version', '+', 1),
      }))
      .where('id', '=', id)
      .execute();
    await trx.deleteFrom('user_session').where('user_id', '=', id).execute();
    await writeAudit(trx, nowMs, {
      actor: 'system',
      action: 'user.groups',
      target: `user:${username}`,
      agencyId: after.agencyId,
      detail: { before, after },
    });
  }
  return grant === undefined ? undefined : toUser({ ...account, ...grant, agency_id: grant.agencyId });
}

function toUser({
  id,
  username,
  role,
  agency_id: agencyId,
}: Pick<Account, 'id' | 'username' | 'role' | 'agency_id'>): User {
  return { id, username, role, agencyId, mustChangePassword: false };
}

async function admitNew(
  trx: RegistryTransaction,
  identity: ExternalIdentity,
  grant: Grant | undefined,
  { unmapped, nowMs }: { unmapped: 'refuse' | 'pending'; nowMs: number },
): Promise<ExternalOutcome> {
  const { username } = identity;
  if (grant === undefined && unmapped === 'refuse') return { ok: false, fault: 'unmapped', username };
  const role = grant?.role ?? 'agency-viewer';
  const agencyId = grant?.agencyId ?? (await rootAgencyId(trx));
  const row = await trx
    .insertInto('user_account')
    .values({
      username,
      password_hash: NO_PASSWORD,
      role,
      agency_id: agencyId,
      must_change_password: 0,
      created_ms: nowMs,
      password_changed_ms: nowMs,
      failed_attempts: 0,
      display_name: identity.displayName,
      email: identity.email,
      external_issuer: identity.issuer,
      external_subject: identity.subject,
      external_role: grant === undefined ? 'none' : 'groups',
      external_groups: keepGroups(identity.groups),
      last_login_ms: grant === undefined ? null : nowMs,
    })
    .onConflict((conflict) => conflict.column('username').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (row === undefined) return { ok: false, fault: 'name-taken', username };
  await writeAudit(trx, nowMs, {
    actor: 'system',
    action: grant === undefined ? 'user.pending' : 'user.join',
    target: `user:${username}`,
    agencyId,
    detail: { issuer: identity.issuer, subject: identity.subject, ...(grant === undefined ? {} : { role }) },
  });
  if (grant === undefined) return { ok: false, fault: 'pending', username };
  return { ok: true, user: { id: row.id, username, role, agencyId, mustChangePassword: false } };
}
