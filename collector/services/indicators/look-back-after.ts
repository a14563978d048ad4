/**
 * What an import has brought is looked for in what is stored already. Invariant: the job for it is written down in the
 * transaction that ends the import, so there is one for each import that brought something, whatever ends the process.
 */
import type { RegistryTransaction } from '../../registry/database.ts';
import { CHOSEN_MAX, countMatching } from '../../registry/indicator/hindsight.ts';
import { importedAfter } from '../../registry/indicator/import-job.ts';
import { addJobIn } from '../../registry/job-acts.ts';
import type { Job, StepOutcome } from '../../registry/jobs.ts';
import { HINDSIGHT_KIND, hindsightPreview, type HindsightParams } from './indicator-hindsight.ts';

const DAY_MS = 86_400_000;

/** @param days of events, back from now; 0: none @returns the outcome of the import's last step, with the job in it */
export async function lookBackAfter(
  trx: RegistryTransaction,
  outcome: StepOutcome,
  { job, nowMs, days }: { job: Job; nowMs: number; days: number },
): Promise<StepOutcome> {
  const afterId = importedAfter(outcome.cursor);
  if (!outcome.isEnd || days === 0 || afterId === undefined) return outcome;
  const count = await countMatching(trx, { afterId }, nowMs);
  if (count === 0) return outcome;
  if (count > CHOSEN_MAX) {
    const skipped = { ...outcome.skipped, 'not looked for in what is stored: too many at once': count };
    return { ...outcome, skipped };
  }
  const { requestedBy: actor, agencyId } = job;
  const params: HindsightParams = { afterId, fromMs: nowMs - days * DAY_MS, toMs: nowMs + 1, actor };
  const { id } = await addJobIn(
    trx,
    nowMs,
    {
      kind: HINDSIGHT_KIND,
      params,
      reason: `import ${job.id}`,
      preview: hindsightPreview(params, count),
      agencyId,
    },
    { actor, scope: { kind: 'all' } },
  );
  return { ...outcome, result: { retroJobId: id } };
}
