/**
 * Long work as rows: what a job is. Invariants: what a step writes and how far the job is move in one transaction, so a job
 * that was killed goes on after its last whole step (job-steps.ts); who decides is another person than who asked
 * (job-acts.ts); every act is in the audit trail once, whatever the size of the work.
 */
import { z } from 'zod';
import { type AgencyScope, inScope } from './agencies.ts';
import type { RegistryDb } from './database.ts';
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
  /** Called once what the step wrote is durable: who listens may read it then. */
  onDurable?: (() => void) | undefined;
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

export function rows(db: RegistryDb) {
  return db.selectFrom('job').select(FIELDS);
}

type Row = Awaited<ReturnType<ReturnType<typeof rows>['executeTakeFirstOrThrow']>>;

const fromJson = (text: string | null): unknown => (text === null ? null : JSON.parse(text));

export function toJob(row: Row): Job {
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
