/** What people do to jobs: ask for them, decide where that takes a second person, and cancel. */
import { randomUUID } from 'node:crypto';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryTransaction } from './database.ts';
import { type JobPreview, type Job, type JobBy, findJob } from './jobs.ts';
import { RefusalError } from './refusal.ts';

interface WantedJob {
  kind: string;
  params: unknown;
  reason: string;
  preview: JobPreview;
  agencyId: number;
  undoOf?: string | undefined;
  undoMs?: number | undefined;
}

/** Writes a job down; it runs once the runner is told, or after a second person has let it. */
export async function addJob(
  registry: Registry,
  wanted: WantedJob & {
    /** Checked in the transaction that adds it. */
    check?: ((trx: RegistryTransaction) => Promise<void>) | undefined;
  },
  by: JobBy,
): Promise<Job> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    await wanted.check?.(trx);
    return addJobIn(trx, nowMs, wanted, by);
  });
}

/** The same in a transaction of whoever calls. */
export async function addJobIn(
  trx: RegistryTransaction,
  nowMs: number,
  wanted: WantedJob,
  { actor, scope }: JobBy,
): Promise<Job> {
  const { kind, params, reason, preview, agencyId, undoOf, undoMs } = wanted;
  const id = randomUUID();
  const state = preview.needsApproval.length > 0 ? 'waiting' : 'queued';
  await trx
    .insertInto('job')
    .values({
      id,
      kind,
      params: JSON.stringify(params),
      reason,
      state,
      preview: JSON.stringify(preview),
      needs_approval: JSON.stringify(preview.needsApproval),
      agency_id: agencyId,
      requested_by: actor,
      requested_ms: nowMs,
      total: preview.total,
      undo_of: undoOf ?? null,
      undo_until_ms: undoMs === undefined ? null : nowMs + undoMs,
    })
    .execute();
  if (undoOf !== undefined) {
    await trx.updateTable('job').set({ undone_by: id }).where('id', '=', undoOf).execute();
  }
  await writeAudit(trx, nowMs, {
    actor,
    action: 'job.request',
    target: `job:${id}`,
    agencyId,
    detail: {
      kind,
      params,
      reason,
      total: preview.total,
      changes: preview.changes,
      needsApproval: preview.needsApproval,
    },
  });
  return findJob(trx, id, scope);
}

/** @throws RefusalError job-unknown, job-decided, job-not-yours */
export async function decideJob(
  registry: Registry,
  id: string,
  decision: { approve: boolean; reason?: string | undefined },
  { actor, scope }: JobBy,
): Promise<Job> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const job = await findJob(trx, id, scope);
    if (job.state !== 'waiting') {
      throw new RefusalError('job-decided', job.id, `job ${job.id} no longer waits for a decision`);
    }
    if (!actor.startsWith('user:')) {
      throw new RefusalError('job-not-yours', job.id, 'only a person who signs in may approve a job');
    }
    if (decision.approve && job.requestedBy === actor) {
      const said = 'who asked for a job cannot approve it: it takes a second person';
      throw new RefusalError('job-not-yours', job.id, said);
    }
    await trx
      .updateTable('job')
      .set({
        state: decision.approve ? 'queued' : 'rejected',
        decided_by: actor,
        decided_ms: nowMs,
        decided_reason: decision.reason ?? null,
        ...(decision.approve ? {} : { ended_ms: nowMs }),
      })
      .where('id', '=', job.id)
      .execute();
    if (!decision.approve && job.undoOf !== null) await letUndo(trx, job.undoOf);
    await writeAudit(trx, nowMs, {
      actor,
      action: decision.approve ? 'job.approve' : 'job.reject',
      target: `job:${job.id}`,
      agencyId: job.agencyId,
      detail: { kind: job.kind, requestedBy: job.requestedBy, reason: decision.reason ?? '' },
    });
    return findJob(trx, job.id, scope);
  });
}

/** An undo that did not come about may be asked for again. */
async function letUndo(trx: RegistryTransaction, jobId: string): Promise<void> {
  await trx.updateTable('job').set({ undone_by: null }).where('id', '=', jobId).execute();
}

/** What is done stays; nothing more is begun. @throws RefusalError job-unknown, job-decided */
export async function cancelJob(registry: Registry, id: string, { actor, scope }: JobBy): Promise<Job> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const job = await findJob(trx, id, scope);
    if (!['waiting', 'queued', 'running'].includes(job.state)) {
      throw new RefusalError('job-decided', job.id, `job ${job.id} has ended already`);
    }
    const running = job.state === 'running';
    await trx
      .updateTable('job')
      .set({
        cancel: 1,
        cancelled_by: actor,
        ...(running ? {} : { state: 'cancelled' as const, ended_ms: nowMs }),
      })
      .where('id', '=', job.id)
      .execute();
    if (!running && job.undoOf !== null) await letUndo(trx, job.undoOf);
    await writeAudit(trx, nowMs, {
      actor,
      action: 'job.cancel',
      target: `job:${job.id}`,
      agencyId: job.agencyId,
      detail: { kind: job.kind, done: job.done },
    });
    return findJob(trx, job.id, scope);
  });
}
