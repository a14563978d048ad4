/** How commands ask for long work: of the whole tree, in the name of whoever runs them. */
import type { z } from 'zod';
import type { jobDetailSchema } from '../../api/contract-jobs.ts';
import { viewJobDetail } from '../../api/job-view.ts';
import { rootAgencyId } from '../../registry/agencies.ts';
import { liveOf, type OperationContext } from './operation.ts';

/** @throws RefusalError as the kind's own check says */
export async function requestJob(
  context: OperationContext,
  kind: string,
  { params, reason }: { params: unknown; reason: string },
): Promise<z.infer<typeof jobDetailSchema>> {
  const { registry, actor } = context;
  const wanted = { params, reason, agencyId: await rootAgencyId(registry.db) };
  const by = { actor, scope: { kind: 'all' } } as const;
  return viewJobDetail(await liveOf(context).jobs.request(kind, wanted, by));
}
