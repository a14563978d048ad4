/** Takes a lock-out back before its time: wrong passwords of strangers, and of the person's own browsers, count no more. */
import { writeAudit } from '../audit.ts';
import type { Registry } from '../database.ts';
import { userIn, type UserBy } from '../user-acts.ts';

/** @throws RefusalError user-unknown */
export async function unlockUser(registry: Registry, name: string, { actor, scope }: UserBy): Promise<void> {
  await registry.db.transaction().execute(async (trx) => {
    const { id, username, agency_id: agencyId } = await userIn(trx, name, scope);
    const fresh = { failed_attempts: 0, locked_until_ms: null };
    await trx.updateTable('user_account').set(fresh).where('id', '=', id).execute();
    await trx.updateTable('user_device').set(fresh).where('user_id', '=', id).execute();
    const entry = { actor, action: 'user.unlock', target: `user:${username}`, agencyId };
    await writeAudit(trx, registry.now(), entry);
  });
}
