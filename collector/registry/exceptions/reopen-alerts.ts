/**
 * At the end of an exception the alerts that its approval closed are work again. Invariant: only those that nobody has
 * touched since; they are new, due from now on, and their history says why.
 */
import { z } from 'zod';
import { dueAfterMs } from '../../alert/due-times.ts';
import { severitySchema } from '../../api/contract-vocabulary.ts';
import { writeHistories } from '../alert-history.ts';
import type { RegistryDb, RegistryTransaction } from '../database.ts';
import type { JobPreview, StepOutcome } from '../jobs.ts';

export const REOPEN_KIND = 'exception.reopen';

export const reopenParamsSchema = z.strictObject({
  exceptionId: z.int(),
  /** The job that closed them. */
  jobId: z.string().max(64),
  reason: z.string().max(4_096),
});
export type ReopenParams = z.infer<typeof reopenParamsSchema>;

const cursorSchema = z.object({ after: z.string() }).nullable();

export async function countClosed(db: RegistryDb, jobId: string): Promise<number> {
  const { total } = await db
    .selectFrom('bulk_item')
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .where('job_id', '=', jobId)
    .executeTakeFirstOrThrow();
  return total;
}

export async function previewReopen(db: RegistryDb, { jobId }: ReopenParams): Promise<JobPreview> {
  const total = await countClosed(db, jobId);
  return { total, changes: total, skipped: {}, sample: [], needsApproval: [] };
}

export async function reopenStep(
  trx: RegistryTransaction,
  { jobId, reason }: ReopenParams,
  context: { ownJobId: string; actor: string; cursor: unknown; rowsMax: number; nowMs: number },
): Promise<StepOutcome> {
  const { ownJobId, actor, rowsMax, nowMs } = context;
  const after = cursorSchema.parse(context.cursor)?.after ?? '';
  const rows = await trx
    .selectFrom('bulk_item')
    .innerJoin('alert', 'alert.id', 'bulk_item.alert_id')
    .select([
      'alert.id',
      'alert.version',
      'alert.closed',
      'alert.verdict',
      'alert.severity',
      'alert.system_level',
      'bulk_item.version_after',
    ])
    .where('bulk_item.job_id', '=', jobId)
    .where('bulk_item.alert_id', '>', after)
    .orderBy('bulk_item.alert_id')
    .limit(rowsMax)
    .execute();
  const back = rows.filter(({ version, version_after, closed }) => version === version_after && closed === 1);
  for (const row of back) {
    const dueMs = dueAfterMs(severitySchema.parse(row.severity), row.system_level);
    await trx
      .updateTable('alert')
      .set({
        state: 'new',
        closed: 0,
        closed_ms: null,
        verdict: null,
        state_by: actor,
        state_reason: reason,
        due_ms: dueMs === null ? null : nowMs + dueMs,
        updated_ms: nowMs,
        version: row.version + 1,
      })
      .where('id', '=', row.id)
      .execute();
  }
  await writeHistories(
    trx,
    nowMs,
    back.map(({ id, version, verdict }) => ({
      alertId: id,
      actor,
      action: REOPEN_KIND,
      changes: { state: ['closed', 'new'], verdict: [verdict, null] },
      reason,
      jobId: ownJobId,
      version: version + 1,
    })),
  );
  const kept = rows.length - back.length;
  return {
    cursor: { after: rows.at(-1)?.id ?? after },
    done: rows.length,
    changed: back.length,
    skipped: kept > 0 ? { 'edited-since': kept } : {},
    isEnd: rows.length < rowsMax,
  };
}
