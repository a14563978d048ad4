/**
 * Long work as rows: asked for, decided where that takes a second person, run in steps, cancelled. Invariants: what a step
 * writes and how far the job is move in one transaction, so a job that was killed goes on after its last whole step; who
 * decides is another person than who asked; every act is in the audit trail once, whatever the size of the work.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type AgencyScope, inScope } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb, RegistryTransaction } from './database.ts';
import { RefusalError } from './refusal.ts';
import type { JobState } from './tables/job.ts';

/** What a job would do, found out before it is asked for. */
export interface JobPreview {
  /** How many things it looks at, and how many of these it would change. */
  total: number;
  changes: number;
  /** Why -> how many are left as they are. */
  skipped: Record<string, number>;
  /** Some of them, by the kind. */
  sample: unknown[];
  /** Why it takes a second person; empty when it takes none. */
  needsApproval: string[];
}

export interface Job {
  id: string;
  kind: string;
  params: unknown;
  reason: string;
  state: JobState;
  preview: JobPreview;
  needsApproval: string[];
  agencyId: number;
  requestedBy: string;
  requestedMs: number;
  decidedBy: string | null;
  decidedMs: number | null;
  decidedReason: string | null;
  total: number;
  done: number;
  changed: number;
  skipped: Record<string, number>;
  cursor: unknown;
  step: number;
  result: unknown;
  error: string | null;
  isCancelling: boolean;
  cancelledBy: string | null;
  startedMs: number | null;
  endedMs: number | null;
  undoOf: string | null;
  undoneBy: string | null;
  undoUntilMs: number | null;
}

/** Who asks, decides or cancels. */
export interface JobBy {
  actor: string;
  scope: AgencyScope;
}

/** What one step did; `cursor` is where the next one goes on. */
export interface StepOutcome {
  cursor: unknown;
  done: number;
  changed: number;
  skipped?: Readonly<Record<string, number>> | undefined;
  isEnd: boolean;
  result?: unknown;
}

const countsSchema = z.record(z.string(), z.number());
const previewSchema = z.object({
  total: z.number(),
  changes: z.number(),
  skipped: countsSchema,
  sample: z.array(z.unknown()),
  needsApproval: z.array(z.string()),
});

const FIELDS = [
  'id',
  'kind',
  'params',
  'reason',
  'state',
  'preview',
  'needs_approval',
  'agency_id',
  'requested_by',
  'requested_ms',
  'decided_by',
  'decided_ms',
  'decided_reason',
  'total',
  'done',
  'changed',
  'skipped',
  'cursor',
  'step',
  'result',
  'error',
  'cancel',
  'cancelled_by',
  'started_ms',
  'ended_ms',
  'undo_of',
  'undone_by',
  'undo_until_ms',
] as const;

function rows(db: RegistryDb) {
  return db.selectFrom('job').select(FIELDS);
}

type Row = Awaited<ReturnType<ReturnType<typeof rows>['executeTakeFirstOrThrow']>>;

const fromJson = (text: string | null): unknown => (text === null ? null : JSON.parse(text));

function toJob(row: Row): Job {
  return {
    id: row.id,
    kind: row.kind,
    params: fromJson(row.params),
    reason: row.reason,
    state: row.state,
    preview: previewSchema.parse(fromJson(row.preview)),
    needsApproval: z.array(z.string()).parse(fromJson(row.needs_approval)),
    agencyId: row.agency_id,
    requestedBy: row.requested_by,
    requestedMs: row.requested_ms,
    decidedBy: row.decided_by,
    decidedMs: row.decided_ms,
    decidedReason: row.decided_reason,
    total: row.total,
    done: row.done,
    changed: row.changed,
    skipped: countsSchema.parse(fromJson(row.skipped)),
    cursor: fromJson(row.cursor),
    step: row.step,
    result: fromJson(row.result),
    error: row.error,
    isCancelling: row.cancel === 1,
    cancelledBy: row.cancelled_by,
    startedMs: row.started_ms,
    endedMs: row.ended_ms,
    undoOf: row.undo_of,
    undoneBy: row.undone_by,
    undoUntilMs: row.undo_until_ms,
  };
}

/** Newest first. */
export async function listJobs(
  db: RegistryDb,
  query: {
    scope: AgencyScope;
    limit: number;
    kinds?: readonly string[] | undefined;
    states?: readonly JobState[] | undefined;
  },
): Promise<Job[]> {
  const { scope, limit, kinds, states } = query;
  let select = rows(db).orderBy('requested_ms', 'desc').orderBy('id').limit(limit);
  if (scope.kind === 'some') select = select.where('agency_id', 'in', scope.agencyIds);
  if (kinds !== undefined) select = select.where('kind', 'in', kinds);
  if (states !== undefined) select = select.where('state', 'in', states);
  return (await select.execute()).map(toJob);
}

/** By its id or its first characters. @throws RefusalError job-unknown */
export async function findJob(db: RegistryDb, id: string, scope: AgencyScope): Promise<Job> {
  const prefix = id.toLowerCase().replaceAll(/[^0-9a-f-]/g, '');
  const found = prefix.length < 4 ? [] : await rows(db).where('id', 'like', `${prefix}%`).limit(2).execute();
  const [row] = found;
  if (row === undefined || found.length > 1 || !inScope(scope, row.agency_id)) {
    const said = `there is no job ${id}, or several begin so; "vonggac job list" shows them`;
    throw new RefusalError('job-unknown', id, said);
  }
  return toJob(row);
}

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
