/**
 * Who an account is at the provider, as administrators set it. An account has either a password or a provider: with a link its
 * password ends, and the last administrator who signs in here stays one who does.
 */
import { inScope } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { Registry } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { keepAnAdministrator, userIn, type UserBy } from '../user-acts.ts';
import { NO_PASSWORD } from '../users.ts';

/** @throws RefusalError user-unknown, user-last-administrator, user-linked when somebody else is that person */
export async function linkUser(
  registry: Registry,
  name: string,
  { issuer, subject }: { issuer: string; subject: string },
  { actor, scope }: UserBy,
): Promise<void> {
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    const user = await userIn(trx, name, scope);
    if (user.role === 'administrator') await keepAnAdministrator(trx, user);
    const other = await trx
      .selectFrom('user_account')
      .select(['id', 'username', 'agency_id'])
      .where('external_issuer', '=', issuer)
      .where('external_subject', '=', subject)
      .where('id', '!=', user.id)
      .executeTakeFirst();
    if (other !== undefined) {
      const who = inScope(scope, other.agency_id) ? `"${other.username}"` : 'another account';
      throw new RefusalError('user-linked', user.username, `that person is ${who} already`);
    }
    await trx
      .updateTable('user_account')
      .set((eb) => ({
        external_issuer: issuer,
        external_subject: subject,
        external_role: 'local',
        password_hash: NO_PASSWORD,
        version: eb('version', '+', 1),
      }))
      .where('id', '=', user.id)
      .execute();
    await trx.deleteFrom('user_session').where('user_id', '=', user.id).execute();
    await trx.deleteFrom('user_invitation').where('user_id', '=', user.id).execute();
    await writeAudit(trx, nowMs, {
      actor,
      action: 'user.link',
      target: `user:${user.username}`,
      agencyId: user.agency_id,
      detail: { issuer, subject },
    });
  });
}

/** The account is local again, and needs a new password: reset it. @throws RefusalError user-unknown */
export async function unlinkUser(registry: Registry, name: string, { actor, scope }: UserBy): Promise<void> {
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    const user = await userIn(trx, name, scope);
    await trx
      .updateTable('user_account')
      .set((eb) => ({
        external_issuer: null,
        external_subject: null,
        external_role: null,
        version: eb('version', '+', 1),
      }))
      .where('id', '=', user.id)
      .execute();
    await trx.deleteFrom('user_session').where('user_id', '=', user.id).execute();
    await writeAudit(trx, nowMs, {
      actor,
      action: 'user.unlink',
      target: `user:${user.username}`,
      agencyId: user.agency_id,
    });
  });
}
