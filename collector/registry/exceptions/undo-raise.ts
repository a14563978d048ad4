/**
 * Takes back that what an exception hid was raised: alerts that the job opened are closed again. Invariant: only those that nobody has
 * touched, that no case holds and that nothing joined since; what the job added to other alerts stays, and nothing is raised twice.
 */
import type { AgencyScope } from '../agencies.ts';
import { inScope } from '../agencies.ts';
import { writeHistories } from '../alert-history.ts';
import { protectedAmong, type AlertProtector } from '../alert-protectors.ts';
import type { RegistryDb, RegistryTransaction } from '../database.ts';
import type { JobPreview, StepOutcome } from '../jobs.ts';
import { type UndoParams } from '../undo-bulk.ts';
import { z } from 'zod';
import { RAISE_KIND } from './raise-hidden.ts';

export const RAISE_UNDO_KIND = 'exception.raise-undo';
const cursorSchema = z.object({ after: z.string() }).nullable();

/** Alerts that the job opened or added to, by id, with when and at which version it did so last. */
function touchedBy(db: RegistryDb, jobId: string) {
  return db
    .selectFrom('alert_history as act')
    .innerJoin('alert', 'alert.id', 'act.alert_id')
    .select((eb) => [
      'alert.id',
      'alert.state',
      'alert.version',
      'alert.agency_id as agencyId',
      'alert.created_ms as createdMs',
      'alert.updated_ms as updatedMs',
      eb.fn.min('act.at_ms').as('firstMs'),
      eb.fn.max('act.at_ms').as('lastMs'),
      eb.fn.max('act.version').as('versionThen'),
    ])
    .where('act.job_id', '=', jobId)
    .where('act.action', '=', RAISE_KIND)
    .groupBy([
      'alert.id',
      'alert.state',
      'alert.version',
      'alert.agency_id',
      'alert.created_ms',
      'alert.updated_ms',
    ])
    .orderBy('alert.id');
}

type Touched = Awaited<ReturnType<ReturnType<typeof touchedBy>['execute']>>[number];

/** Why it is left as it is; undefined: it is closed. */
function leftBecause(row: Touched, scope: AgencyScope): string | undefined {
  if (!inScope(scope, row.agencyId)) return 'not-yours';
  if (row.createdMs !== row.firstMs) return 'was-there-before';
  if (row.state !== 'new' || row.version !== row.versionThen) return 'edited-since';
  return row.updatedMs > row.lastMs ? 'joined-since' : undefined;
}

async function sorted(
  db: RegistryDb,
  rows: readonly Touched[],
  { scope, protectors }: { scope: AgencyScope; protectors: readonly AlertProtector[] },
): Promise<{ closing: Touched[]; skipped: Record<string, number> }> {
  const kept = await protectedAmong(
    db,
    protectors,
    rows.map(({ id }) => id),
  );
  const skipped: Record<string, number> = {};
  const closing = rows.filter((row) => {
    const why = leftBecause(row, scope) ?? kept.get(row.id);
    if (why !== undefined) skipped[why] = (skipped[why] ?? 0) + 1;
    return why === undefined;
  });
  return { closing, skipped };
}

interface Undoing {
  scope: AgencyScope;
  protectors: readonly AlertProtector[];
}

export async function previewRaiseUndo(
  db: RegistryDb,
  { jobId }: UndoParams,
  context: Undoing,
): Promise<JobPreview> {
  const rows = await touchedBy(db, jobId).execute();
  const { closing, skipped } = await sorted(db, rows, context);
  return { total: rows.length, changes: closing.length, skipped, sample: [], needsApproval: [] };
}

export async function undoRaiseStep(
  trx: RegistryTransaction,
  { jobId }: UndoParams,
  context: Undoing & {
    undoJobId: string;
    actor: string;
    reason: string;
    cursor: unknown;
    rowsMax: number;
    nowMs: number;
  },
): Promise<StepOutcome> {
  const { undoJobId, actor, reason, rowsMax, nowMs } = context;
  const after = cursorSchema.parse(context.cursor)?.after ?? '';
  const rows = await touchedBy(trx, jobId).where('alert.id', '>', after).limit(rowsMax).execute();
  const { closing, skipped } = await sorted(trx, rows, context);
  if (closing.length > 0) {
    await trx
      .updateTable('alert')
      .set((eb) => ({
        state: 'closed' as const,
        closed: 1 as const,
        closed_ms: nowMs,
        state_by: actor,
        state_reason: reason,
        updated_ms: nowMs,
        version: eb('version', '+', 1),
      }))
      .where(
        'id',
        'in',
        closing.map(({ id }) => id),
      )
      .execute();
  }
  await writeHistories(
    trx,
    nowMs,
    closing.map(({ id }) => ({
      alertId: id,
      actor,
      action: RAISE_UNDO_KIND,
      changes: { state: ['new', 'closed'] as const },
      reason,
      jobId: undoJobId,
    })),
  );
  return {
    cursor: { after: rows.at(-1)?.id ?? after },
    done: rows.length,
    changed: closing.length,
    skipped,
    isEnd: rows.length < rowsMax,
  };
}
