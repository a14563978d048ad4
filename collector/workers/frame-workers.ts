/**
 * Worker threads that make rows of frames. Invariants: an agent has one frame here at a time, so its lanes keep their
 * order whoever works on them; frames handed out after rules changed are matched by the new ones, those before by the old;
 * what a worker left undone when it died is done by another, alone, and fails when it takes that one along too; what
 * waits is bounded through `hasRoom`.
 */
import { indicatorHit } from '../detect/indicator-hits.ts';
import { INDICATOR_RULE } from '../alert/indicator-rules.ts';
import type { FrameWork, InterpretedFrame } from '../ingest/admitted.ts';
import type { IndicatorHit } from '../indicator/indicator-index.ts';
import type { SharedIndex } from '../indicator/shared-index.ts';
import { ProtocolError } from '../protocol/error.ts';
import { frameSize } from '../protocol/frame.ts';
import type { RowName } from '../store/store.ts';
import { RowNames } from '../store/row-names.ts';
import type { FrameOutcome, RowsMessage, RuleSource, WorkerSetup } from './messages.ts';
import { WorkerThread, type WorkerThreadEvents } from './worker-thread.ts';

export interface FrameWorkersEvents {
  onUnparsed: (channel: string, lines: number) => void;
  /** A record met a defect of ours and is kept as rejected. */
  onFault: (error: unknown) => void;
  /** A row could not be encoded and is kept as rejected. */
  onRefused: (row: RowName, reason: string) => void;
  /** What a worker did: of frames that many rows, for so long. */
  onWork: (worker: number, rows: number, busyMs: number) => void;
  /** A worker has ended by itself; another is started. */
  onDeath: (error: Error, framesUndone: number) => void;
  /** Another could not be started; it is tried again. */
  onStartFault: (error: unknown) => void;
  /** Indicators that events of an agent show: which of them count. */
  judge: (hits: readonly IndicatorHit[], receivedMs: number, agentId: string) => readonly IndicatorHit[];
}

export interface FrameWorkersOptions extends FrameWorkersEvents {
  count: number;
  now: () => number;
  indicators: () => SharedIndex | undefined;
  /** Starts a thread; tests have their own. */
  start?: StartThread | undefined;
}

type StartThread = (setup: WorkerSetup, events: WorkerThreadEvents<Job>) => Promise<WorkerThread<Job>>;

const startThread: StartThread = (setup, events) => WorkerThread.start(setup, events);

interface Job {
  work: FrameWork;
  bytes: number;
  /** Workers that died over it. */
  deaths: number;
  resolve: (done: InterpretedFrame) => void;
  reject: (error: unknown) => void;
}

/** A frame weighs its payload, and at least this: what it takes beside its bytes. */
const FRAME_BYTES_MIN = 256;
/** Frames that go to a worker at once: enough that the way costs little, soon enough done. */
const PACK_BYTES = 128 * 1_024;
const PACK_BYTES_MIN = 4 * 1_024;
/** Packs that a worker has, so that it need not wait for the next. */
const PACKS_UNDER_WAY = 2;
/** What may wait for each worker. */
const WAITING_BYTES = 512 * 1_024;
const DEATHS_MAX = 2;
const RESTART_MS = 1_000;

export class FrameWorkers {
  readonly #options: FrameWorkersOptions;
  #rules: readonly RuleSource[];
  #threads: (WorkerThread<Job> | undefined)[] = [];
  #queue: Job[] = [];
  #queuedBytes = 0;
  #isDue = false;
  #isStopped = false;
  readonly #retiring = new Set<WorkerThread<Job>>();
  readonly #timers = new Set<NodeJS.Timeout>();

  private constructor(options: FrameWorkersOptions, rules: readonly RuleSource[]) {
    this.#options = options;
    this.#rules = rules;
  }

  /** Resolves when all of them have their rules. */
  static async start(options: FrameWorkersOptions, rules: readonly RuleSource[]): Promise<FrameWorkers> {
    const workers = new FrameWorkers(options, rules);
    (await workers.prepare(rules))();
    return workers;
  }

  /** Workers with other rules. @returns what puts them in place of those that work now, at once */
  async prepare(rules: readonly RuleSource[]): Promise<() => void> {
    const { count } = this.#options;
    const started = await Promise.allSettled(
      Array.from({ length: count }, (_, at) => this.#startAt(at, rules)),
    );
    const threads = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const failed = started.find((one) => one.status === 'rejected');
    if (failed !== undefined || this.#isStopped) {
      await Promise.all(threads.map((thread) => thread.stop()));
      throw failed?.reason ?? new Error('the workers were stopped');
    }
    return () => {
      for (const thread of this.#threads) this.#retire(thread);
      this.#threads = threads;
      this.#rules = rules;
      // Indicators may have moved while they started.
      this.share();
      this.#handOut();
    };
  }

  /** How many there should be, and how many work now. */
  get state(): { wanted: number; running: number } {
    const running = this.#threads.filter((thread) => thread !== undefined).length;
    return { wanted: this.#options.count, running };
  }

  /** Whether frames may be handed in. */
  hasRoom(): boolean {
    return this.#queuedBytes < WAITING_BYTES * this.#options.count;
  }

  interpret(work: FrameWork): Promise<InterpretedFrame> {
    return new Promise((resolve, reject) => {
      const bytes = Math.max(frameSize(work.frame).payloadBytes, FRAME_BYTES_MIN);
      this.#queue.push({ work, bytes, deaths: 0, resolve, reject });
      this.#queuedBytes += bytes;
      if (this.#queuedBytes >= PACK_BYTES) this.#handOut();
      else this.#handOutSoon();
    });
  }

  /** The indicators' memory is another. */
  share(): void {
    const shared = this.#options.indicators();
    if (shared === undefined) return;
    for (const thread of this.#threads) thread?.tell({ kind: 'indicators', shared });
  }

  /** What was not done is refused: it is with the agents. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    const threads = [...this.#threads, ...this.#retiring].filter((thread) => thread !== undefined);
    const undone = await Promise.all(threads.map((thread) => thread.stop()));
    for (const { reject } of [...undone.flat(), ...this.#queue.splice(0)])
      reject(new Error('the workers were stopped'));
  }

  async #startAt(at: number, rules: readonly RuleSource[]): Promise<WorkerThread<Job>> {
    const { indicators, start = startThread } = this.#options;
    const events: WorkerThreadEvents<Job> = {
      onAnswer: (jobs, answer) => this.#answered(at, jobs, answer),
      onDeath: (jobs, error) => this.#died(thread, jobs, error),
      onRetired: () => this.#retiring.delete(thread),
    };
    const thread = await start({ rules, indicators: indicators() }, events);
    return thread;
  }

  #retire(thread: WorkerThread<Job> | undefined): void {
    if (thread === undefined) return;
    this.#retiring.add(thread);
    thread.retire();
  }

  #died(thread: WorkerThread<Job>, undone: readonly Job[], error: Error): void {
    this.#retiring.delete(thread);
    this.#options.onDeath(error, undone.length);
    const again = undone.map((job) => ({ ...job, deaths: job.deaths + 1 }));
    for (const { deaths, reject } of again)
      if (deaths >= DEATHS_MAX) reject(new Error('workers died over this frame', { cause: error }));
    const kept = again.filter(({ deaths }) => deaths < DEATHS_MAX);
    this.#queue.unshift(...kept);
    this.#queuedBytes += bytesOf(kept);
    const at = this.#threads.indexOf(thread);
    if (at >= 0) {
      this.#threads[at] = undefined;
      this.#restart(at);
    }
    this.#handOut();
  }

  #restart(at: number): void {
    const rules = this.#rules;
    this.#startAt(at, rules).then(
      (thread) => {
        if (this.#isStopped || this.#rules !== rules || this.#threads[at] !== undefined) void thread.stop();
        else {
          this.#threads[at] = thread;
          this.#handOut();
        }
      },
      (error: unknown) => {
        this.#options.onStartFault(error);
        const timer = setTimeout(() => {
          this.#timers.delete(timer);
          if (!this.#isStopped && this.#threads[at] === undefined) this.#restart(at);
        }, RESTART_MS);
        this.#timers.add(timer);
      },
    );
  }

  #handOutSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => this.#handOut());
  }

  #handOut(): void {
    this.#isDue = false;
    const receivedMs = this.#options.now();
    for (let thread = this.#free(); thread !== undefined && this.#queue.length > 0; thread = this.#free())
      thread.send(this.#take(), receivedMs);
  }

  /** Who has nothing to do; while much waits, whoever has the least. */
  #free(): WorkerThread<Job> | undefined {
    const most = this.#queuedBytes >= PACK_BYTES ? PACKS_UNDER_WAY : 1;
    let free: WorkerThread<Job> | undefined;
    for (const thread of this.#threads) {
      if (thread === undefined || thread.underWay >= most) continue;
      if (free === undefined || thread.underWay < free.underWay) free = thread;
    }
    return free;
  }

  /** What goes together; a frame over which a worker died goes alone. */
  #take(): Job[] {
    const share = Math.max(PACK_BYTES_MIN, this.#queuedBytes / this.#options.count);
    let bytes = 0;
    let count = 0;
    for (const job of this.#queue) {
      if (count > 0 && (bytes >= Math.min(share, PACK_BYTES) || job.deaths > 0)) break;
      bytes += job.bytes;
      count += 1;
      if (job.deaths > 0) break;
    }
    this.#queuedBytes -= bytes;
    return this.#queue.splice(0, count);
  }

  #answered(at: number, jobs: readonly Job[], answer: RowsMessage): void {
    const { onUnparsed, onFault, onRefused, onWork } = this.#options;
    const { pack, outcomes } = answer;
    const names = new RowNames(pack.runs);
    for (const [channel, lines] of answer.unparsed) onUnparsed(channel, lines);
    for (const fault of answer.faults) onFault(fault);
    for (const { row, reason } of answer.refused) onRefused(names.at(row), reason);
    this.#judge(answer, names);
    let from = 0;
    for (const [index, job] of jobs.entries()) {
      const outcome = outcomes[index];
      if (outcome?.kind !== 'rows') job.reject(errorOf(outcome));
      else {
        job.resolve({ rows: { pack, from, length: outcome.rows }, rejected: outcome.rejected });
        from += outcome.rows;
      }
    }
    onWork(at, from, answer.busyMs);
    this.#handOut();
  }

  /** Of indicators that rows show, leaves what counts. */
  #judge({ pack, shown, receivedMs }: RowsMessage, names: RowNames): void {
    if (shown.length === 0) return;
    const byRow = new Map(pack.hits.map((hit) => [hit.row, hit]));
    for (const { row, hits } of shown) {
      const told = this.#options.judge(hits, receivedMs, names.at(row).agentId);
      const found = byRow.get(row);
      if (found === undefined || told.length === hits.length) continue;
      const others = found.hits.slice(0, -1);
      found.hits = told.length === 0 ? others : [...others, indicatorHit(INDICATOR_RULE, told)];
    }
  }
}

function bytesOf(jobs: readonly Job[]): number {
  return jobs.reduce((sum, { bytes }) => sum + bytes, 0);
}

function errorOf(outcome: Exclude<FrameOutcome, { kind: 'rows' }> | undefined): unknown {
  if (outcome === undefined) return new Error('the worker did not say what became of the frame');
  return outcome.kind === 'refused' ? new ProtocolError(outcome.code, outcome.message) : outcome.error;
}
