/** Tells whoever listens how far jobs are, and that what they changed is to be read again. */
import { viewJob } from '../../api/job-view.ts';
import type { Permission } from '../../api/permissions.ts';
import type { LiveHub } from '../alerts/live-hub.ts';
import type { Job } from '../../registry/jobs.ts';

/** How often lists are read again while a job goes on. */
const REFRESH_MS = 2_000;

export function jobNews(live: LiveHub, now: () => number): (job: Job, permission: Permission) => void {
  let refreshedMs = 0;
  return (job, permission) => {
    if (!live.hasListeners) return;
    live.publish({ type: 'job', job: viewJob(job), agencyId: job.agencyId, permission });
    const isDue = job.state !== 'running' || now() - refreshedMs >= REFRESH_MS;
    if (job.changed === 0 || !isDue) return;
    refreshedMs = now();
    live.publish({ type: 'refresh', what: 'alerts' });
  };
}
