/** Whose a session is, as the identity provider knows them. */
import { isLiveAccount } from '../account-end.ts';
import type { Registry } from '../database.ts';

/** Undefined when the session is over, or its person signs in with a password. */
export async function sessionHolder(
  { db, now }: Pick<Registry, 'db' | 'now'>,
  sessionHash: string,
): Promise<{ username: string; issuer: string; subject: string } | undefined> {
  const row = await db
    .selectFrom('user_session')
    .innerJoin('user_account', 'user_account.id', 'user_session.user_id')
    .select(['username', 'external_issuer as issuer', 'external_subject as subject'])
    .where('id_hash', '=', sessionHash)
    .where('expires_ms', '>', now())
    .where(isLiveAccount(now()))
    .executeTakeFirst();
  if (row === undefined || row.issuer === null || row.subject === null) return undefined;
  return { username: row.username, issuer: row.issuer, subject: row.subject };
}
