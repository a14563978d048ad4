/**
 * Retention at work: runs daily at a quiet hour and on demand, one run at a time, and after each writes the proofs,
 * what agencies stored and how full the disk is. Invariants: a run that fails or is stopped is on record as such and
 * the next one goes on; stopping waits for the statement under way to be handed over, not for the engine to end it.
 */
import {
  beginDeletion,
  closeDeadRuns,
  deletedSpans,
  finishDeletion,
  finishRetentionRun,
  listRetentionRuns,
  openDeletions,
  type RetentionRun,
  settleDeletion,
  startRetentionRun,
} from '../registry/retention-book.ts';
import type { Registry } from '../registry/database.ts';
import { writeProofs } from '../registry/proof-book.ts';
import { RefusalError } from '../registry/refusal.ts';
import { readRetentionFacts } from '../registry/retention-facts.ts';
import { recordDiskSample, recordUsage } from '../registry/room-book.ts';
import type { EventRetention } from '../store/event-retention.ts';
import { moveOldDays } from './cold-run.ts';
import type { Day } from './day.ts';
import { dayOf } from './day.ts';
import { proofOf } from './proof.ts';
import { type RunBook, type RunProgress, type RunResult, runRetention } from './retention-run.ts';
import { isRunDue, LOOK_MS, trustedDay } from './schedule.ts';

export interface RetentionOptions {
  registry: Registry;
  store: EventRetention;
  /** Highest batch that the projector needs no more. */
  projectedBatch: () => Promise<number>;
  /** Room on the disk that events are on. */
  disk: () => Promise<{ freeBytes: number; totalBytes: number }>;
  /** Days older than so many go to the cold volume, where there is one. */
  coldAfterDays: number;
  /** What must stay free of a disk of that size. */
  reserveOf: (totalBytes: number) => number;
  /** Of several collectors one runs it. */
  leads: () => boolean;
  /** Local hour at which it runs by itself, 0-23. */
  hour: number;
  /** A run begins no day later than so long after its start. */
  runMsMax: number;
  /** Milliseconds, monotonic. */
  clock: () => number;
  onRun: (run: RetentionRun) => void;
  /** Days went to the cold volume. */
  onMoved: (days: readonly Day[]) => void;
  /** A run failed; the next one goes on. */
  onProblem: (error: unknown) => void;
  /** The date moved further than a run may follow. */
  onClockHeldBack: (today: Day) => void;
}

export interface RunRequest {
  dryRun: boolean;
  /** The date is right, however far it has moved. */
  isClockTrusted: boolean;
  /** As written in the audit trail. */
  actor: string;
}

export type RetentionState =
  | { kind: 'idle' }
  | { kind: 'running'; dryRun: boolean; startedMs: number; progress: RunProgress | undefined };

/** What a request came to. */
export interface RunOutcome {
  today: Day;
  isClockHeldBack: boolean;
  /** Absent for a dry run, which leaves no record. */
  run: RetentionRun | undefined;
  result: RunResult;
}

export type LastRun = { kind: 'ended'; outcome: RunOutcome } | { kind: 'failed'; message: string };

function busy(): RefusalError {
  return new RefusalError(
    'retention-running',
    '',
    'a retention run is under way, or another collector does it: wait for its end',
  );
}

export class RetentionService {
  readonly #options: RetentionOptions;
  readonly #stop = new AbortController();
  #state: RetentionState = { kind: 'idle' };
  #running: Promise<RunOutcome> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #last: LastRun | undefined;
  /** A run ended with its process: it goes on at the first look. */
  #isCutShort = false;
  /** The last failed attempt: the next one by itself comes at the next hour. */
  #triedMs: number | undefined;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  get state(): RetentionState {
    return this.#state;
  }

  /** How the last run of this process ended; undefined before the first. */
  get last(): LastRun | undefined {
    return this.#last;
  }

  /** Starts a run and does not wait for its end. @throws RefusalError retention-running */
  begin(request: RunRequest): void {
    if (!this.#isFree()) throw busy();
    this.run(request).catch((error: unknown) => this.#options.onProblem(error));
  }

  /** Looks every minute whether a run is due. */
  async start(): Promise<void> {
    const { registry, leads } = this.#options;
    if (leads()) this.#isCutShort = (await closeDeadRuns(registry)) > 0;
    this.#timer = setInterval(() => void this.#lookWhetherDue(), LOOK_MS);
    this.#timer.unref();
  }

  async #lookWhetherDue(): Promise<void> {
    const { registry, hour, leads, onProblem } = this.#options;
    if (this.#running !== undefined || !leads()) return;
    try {
      const [last] = await listRetentionRuns(registry.db, 1);
      const lastMs = Math.max(last?.startedMs ?? 0, this.#triedMs ?? 0);
      if (!this.#isCutShort && !isRunDue(registry.now(), lastMs === 0 ? undefined : lastMs, hour)) return;
      this.#isCutShort = false;
      this.#triedMs = registry.now();
      await this.run({ dryRun: false, isClockTrusted: false, actor: 'system' });
    } catch (error) {
      if (!this.#stop.signal.aborted) onProblem(error);
    }
  }

  /** @throws RefusalError retention-running, or what stopped the run */
  run(request: RunRequest): Promise<RunOutcome> {
    if (!this.#isFree()) return Promise.reject(busy());
    const { dryRun } = request;
    this.#state = {
      kind: 'running',
      dryRun,
      startedMs: this.#options.registry.now(),
      progress: undefined,
    };
    this.#running = this.#remembered(request).finally(() => {
      this.#running = undefined;
      this.#state = { kind: 'idle' };
    });
    return this.#running;
  }

  #isFree(): boolean {
    return this.#running === undefined && !this.#stop.signal.aborted && this.#options.leads();
  }

  async #remembered(request: RunRequest): Promise<RunOutcome> {
    try {
      const outcome = await this.#run(request);
      this.#last = { kind: 'ended', outcome };
      return outcome;
    } catch (error) {
      this.#last = { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
      throw error;
    }
  }

  /** Stops between two statements; what was begun is ended by the next run. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#running?.catch(() => undefined); // on record, and told to whoever asked for it
  }

  async #run({ dryRun, isClockTrusted, actor }: RunRequest): Promise<RunOutcome> {
    const { registry, onRun, onClockHeldBack } = this.#options;
    const [last] = await listRetentionRuns(registry.db, 1);
    const { today, isHeldBack } = trustedDay(registry.now(), last?.day, isClockTrusted);
    if (isHeldBack) onClockHeldBack(today);
    const common = { today, isClockHeldBack: isHeldBack };
    if (dryRun) return { ...common, run: undefined, result: await this.#runOnce(today, undefined) };
    const runId = await startRetentionRun(registry, today, actor);
    try {
      const result = await this.#runOnce(today, runId);
      await this.#moveOldDays(today);
      await this.#writeDown(today);
      const state = result.unfinished ? 'unfinished' : 'done';
      const run = await finishRetentionRun(registry, runId, { state });
      onRun(run);
      return { ...common, run, result };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const state = this.#stop.signal.aborted ? 'unfinished' : 'failed';
      await finishRetentionRun(registry, runId, { state, message });
      throw error;
    }
  }

  #runOnce(today: Day, runId: number | undefined): Promise<RunResult> {
    const { store, projectedBatch, runMsMax, clock } = this.#options;
    return runRetention({
      store,
      book: runBook(this.#options.registry, runId),
      today,
      projectedBatch,
      dryRun: runId === undefined,
      msMax: runMsMax,
      clock,
      signal: this.#stop.signal,
      onProgress: (progress) => {
        if (this.#state.kind === 'running') this.#state = { ...this.#state, progress: { ...progress } };
      },
    });
  }

  async #moveOldDays(today: Day): Promise<void> {
    const { store, coldAfterDays, reserveOf, runMsMax, clock, onMoved, onProblem } = this.#options;
    const moved = await moveOldDays({
      cold: store.cold,
      today,
      afterDays: coldAfterDays,
      reserveOf,
      msMax: runMsMax,
      clock,
      signal: this.#stop.signal,
      onProblem,
    });
    if (moved.length > 0) onMoved(moved);
  }

  /** Counts the days that have closed since, and writes proofs, usage and room down. */
  async #writeDown(today: Day): Promise<void> {
    const { registry, store, disk } = this.#options;
    const nowMs = registry.now();
    const days = await store.days();
    const closed = days.filter(({ day }) => day < dayOf(nowMs));
    await store.countHosts(closed, this.#stop.signal);
    const newest = closed.at(-1);
    if (newest !== undefined) {
      const usage = (await store.agenciesOf(newest.day)).map(({ agencyId, rows, bytes }) => ({
        agencyId,
        events: rows,
        bytes,
      }));
      await recordUsage(registry.db, newest.day, usage);
    }
    const storeBytes = await store.hotBytes();
    await recordDiskSample(registry.db, dayOf(nowMs), { atMs: nowMs, storeBytes, ...(await disk()) });
    await this.#prove(today, nowMs);
  }

  async #prove(today: Day, nowMs: number): Promise<void> {
    const { registry, store } = this.#options;
    const facts = await readRetentionFacts(registry.db);
    const oldest = new Map((await store.oldestDays()).map(({ agentId, day }) => [agentId, day]));
    const deleted = Map.groupBy(await deletedSpans(registry.db), ({ agentId }) => agentId);
    const proofs = [...facts.levels].map(([systemId, levels]) => ({
      systemId,
      proof: proofOf({ systemId, levels, hosts: facts.hosts, months: facts.months, oldest, deleted }, today),
    }));
    await writeProofs(registry.db, today, proofs, nowMs);
  }
}

/** The control plane as a run writes to it; without a run's id it is only read. */
function runBook(registry: Registry, runId: number | undefined): RunBook {
  return {
    facts: () => readRetentionFacts(registry.db),
    begin: (day, at) => {
      if (runId === undefined) throw new Error('a dry run deletes nothing');
      return beginDeletion(registry, runId, day, at);
    },
    finish: (id) => finishDeletion(registry, id),
    open: () => openDeletions(registry.db),
    settle: (id, remaining) => settleDeletion(registry, id, remaining),
  };
}
