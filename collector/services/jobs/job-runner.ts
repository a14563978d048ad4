/**
 * Runs jobs: of each kind one at a time, in steps so short that whoever else writes waits a moment only. Invariants: a step
 * is a transaction; a collector that was killed goes on with the jobs that were under way; a step that fails because the
 * database is away is tried again, one that fails by itself ends its job, and what was done stays done.
 */
import { setImmediate as yieldToLoop, setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import type { Permission } from '../../api/permissions.ts';
import { type AgencyScope, scopeOfAgency } from '../../registry/agencies.ts';
import type { Registry, RegistryTransaction } from '../../registry/database.ts';
import { addJob } from '../../registry/job-acts.ts';
import { failJob, nextJob, takeStep } from '../../registry/job-steps.ts';
import { findJob, type Job, type JobBy, type JobPreview, type StepOutcome } from '../../registry/jobs.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { isStorageError } from '../../registry/storage-error.ts';

/** How long a step's transaction should take, and the most and fewest rows of one. */
const STEP_MS = 30;
const ROWS = { min: 10, first: 100, max: 1_000 } as const;
const RETRY_MS = 1_000;
const TRIES_MAX = 30;
/** How often it is looked for jobs that another process asked for. */
const LOOK_MS = 5_000;
/** How often a step that reads for long is looked whether its job was cancelled. */
const CANCEL_LOOK_MS = 250;

/** What a step works with. */
export interface StepContext {
  job: Job;
  /** What who asked may see, as it is now. */
  scope: AgencyScope;
  /** So many rows may be touched. */
  rowsMax: number;
  nowMs: number;
  /** Aborted when the job is cancelled or this process ends: what reads for long is to stop. */
  signal: AbortSignal;
}

export interface JobKind<P> {
  readonly name: string;
  /** Who may see such jobs, ask for them, and approve those of others. */
  readonly access: { read: Permission; run: Permission; approve: Permission };
  readonly params: z.ZodType<P>;
  /** How long it may be undone; undefined when it cannot. */
  readonly undo?: { kind: string; withinMs: number } | undefined;
  /** What it would do. */
  preview(params: P, who: { scope: AgencyScope; nowMs: number }): Promise<JobPreview>;
  /** Prepares the next step outside any transaction; what it returns writes it. Reads that take long belong outside. */
  step(params: P, context: StepContext): Promise<(trx: RegistryTransaction) => Promise<StepOutcome>>;
}

/** A kind whose parameters only it knows. */
export interface AnyJobKind extends Omit<JobKind<unknown>, 'params' | 'preview' | 'step'> {
  parse(params: unknown): unknown;
  preview(params: unknown, who: { scope: AgencyScope; nowMs: number }): Promise<JobPreview>;
  step(params: unknown, context: StepContext): Promise<(trx: RegistryTransaction) => Promise<StepOutcome>>;
}

export function anyJobKind<P>(kind: JobKind<P>): AnyJobKind {
  const { name, access, undo } = kind;
  return {
    name,
    access,
    undo,
    parse: (params) => kind.params.parse(params),
    preview: (params, who) => kind.preview(kind.params.parse(params), who),
    step: (params, context) => kind.step(kind.params.parse(params), context),
  };
}

export interface JobRunnerOptions {
  registry: Registry;
  kinds: readonly AnyJobKind[];
  /** Of several collectors one runs them. */
  leads?: (() => boolean) | undefined;
  /** A job moved on. */
  onProgress: (job: Job, permission: Permission) => void;
  onFault: (error: unknown, job: Job | undefined) => void;
}

export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #kinds: ReadonlyMap<string, AnyJobKind>;
  readonly #running = new Map<string, Promise<void>>();
  readonly #kicked = new Set<string>();
  /** By kind: the job under way, and what ends its reading. */
  readonly #under = new Map<string, { jobId: string; ending: AbortController }>();
  #timer: NodeJS.Timeout | undefined;
  readonly #stop = new AbortController();

  constructor(options: JobRunnerOptions) {
    this.#options = options;
    this.#kinds = new Map(options.kinds.map((kind) => [kind.name, kind]));
  }

  /** @throws RefusalError job-kind-unknown */
  kind(name: string): AnyJobKind {
    const kind = this.#kinds.get(name);
    if (kind === undefined)
      throw new RefusalError('job-kind-unknown', name, `there are no jobs of kind ${name}`);
    return kind;
  }

  kinds(): readonly AnyJobKind[] {
    return [...this.#kinds.values()];
  }

  start(): void {
    this.#timer = setInterval(() => this.kick(), LOOK_MS);
    this.#timer.unref();
    this.kick();
  }

  /** Ends after the steps under way. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    for (const { ending } of this.#under.values()) ending.abort(new Error('the collector ends'));
    await Promise.all(this.#running.values());
  }

  /** Looks for jobs now. */
  kick(): void {
    if (this.#stop.signal.aborted) return;
    for (const kind of this.#kinds.values()) this.#wake(kind);
  }

  /** A kind that was kicked while it ran looks once more when it has ended, by itself: it wakes no other. */
  #wake(kind: AnyJobKind): void {
    if (this.#stop.signal.aborted) return;
    if (this.#running.has(kind.name)) {
      this.#kicked.add(kind.name);
      void this.#heedCancel(kind.name);
      return;
    }
    const work = this.#runKind(kind).finally(() => {
      this.#running.delete(kind.name);
      if (this.#kicked.delete(kind.name)) this.#wake(kind);
    });
    this.#running.set(kind.name, work);
  }

  /** A job that was cancelled reads no further. */
  async #heedCancel(kind: string): Promise<void> {
    const under = this.#under.get(kind);
    if (under === undefined) return;
    try {
      const job = await findJob(this.#options.registry.db, under.jobId, EVERYWHERE);
      if (job.isCancelling) under.ending.abort(new Error(`job ${job.id} was cancelled`));
    } catch (error) {
      this.#options.onFault(error, undefined);
    }
  }

  /** Resolves when nothing runs. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  /** What the job would do. */
  async preview(name: string, params: unknown, scope: AgencyScope): Promise<JobPreview> {
    const kind = this.kind(name);
    return kind.preview(kind.parse(params), { scope, nowMs: this.#options.registry.now() });
  }

  /** Asks for a job; it begins at once unless it takes a second person. */
  async request(
    name: string,
    wanted: { params: unknown; reason: string; agencyId: number },
    by: JobBy,
  ): Promise<Job> {
    const kind = this.kind(name);
    const params = kind.parse(wanted.params);
    const preview = await this.preview(name, params, by.scope);
    const job = await addJob(
      this.#options.registry,
      { kind: name, ...wanted, params, preview, undoMs: kind.undo?.withinMs },
      by,
    );
    this.#told(job);
    return job;
  }

  /** Asks for the job that undoes another. @throws RefusalError job-unknown, job-not-undoable */
  async undo(id: string, reason: string, agencyId: number, by: JobBy): Promise<Job> {
    const { registry } = this.#options;
    const job = await findJob(registry.db, id, by.scope);
    const { undo } = this.kind(job.kind);
    const refuse = (said: string): RefusalError => new RefusalError('job-not-undoable', job.id, said);
    if (undo === undefined) throw refuse(`jobs of kind ${job.kind} cannot be undone`);
    const check = async (): Promise<void> => {
      const now = await findJob(registry.db, job.id, by.scope);
      if (now.undoneBy !== null) throw refuse(`job ${job.id} was undone by job ${now.undoneBy} already`);
    };
    if (!['done', 'failed', 'cancelled'].includes(job.state)) throw refuse(`job ${job.id} has not ended yet`);
    if ((job.undoUntilMs ?? 0) < registry.now()) throw refuse(`job ${job.id} was too long ago to be undone`);
    await check();
    const kind = this.kind(undo.kind);
    const params = kind.parse({ jobId: job.id });
    const preview = await this.preview(undo.kind, params, by.scope);
    const undoing = await addJob(
      registry,
      { kind: undo.kind, params, reason, preview, agencyId, undoOf: job.id },
      by,
    );
    this.#told(undoing);
    return undoing;
  }

  #told(job: Job): void {
    this.#options.onProgress(job, this.kind(job.kind).access.read);
    this.kick();
  }

  async #runKind(kind: AnyJobKind): Promise<void> {
    try {
      while (!this.#stop.signal.aborted && (this.#options.leads?.() ?? true)) {
        const job = await nextJob(this.#options.registry.db, kind.name);
        if (job === undefined) return;
        await this.#runJob(kind, job);
      }
    } catch (error) {
      this.#options.onFault(error, undefined);
    }
  }

  /** What a cancelled job was reading is not written: the step ends it. */
  async #prepared(kind: AnyJobKind, context: StepContext) {
    // Who cancels may do so at another collector, which kicks none here.
    const watch = setInterval(() => void this.#heedCancel(kind.name), CANCEL_LOOK_MS);
    try {
      return await kind.step(context.job.params, context);
    } catch (error) {
      if (!context.signal.aborted || this.#stop.signal.aborted) throw error;
      return () => Promise.reject(error instanceof Error ? error : new Error(String(error)));
    } finally {
      clearInterval(watch);
    }
  }

  /** Step by step until it ends, or this process does. */
  async #runJob(kind: AnyJobKind, begun: Job): Promise<void> {
    const ending = new AbortController();
    this.#under.set(kind.name, { jobId: begun.id, ending });
    try {
      await this.#runSteps(kind, begun, ending.signal);
    } finally {
      this.#under.delete(kind.name);
    }
  }

  async #runSteps(kind: AnyJobKind, begun: Job, signal: AbortSignal): Promise<void> {
    const { registry, onFault, onProgress } = this.#options;
    let job = begun;
    let rowsMax: number = ROWS.first;
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      try {
        const scope = await scopeOfAgency(registry.db, job.agencyId);
        const context = { job, scope, rowsMax, nowMs: registry.now(), signal };
        const write = await this.#prepared(kind, context);
        let tookMs = 0;
        let onDurable: StepOutcome['onDurable'];
        const after = await takeStep(registry, job, async (trx) => {
          const beganMs = performance.now();
          const outcome = await write(trx);
          tookMs = performance.now() - beganMs;
          ({ onDurable } = outcome);
          return outcome;
        });
        if (after === undefined) return;
        onDurable?.();
        failures = 0;
        job = after;
        onProgress(job, kind.access.read);
        if (job.state !== 'running') return;
        rowsMax = nextRows(rowsMax, tookMs);
        await yieldToLoop();
      } catch (error) {
        // It goes on from here at the next start.
        if (this.#stop.signal.aborted && signal.aborted) return;
        failures += 1;
        onFault(error, job);
        const passes = isStorageError(error) && failures < TRIES_MAX;
        if (!passes) {
          const message = error instanceof Error ? error.message : String(error);
          onProgress(await failJob(registry, job, message), kind.access.read);
          return;
        }
        await sleep(RETRY_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined); // stopped
        job = await findJob(registry.db, job.id, { kind: 'all' });
      }
    }
  }
}

const EVERYWHERE = { kind: 'all' } as const;

/** Half as many when a step was too long, a few more when it was short. */
function nextRows(rows: number, tookMs: number): number {
  if (tookMs > STEP_MS * 1.5) return Math.max(ROWS.min, Math.floor(rows / 2));
  if (tookMs < STEP_MS * 0.6) return Math.min(ROWS.max, Math.ceil(rows * 1.4));
  return rows;
}
