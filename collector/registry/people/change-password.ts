/** Passwords change: by who has them, or by an administrator. A change ends the person's other sessions. */
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { checkStrength } from '../password-policy.ts';
import { hashPassword, PASSWORD_COST, type PasswordCost } from '../passwords.ts';
import { RefusalError } from '../refusal.ts';
import { normalizeUsername, unknownUser, externalUser } from '../users.ts';
import { checkLogin } from './check-login.ts';

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
