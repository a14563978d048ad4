/** How jobs go on: what a step writes and how far the job is move in one transaction. */
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb, RegistryTransaction } from './database.ts';
import { type Job, type StepOutcome, rows, toJob, findJob } from './jobs.ts';

/** The job of a kind that comes next: one that was under way, else the oldest that waits for nobody. */
export async function nextJob(db: RegistryDb, kind: string): Promise<Job | undefined> {
  const row = await rows(db)
    .where('kind', '=', kind)
    .where('state', 'in', ['running', 'queued'])
    .orderBy((eb) => eb.case().when('state', '=', 'running').then(0).else(1).end())
    .orderBy('requested_ms')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return row && toJob(row);
}

const EVERYWHERE = { kind: 'all' } as const;

/**
 * One step: what it writes, and how far the job is, in one transaction. A job that was cancelled ends instead; one that
 * somebody else has taken further is left alone.
 * @returns the job after it; undefined when it was not as it was read
 */
export async function takeStep(
  registry: Registry,
  job: Job,
  write: (trx: RegistryTransaction) => Promise<StepOutcome>,
): Promise<Job | undefined> {
  return registry.db.transaction().execute(async (trx) => {
    const now = await findJob(trx, job.id, EVERYWHERE);
    const nowMs = registry.now();
    if (now.step !== job.step || (now.state !== 'running' && now.state !== 'queued')) return undefined;
    if (now.isCancelling) return endJob(trx, now, { state: 'cancelled' }, nowMs);
    const outcome = await write(trx);
    const skipped = { ...now.skipped };
    for (const [why, count] of Object.entries(outcome.skipped ?? {}))
      skipped[why] = (skipped[why] ?? 0) + count;
    await trx
      .updateTable('job')
      .set({
        state: 'running',
        started_ms: now.startedMs ?? nowMs,
        done: now.done + outcome.done,
        changed: now.changed + outcome.changed,
        skipped: JSON.stringify(skipped),
        cursor: JSON.stringify(outcome.cursor),
        step: now.step + 1,
        ...(outcome.result === undefined ? {} : { result: JSON.stringify(outcome.result) }),
      })
      .where('id', '=', job.id)
      .execute();
    const after = await findJob(trx, job.id, EVERYWHERE);
    return outcome.isEnd ? endJob(trx, after, { state: 'done' }, nowMs) : after;
  });
}

/** The job cannot go on; what it did stays. */
export function failJob(registry: Registry, job: Job, error: string): Promise<Job> {
  return registry.db
    .transaction()
    .execute((trx) => endJob(trx, job, { state: 'failed', error: error.slice(0, 1_000) }, registry.now()));
}

async function endJob(
  trx: RegistryTransaction,
  job: Job,
  end: { state: 'done' | 'failed' | 'cancelled'; error?: string },
  nowMs: number,
): Promise<Job> {
  await trx
    .updateTable('job')
    .set({ ...end, ended_ms: nowMs })
    .where('id', '=', job.id)
    .execute();
  const { kind, done, changed, skipped, agencyId } = job;
  await writeAudit(trx, nowMs, {
    actor: 'system',
    action: `job.${end.state}`,
    target: `job:${job.id}`,
    agencyId,
    detail: {
      kind,
      done,
      changed,
      skipped,
      requestedBy: job.requestedBy,
      ...(end.error ? { error: end.error } : {}),
    },
  });
  return findJob(trx, job.id, EVERYWHERE);
}
