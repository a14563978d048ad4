/** What was done to an alert, by whom and why. Rows are only ever added, in the transaction of the act. */
import { z } from 'zod';
import type { RegistryDb, RegistryTransaction } from './database.ts';

/** Field -> before and after. */
export type AlertChanges = Record<string, [before: unknown, after: unknown]>;

export interface AlertAct {
  alertId: string;
  /** As in the audit trail. */
  actor: string;
  action: string;
  changes: AlertChanges;
  reason?: string | undefined;
  jobId?: string | undefined;
}

export interface AlertHistoryEntry extends AlertAct {
  id: number;
  version: number;
  atMs: number;
}

/** Rows in one statement. */
const ROWS_MAX = 100;

export const changesSchema = z.record(z.string(), z.tuple([z.unknown(), z.unknown()]));

/** After the alert itself was written: its version is taken from there. */
export async function writeHistory(trx: RegistryTransaction, nowMs: number, act: AlertAct): Promise<void> {
  const { version } = await trx
    .selectFrom('alert')
    .select('version')
    .where('id', '=', act.alertId)
    .executeTakeFirstOrThrow();
  await writeHistories(trx, nowMs, [{ ...act, version }]);
}

/** Of alerts whose versions are known. */
export async function writeHistories(
  trx: RegistryTransaction,
  nowMs: number,
  acts: readonly (AlertAct & { version: number })[],
): Promise<void> {
  for (let at = 0; at < acts.length; at += ROWS_MAX) {
    await trx
      .insertInto('alert_history')
      .values(
        acts.slice(at, at + ROWS_MAX).map((act) => ({
          alert_id: act.alertId,
          version: act.version,
          at_ms: nowMs,
          actor: act.actor,
          action: act.action,
          changes: JSON.stringify(act.changes),
          reason: act.reason ?? null,
          job_id: act.jobId ?? null,
        })),
      )
      .execute();
  }
}

/** Newest first. */
export async function readHistory(
  db: RegistryDb,
  alertId: string,
  page: { limit: number; beforeId?: number | undefined },
): Promise<AlertHistoryEntry[]> {
  let query = db
    .selectFrom('alert_history')
    .select(['id', 'alert_id', 'version', 'at_ms', 'actor', 'action', 'changes', 'reason', 'job_id'])
    .where('alert_id', '=', alertId)
    .orderBy('id', 'desc')
    .limit(page.limit);
  if (page.beforeId !== undefined) query = query.where('id', '<', page.beforeId);
  return (await query.execute()).map((row) => ({
    id: row.id,
    alertId: row.alert_id,
    version: row.version,
    atMs: row.at_ms,
    actor: row.actor,
    action: row.action,
    changes: changesSchema.parse(JSON.parse(row.changes)),
    reason: row.reason ?? undefined,
    jobId: row.job_id ?? undefined,
  }));
}
