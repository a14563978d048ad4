/** Follows a job of the collector until it has ended. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import type { jobDetailSchema } from '../../api/contract-jobs.ts';
import { call, type CommandContext } from '../command.ts';
import { jobFollow } from '../operations/alert.ts';

export type Job = z.infer<typeof jobDetailSchema>;

const POLL_MS = 500;
const ENDED: ReadonlySet<Job['state']> = new Set(['done', 'failed', 'cancelled', 'rejected']);

export const hasEnded = ({ state }: Job): boolean => ENDED.has(state);

/**
 * @param onStep told how far the job is, each time it is looked at and when it has ended
 * @throws NotRunningError when the collector is gone, which goes on with the job once it runs again
 */
export async function followJob(
  context: CommandContext,
  id: string,
  onStep: (job: Job) => void = () => undefined,
): Promise<Job> {
  for (;;) {
    const job = await call(context, jobFollow, { id });
    onStep(job);
    if (hasEnded(job)) return job;
    await sleep(POLL_MS);
  }
}
