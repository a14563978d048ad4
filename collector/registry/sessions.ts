/** Console sessions: a random cookie of which only the hash is stored, with an idle and an absolute end. */
import type { Registry } from './database.ts';
import { hashSecret } from './secrets.ts';
import type { User } from './users.ts';

export const SESSION_LIMITS = {
  idleMs: 3_600_000,
  absoluteMs: 12 * 3_600_000,
  /** Live sessions of one person; the oldest ends when one more begins. */
  perUserMax: 20,
} as const;
/** Use is written at most this often. */
const TOUCH_MS = 60_000;

export interface SessionUser extends User {
  /** Names the session without giving it away. */
  sessionHash: string;
}

/** @returns the cookie's value, known to nobody else. */
export async function createSession(registry: Registry, userId: number): Promise<string> {
  const value = registry.random(32).toString('base64url');
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    await trx
      .deleteFrom('user_session')
      .where((eb) =>
        eb.or([eb('expires_ms', '<=', nowMs), eb('last_used_ms', '<=', nowMs - SESSION_LIMITS.idleMs)]),
      )
      .execute();
    const live = await trx
      .selectFrom('user_session')
      .select('id_hash')
      .where('user_id', '=', userId)
      .orderBy('last_used_ms', 'desc')
      .execute();
    for (const old of live.slice(SESSION_LIMITS.perUserMax - 1)) {
      await trx.deleteFrom('user_session').where('id_hash', '=', old.id_hash).execute();
    }
    await trx
      .insertInto('user_session')
      .values({
        id_hash: hashSecret(value),
        user_id: userId,
        created_ms: nowMs,
        last_used_ms: nowMs,
        expires_ms: nowMs + SESSION_LIMITS.absoluteMs,
      })
      .execute();
  });
  return value;
}

/**
 * Who holds the session now; undefined when it ended or the person is disabled.
 * @param session cookie's value, or the hash of it
 * @param touch counts as use, which puts the idle end off
 */
export async function findSession(
  registry: Registry,
  session: { value: string } | { hash: string },
  touch: boolean,
): Promise<SessionUser | undefined> {
  const nowMs = registry.now();
  const sessionHash = 'value' in session ? hashSecret(session.value) : session.hash;
  const row = await registry.db
    .selectFrom('user_session')
    .innerJoin('user_account', 'user_account.id', 'user_session.user_id')
    .select([
      'user_account.id',
      'user_account.username',
      'user_account.role',
      'user_account.agency_id',
      'user_account.must_change_password',
      'user_session.last_used_ms',
    ])
    .where('user_session.id_hash', '=', sessionHash)
    .where('user_session.expires_ms', '>', nowMs)
    .where('user_session.last_used_ms', '>', nowMs - SESSION_LIMITS.idleMs)
    .where('user_account.disabled_ms', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (touch && row.last_used_ms <= nowMs - TOUCH_MS) {
    await registry.db
      .updateTable('user_session')
      .set({ last_used_ms: nowMs })
      .where('id_hash', '=', sessionHash)
      .execute();
  }
  return {
    id: row.id,
    username: row.username,
    role: row.role,
    agencyId: row.agency_id,
    mustChangePassword: row.must_change_password === 1,
    sessionHash,
  };
}

/** Ends the session; ending it twice is no error. */
export async function endSession(registry: Registry, sessionHash: string): Promise<void> {
  await registry.db.deleteFrom('user_session').where('id_hash', '=', sessionHash).execute();
}
