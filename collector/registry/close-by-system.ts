/** An alert that nobody needs to look at any more is closed by the house, on record: in its history and in the audit trail. */
import { writeHistory } from './alert-history.ts';
import { writeAudit } from './audit.ts';
import type { RegistryTransaction } from './database.ts';

/**
 * @param alert `from`: the state it is in; `lastSeenMs`: when what it tells of was seen last, left out to stay as it is
 */
export async function closeBySystem(
  trx: RegistryTransaction,
  alert: { id: string; from: string; reason: string; lastSeenMs?: number | undefined },
  nowMs: number,
): Promise<void> {
  const { id, from, reason, lastSeenMs } = alert;
  await trx
    .updateTable('alert')
    .set((eb) => ({
      state: 'closed',
      closed: 1,
      closed_ms: nowMs,
      state_by: 'system',
      state_reason: reason,
      updated_ms: nowMs,
      version: eb('version', '+', 1),
      ...(lastSeenMs === undefined ? {} : { last_seen_ms: lastSeenMs }),
    }))
    .where('id', '=', id)
    .execute();
  await writeHistory(trx, nowMs, {
    alertId: id,
    actor: 'system',
    action: 'alert.state',
    changes: { state: [from, 'closed'] },
    reason,
  });
  await writeAudit(trx, nowMs, {
    actor: 'system',
    action: 'alert.state',
    target: `alert:${id}`,
    detail: { from, to: 'closed', reason },
  });
}
