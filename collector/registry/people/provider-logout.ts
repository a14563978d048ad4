/** Somebody signed out at the identity provider: their sessions end here. Invariant: a logout token counts once, over all collectors. */
import { writeAudit } from '../audit.ts';
import type { Registry } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { hashSecret } from '../secrets.ts';

/**
 * Ends the session that began in the provider's `sid`, or all that the person `sub` began there.
 * @param issuer of the token, whose signature was checked
 * @returns how many ended
 * @throws RefusalError logout-token-used
 */
export async function endByProvider(
  registry: Registry,
  issuer: string,
  said: { jti: string; staleMs: number; sub: string | undefined; sid: string | undefined },
): Promise<number> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    await trx.deleteFrom('oidc_logout').where('stale_ms', '<', nowMs).execute();
    const fresh = await trx
      .insertInto('oidc_logout')
      .values({ jti_hash: hashSecret(`${issuer} ${said.jti}`), stale_ms: said.staleMs })
      .onConflict((conflict) => conflict.column('jti_hash').doNothing())
      .executeTakeFirst();
    if ((fresh.numInsertedOrUpdatedRows ?? 0n) === 0n)
      throw new RefusalError('logout-token-used', said.jti, 'this logout token came before');
    let sessions = trx
      .selectFrom('user_session')
      .innerJoin('user_account', 'user_account.id', 'user_session.user_id')
      .select(['user_session.id_hash as hash', 'user_account.username as username'])
      .where('user_session.method', '=', 'oidc')
      .where('user_account.external_issuer', '=', issuer);
    if (said.sub !== undefined) sessions = sessions.where('user_account.external_subject', '=', said.sub);
    if (said.sid !== undefined) sessions = sessions.where('user_session.external_sid', '=', said.sid);
    const ending = await sessions.execute();
    for (const { hash } of ending) await trx.deleteFrom('user_session').where('id_hash', '=', hash).execute();
    for (const [username, own] of Map.groupBy(ending, (one) => one.username)) {
      await writeAudit(trx, nowMs, {
        actor: 'system',
        action: 'session.end-by-provider',
        target: `user:${username}`,
        detail: { ended: own.length },
      });
    }
    return ending.length;
  });
}
