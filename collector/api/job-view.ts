/** A job as the API shows it. */
import type { z } from 'zod';
import { isoTime } from '../registry/iso-time.ts';
import type { Job } from '../registry/jobs.ts';
import type { jobDetailSchema, JobView } from './contract-jobs.ts';

const isoOrNull = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));

export function viewJob(job: Job): JobView {
  return {
    id: job.id,
    kind: job.kind,
    state: job.state,
    reason: job.reason,
    needsApproval: job.needsApproval,
    requestedBy: job.requestedBy,
    requestedAt: isoTime(job.requestedMs),
    decidedBy: job.decidedBy,
    decidedAt: isoOrNull(job.decidedMs),
    decidedReason: job.decidedReason,
    total: job.total,
    done: job.done,
    changed: job.changed,
    skipped: job.skipped,
    result: job.result,
    error: job.error,
    cancelling: job.isCancelling && job.state === 'running',
    startedAt: isoOrNull(job.startedMs),
    endedAt: isoOrNull(job.endedMs),
    undoOf: job.undoOf,
    undoneBy: job.undoneBy,
    undoUntil: isoOrNull(job.undoUntilMs),
  };
}

export function viewJobDetail(job: Job): z.infer<typeof jobDetailSchema> {
  return { ...viewJob(job), preview: job.preview, params: job.params };
}
