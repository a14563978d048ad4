/**
 * Where failed logins are counted. A browser in which the person has signed in before counts by itself, so strangers who guess can
 * lock out strangers only; the account counts for all others; and each client address counts over all accounts.
 */
import type { RegistryDb } from './database.ts';

/** Failures of an account before the first lock, and the locks that follow: 30 s, doubling to 15 min. */
const FAILURES_FREE = 5;
const LOCK_MS_MIN = 30_000;
const LOCK_MS_MAX = 900_000;
/** An agency signs in behind one address. */
const ADDRESS_FAILURES_FREE = 30;
/** After so long without a failure an address begins anew. */
const ADDRESS_MEMORY_MS = 3_600_000;
/** A browser that failed so often is a stranger. */
const DEVICE_FAILURES_MAX = 10;
const DEVICE_MS_MAX = 90 * 86_400_000;
const DEVICES_MAX = 20;

/** How long an account is locked after so many failures in a row. */
export function lockMs(failures: number, free = FAILURES_FREE): number {
  if (failures < free) return 0;
  return Math.min(LOCK_MS_MAX, LOCK_MS_MIN * 2 ** Math.min(failures - free, 10));
}

export interface KnownDevice {
  idHash: string;
  failures: number;
  lockedUntilMs: number;
}

export async function findDevice(
  trx: RegistryDb,
  { userId, idHash, nowMs }: { userId: number; idHash: string; nowMs: number },
): Promise<KnownDevice | undefined> {
  const row = await trx
    .selectFrom('user_device')
    .select(['failed_attempts', 'locked_until_ms'])
    .where('id_hash', '=', idHash)
    .where('user_id', '=', userId)
    .where('last_used_ms', '>', nowMs - DEVICE_MS_MAX)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return { idHash, failures: row.failed_attempts, lockedUntilMs: row.locked_until_ms ?? 0 };
}

export async function noteDeviceFailure(trx: RegistryDb, device: KnownDevice, nowMs: number): Promise<void> {
  const failures = device.failures + 1;
  if (failures >= DEVICE_FAILURES_MAX) {
    await trx.deleteFrom('user_device').where('id_hash', '=', device.idHash).execute();
    return;
  }
  const lock = lockMs(failures);
  await trx
    .updateTable('user_device')
    .set({ failed_attempts: failures, locked_until_ms: lock === 0 ? null : nowMs + lock })
    .where('id_hash', '=', device.idHash)
    .execute();
}

/** The browser is known from now on; the oldest of too many is forgotten. */
export async function rememberDevice(
  trx: RegistryDb,
  { userId, idHash, nowMs }: { userId: number; idHash: string; nowMs: number },
): Promise<void> {
  const fresh = { last_used_ms: nowMs, failed_attempts: 0, locked_until_ms: null };
  await trx
    .insertInto('user_device')
    .values({ id_hash: idHash, user_id: userId, created_ms: nowMs, ...fresh })
    .onConflict((conflict) => conflict.column('id_hash').doUpdateSet({ user_id: userId, ...fresh }))
    .execute();
  const all = await trx
    .selectFrom('user_device')
    .select('id_hash')
    .where('user_id', '=', userId)
    .orderBy('last_used_ms', 'desc')
    .execute();
  for (const old of all.slice(DEVICES_MAX))
    await trx.deleteFrom('user_device').where('id_hash', '=', old.id_hash).execute();
}

export async function isAddressLocked(db: RegistryDb, address: string, nowMs: number): Promise<boolean> {
  const row = await db
    .selectFrom('login_address')
    .select('locked_until_ms')
    .where('address', '=', address)
    .executeTakeFirst();
  return (row?.locked_until_ms ?? 0) > nowMs;
}

export async function noteAddressFailure(trx: RegistryDb, address: string, nowMs: number): Promise<void> {
  await trx
    .deleteFrom('login_address')
    .where('last_ms', '<=', nowMs - ADDRESS_MEMORY_MS)
    .execute();
  const row = await trx
    .selectFrom('login_address')
    .select('failed_attempts')
    .where('address', '=', address)
    .executeTakeFirst();
  const failed_attempts = (row?.failed_attempts ?? 0) + 1;
  const lock = lockMs(failed_attempts, ADDRESS_FAILURES_FREE);
  const values = { failed_attempts, locked_until_ms: lock === 0 ? null : nowMs + lock, last_ms: nowMs };
  await trx
    .insertInto('login_address')
    .values({ address, ...values })
    .onConflict((conflict) => conflict.column('address').doUpdateSet(values))
    .execute();
}
