/** What an act on a request leaves behind: its row of the request's history, of the audit trail, and of the alerts' histories. */
import { writeHistories } from '../alert-history.ts';
import { writeAudit } from '../audit.ts';
import type { RegistryTransaction } from '../database.ts';

export interface RequestAct {
  id: string;
  agencyId: number;
  /** As in the audit trail. */
  actor: string;
  /** `request.VERB` */
  action: string;
  reason?: string | undefined;
  detail?: Record<string, unknown> | undefined;
}

/** After the request itself was written. */
export async function logRequest(trx: RegistryTransaction, nowMs: number, act: RequestAct): Promise<void> {
  const { id, agencyId, actor, action, reason, detail = {} } = act;
  const { version } = await trx
    .selectFrom('agency_request')
    .select('version')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  await trx
    .insertInto('request_event')
    .values({
      request_id: id,
      version,
      at_ms: nowMs,
      actor,
      action,
      reason: reason ?? null,
      detail: JSON.stringify(detail),
    })
    .execute();
  await writeAudit(trx, nowMs, {
    actor,
    action,
    target: `request:${id}`,
    agencyId,
    detail: { ...detail, ...(reason === undefined ? {} : { reason }) },
  });
}

/** Alerts that the request is about show the act in their histories. @returns their ids */
export async function logOnAlerts(
  trx: RegistryTransaction,
  nowMs: number,
  act: { id: string; actor: string; action: string; said: string; reason?: string | undefined },
): Promise<string[]> {
  const touched = await trx
    .updateTable('alert')
    .set((eb) => ({ updated_ms: nowMs, version: eb('version', '+', 1) }))
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('request_subject')
        .select('ref')
        .where('request_id', '=', act.id)
        .where('kind', '=', 'alert'),
    )
    .returning(['id', 'version'])
    .execute();
  await writeHistories(
    trx,
    nowMs,
    touched.map(({ id, version }) => ({
      alertId: id,
      version,
      actor: act.actor,
      action: act.action,
      changes: { request: [act.id, act.said] },
      reason: act.reason,
    })),
  );
  return touched.map(({ id }) => id);
}
