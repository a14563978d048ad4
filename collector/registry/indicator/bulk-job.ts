/** All indicators of a source, or those given, taken out or put back, some hundred a step. */
import { z } from 'zod';
import type { RegistryDb, RegistryTransaction } from '../database.ts';
import type { JobPreview, StepOutcome } from '../jobs.ts';
import { setStates } from './indicator-acts.ts';

export const BULK_KIND = 'indicator-bulk';
export const BULK_IDS_MAX = 1_000;

export const bulkIndicatorsSchema = z.strictObject({
  source: z.string().optional(),
  ids: z.array(z.int().min(1)).min(1).max(BULK_IDS_MAX).optional(),
  act: z.enum(['retire', 'restore']),
  reason: z.string().min(1),
  actor: z.string(),
});
export type BulkIndicators = z.infer<typeof bulkIndicatorsSchema>;

const cursorSchema = z.object({ id: z.int() }).nullable();
const SAMPLE_MAX = 20;

function concerned(db: RegistryDb, { source, ids, act }: BulkIndicators) {
  let select = db.selectFrom('indicator').where('state', '=', act === 'retire' ? 'active' : 'retired');
  if (source !== undefined) select = select.where('source', '=', source);
  if (ids !== undefined) select = select.where('id', 'in', ids);
  // Neither is nothing, not everything.
  return source === undefined && ids === undefined ? select.where('id', '<', 0) : select;
}

export async function previewBulkIndicators(db: RegistryDb, params: BulkIndicators): Promise<JobPreview> {
  const { rows } = await concerned(db, params)
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow();
  const sample = await concerned(db, params)
    .select(['id', 'kind', 'value', 'source'])
    .orderBy('id')
    .limit(SAMPLE_MAX)
    .execute();
  return { total: rows, changes: rows, skipped: {}, sample, needsApproval: [] };
}

export async function bulkIndicatorsStep(
  db: RegistryDb,
  params: BulkIndicators,
  { cursor, rowsMax, nowMs }: { cursor: unknown; rowsMax: number; nowMs: number },
): Promise<(trx: RegistryTransaction) => Promise<StepOutcome>> {
  const after = cursorSchema.parse(cursor)?.id ?? 0;
  const rows = await concerned(db, params)
    .select('id')
    .where('id', '>', after)
    .orderBy('id')
    .limit(rowsMax)
    .execute();
  const last = rows.at(-1)?.id;
  const { act, reason, actor } = params;
  return async (trx) => {
    const changed = await setStates(
      trx,
      rows.map(({ id }) => id),
      { state: act === 'retire' ? 'retired' : 'active', reason, actor, nowMs },
    );
    return {
      cursor: { id: last ?? after },
      done: rows.length,
      changed,
      isEnd: last === undefined,
    };
  };
}
