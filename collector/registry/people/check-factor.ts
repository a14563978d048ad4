/** The second factor alone, for who signed in at the identity provider and is asked for it here. Guesses count as those of passwords do. */
import { isLiveAccount } from '../account-end.ts';
import type { Registry } from '../database.ts';
import { findDevice, isAddressLocked, noteAddressFailure, noteDeviceFailure } from '../login-lanes.ts';
import { useCode } from '../second-factor.ts';
import { hashSecret } from '../secrets.ts';
import { noteAccountFailure } from './check-login.ts';

export interface FactorAttempt {
  username: string;
  code: string;
  /** Client, as limits count it. */
  address: string;
  /** Secret of a browser in which the person signed in before. */
  device?: string | undefined;
}

/** Whether the code is right, which uses it up. */
export async function checkFactor(
  registry: Registry,
  { username, code, address, device: secret }: FactorAttempt,
): Promise<boolean> {
  return registry.db.transaction().execute(async (trx) => {
    const nowMs = registry.now();
    const row = await trx
      .selectFrom('user_account')
      .select(['id', 'totp_secret', 'totp_since_ms', 'totp_last_step', 'failed_attempts', 'locked_until_ms'])
      .where('username', '=', username)
      .where(isLiveAccount(nowMs))
      .executeTakeFirst();
    if (row === undefined || row.totp_since_ms === null) return false;
    const device =
      secret === undefined
        ? undefined
        : await findDevice(trx, { userId: row.id, idHash: hashSecret(secret), nowMs });
    const lockedUntilMs = device === undefined ? (row.locked_until_ms ?? 0) : device.lockedUntilMs;
    if (lockedUntilMs > nowMs || (device === undefined && (await isAddressLocked(trx, address, nowMs))))
      return false;
    if (await useCode(registry, trx, row, code)) {
      if (device === undefined) {
        await trx
          .updateTable('user_account')
          .set({ failed_attempts: 0, locked_until_ms: null })
          .where('id', '=', row.id)
          .execute();
      }
      return true;
    }
    if (device !== undefined) await noteDeviceFailure(trx, device, nowMs);
    else await noteAccountFailure(trx, row.id, row.failed_attempts + 1, nowMs);
    await noteAddressFailure(trx, address, nowMs);
    return false;
  });
}
