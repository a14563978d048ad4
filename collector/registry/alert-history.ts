/** What was done to an alert, by whom and why. Rows are only ever added, in the transaction of the act. */
import { z } from 'zod';
import { bigint, text } from './typed-value.ts';
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

/** Alerts in one statement. */
const IDS_MAX = 500;

export const changesSchema = z.record(z.string(), z.tuple([z.unknown(), z.unknown()]));

/** After the alert itself was written: its version is taken from there. */
export async function writeHistory(trx: RegistryTransaction, nowMs: number, act: AlertAct): Promise<void> {
  await writeHistories(trx, nowMs, [act]);
}

/**
 * After the alerts themselves were written: their versions are taken from there. The same act on many alerts is one
 * statement, since most of a bulk act's time would go into telling the database the same again and again.
 */
export async function writeHistories(
  trx: RegistryTransaction,
  nowMs: number,
  acts: readonly AlertAct[],
): Promise<void> {
  const same = new Map<string, { act: AlertAct; ids: string[] }>();
  for (const act of acts) {
    const { alertId, ...rest } = act;
    const key = JSON.stringify(rest);
    const known = same.get(key) ?? { act, ids: [] };
    known.ids.push(alertId);
    same.set(key, known);
  }
  for (const { act, ids } of same.values()) {
    for (let at = 0; at < ids.length; at += IDS_MAX) {
      await trx
        .insertInto('alert_history')
        .columns(['alert_id', 'version', 'at_ms', 'actor', 'action', 'changes', 'reason', 'job_id'])
        .expression((eb) =>
          eb
            .selectFrom('alert')
            .select([
              'alert.id',
              'alert.version',
              bigint(nowMs).as('at_ms'),
              text(act.actor).as('actor'),
              text(act.action).as('action'),
              text(JSON.stringify(act.changes)).as('changes'),
              text(act.reason ?? null).as('reason'),
              text(act.jobId ?? null).as('job_id'),
            ])
            .where('alert.id', 'in', ids.slice(at, at + IDS_MAX)),
        )
        .execute();
    }
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
