/**
 * The second factor of a person: a secret in an authenticator, and recovery codes for who lost it, each for one use and stored by hash
 * only. A secret counts from the moment a code of it was shown to work.
 */
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { openFactor, sealFactor } from './people/sealed-factor.ts';
import { RefusalError } from './refusal.ts';
import { hashSecret } from './secrets.ts';
import { checkTotp, newTotpSecret, totpUri } from './totp.ts';

const RECOVERY_CODES = 10;
/** 128 bits, as of whatever must not be guessed (OWASP ASVS 5.0, 11.5.1); a plain digest protects 112 (6.5.2). */
const RECOVERY_BYTES = 16;
/** Those of before were shorter; they count until they are used or made anew. */
const RECOVERY_FORM =
  /^[0-9a-f]{5}(?:-[0-9a-f]{5}){3}$|^[0-9a-f]{7}(?:-[0-9a-f]{7}){3}$|^[0-9a-f]{8}(?:-[0-9a-f]{8}){3}$/;

interface Holder {
  id: number;
  totp_secret: string | null;
  totp_since_ms: number | null;
  totp_last_step: number | null;
}

/** Whether the code is right, which uses it up; in the transaction of the login. */
export async function useCode(
  registry: Pick<Registry, 'sealingKey' | 'now'>,
  trx: RegistryDb,
  holder: Holder,
  typed: string,
): Promise<boolean> {
  const nowMs = registry.now();
  const code = typed.replaceAll(' ', '').toLowerCase();
  if (RECOVERY_FORM.test(code)) {
    const used = await trx
      .deleteFrom('user_recovery_code')
      .where('code_hash', '=', hashSecret(code))
      .where('user_id', '=', holder.id)
      .executeTakeFirst();
    return used.numDeletedRows > 0n;
  }
  if (holder.totp_secret === null) return false;
  const step = checkTotp(openFactor(registry, holder.id, holder.totp_secret), code, {
    nowMs,
    lastStep: holder.totp_last_step ?? 0,
  });
  if (step === undefined) return false;
  await trx.updateTable('user_account').set({ totp_last_step: step }).where('id', '=', holder.id).execute();
  return true;
}

async function holderOf(trx: RegistryDb, username: string): Promise<Holder> {
  return trx
    .selectFrom('user_account')
    .select(['id', 'totp_secret', 'totp_since_ms', 'totp_last_step'])
    .where('username', '=', username)
    .where('disabled_ms', 'is', null)
    .executeTakeFirstOrThrow();
}

/** A new secret, which counts once confirmed. @throws RefusalError second-factor-set */
export async function beginSecondFactor(
  registry: Registry,
  username: string,
): Promise<{ secret: string; uri: string }> {
  const secret = newTotpSecret(registry.random);
  await registry.db.transaction().execute(async (trx) => {
    const holder = await holderOf(trx, username);
    if (holder.totp_since_ms !== null) {
      throw new RefusalError(
        'second-factor-set',
        username,
        'there is a second factor already: take it away first',
      );
    }
    await trx
      .updateTable('user_account')
      .set({ totp_secret: sealFactor(registry, holder.id, secret), totp_last_step: null })
      .where('id', '=', holder.id)
      .execute();
  });
  return { secret, uri: totpUri(secret, username) };
}

async function renewCodes(trx: RegistryDb, registry: Registry, userId: number): Promise<string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, () =>
    registry
      .random(RECOVERY_BYTES)
      .toString('hex')
      .replaceAll(/(.{8})(?=.)/g, '$1-'),
  );
  await trx.deleteFrom('user_recovery_code').where('user_id', '=', userId).execute();
  const created_ms = registry.now();
  await trx
    .insertInto('user_recovery_code')
    .values(codes.map((code) => ({ code_hash: hashSecret(code), user_id: userId, created_ms })))
    .execute();
  return codes;
}

/**
 * @param keepSession hash of the session that stays; the others were begun without the factor
 * @returns recovery codes, shown once
 * @throws RefusalError second-factor-wrong, second-factor-set
 */
export async function confirmSecondFactor(
  registry: Registry,
  { username, code, keepSession }: { username: string; code: string; keepSession: string },
): Promise<string[]> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const holder = await holderOf(trx, username);
    if (holder.totp_since_ms !== null) {
      throw new RefusalError('second-factor-set', username, 'there is a second factor already');
    }
    if (holder.totp_secret === null || !(await useCode(registry, trx, holder, code))) {
      throw new RefusalError(
        'second-factor-wrong',
        username,
        'the code is wrong; look whether both clocks are right',
      );
    }
    await trx.updateTable('user_account').set({ totp_since_ms: nowMs }).where('id', '=', holder.id).execute();
    await trx
      .deleteFrom('user_session')
      .where('user_id', '=', holder.id)
      .where('id_hash', '!=', keepSession)
      .execute();
    const target = `user:${username}`;
    await writeAudit(trx, nowMs, { actor: target, action: 'user.second-factor', target });
    return renewCodes(trx, registry, holder.id);
  });
}

/** Takes the second factor away: one's own, or of somebody who lost it. Who it is taken from by others is signed out. */
export async function removeSecondFactor(registry: Registry, username: string, actor: string): Promise<void> {
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    const holder = await holderOf(trx, username);
    await trx
      .updateTable('user_account')
      .set({ totp_secret: null, totp_since_ms: null, totp_last_step: null })
      .where('id', '=', holder.id)
      .execute();
    await trx.deleteFrom('user_recovery_code').where('user_id', '=', holder.id).execute();
    if (actor !== `user:${username}`)
      await trx.deleteFrom('user_session').where('user_id', '=', holder.id).execute();
    await writeAudit(trx, nowMs, { actor, action: 'user.second-factor-removed', target: `user:${username}` });
  });
}
