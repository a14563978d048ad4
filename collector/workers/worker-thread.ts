/** One worker as the main thread sees it: what was handed to it, and what it answers or leaves undone. */
import { Worker } from 'node:worker_threads';
import type { FrameWork } from '../ingest/admitted.ts';
import type { FromWorker, RowsMessage, ToWorker, WorkerSetup } from './messages.ts';

const SCRIPT = new URL('./worker.ts', import.meta.url);
/** A worker that grows beyond has a defect; it ends, and another does what it left. */
const MEMORY_MB_MAX = 2_048;

export interface WorkerThreadEvents<Job> {
  /** What became of the jobs of one `send`, in the order of the sends. */
  onAnswer: (jobs: readonly Job[], answer: RowsMessage) => void;
  /** It has ended without being told to; these jobs are undone. */
  onDeath: (jobs: readonly Job[], error: Error) => void;
  /** It has ended after what it had been given. */
  onRetired: () => void;
}

export class WorkerThread<Job extends { work: FrameWork }> {
  readonly #worker: Worker;
  readonly #events: WorkerThreadEvents<Job>;
  readonly #sent: (readonly Job[])[] = [];
  readonly #ready = Promise.withResolvers<void>();
  #hasBegun = false;
  #isTold = false;
  /** Set while it is to end after what it has. */
  #isRetiring = false;

  private constructor(setup: WorkerSetup, events: WorkerThreadEvents<Job>) {
    this.#events = events;
    this.#worker = new Worker(SCRIPT, {
      workerData: setup,
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB_MAX },
    });
    let failure: Error | undefined;
    this.#worker.on('message', (message: FromWorker) => {
      if (message.kind === 'rows') this.#answered(message);
      else this.#ready.resolve();
    });
    this.#worker.on('error', (error: unknown) => {
      failure = error instanceof Error ? error : new Error(String(error));
    });
    this.#worker.on('exit', (code) =>
      this.#ended(failure ?? new Error(`the worker ended with code ${code}`)),
    );
  }

  /** Resolves when it has its rules. @throws what ended it before */
  static async start<Job extends { work: FrameWork }>(
    setup: WorkerSetup,
    events: WorkerThreadEvents<Job>,
  ): Promise<WorkerThread<Job>> {
    const thread = new WorkerThread(setup, events);
    await thread.#ready.promise;
    thread.#hasBegun = true;
    return thread;
  }

  /** Sends that are not answered yet. */
  get underWay(): number {
    return this.#sent.length;
  }

  send(jobs: readonly Job[], receivedMs: number): void {
    const total = jobs.reduce((sum, { work }) => sum + work.frame.length, 0);
    const bytes = new Uint8Array(total);
    let at = 0;
    const frames = jobs.map(({ work: { sender, frame, skip } }) => {
      bytes.set(frame, at);
      at += frame.length;
      return { sender, length: frame.length, skip };
    });
    this.#sent.push(jobs);
    this.#post({ kind: 'frames', bytes: bytes.buffer, frames, receivedMs }, [bytes.buffer]);
  }

  tell(message: Exclude<ToWorker, { kind: 'frames' }>): void {
    this.#post(message, []);
  }

  /** Ends it after what it has been given. */
  retire(): void {
    this.#isRetiring = true;
    this.#retireIfDone();
  }

  /** Ends it at once, as a defect of its own would. */
  kill(): void {
    void this.#worker.terminate();
  }

  /** @returns what it leaves undone */
  async stop(): Promise<readonly Job[]> {
    this.#isTold = true;
    await this.#worker.terminate();
    return this.#sent.splice(0).flat();
  }

  #retireIfDone(): void {
    if (this.#isRetiring && this.#sent.length === 0) void this.stop().then(() => this.#events.onRetired());
  }

  #post(message: ToWorker, transfer: ArrayBuffer[]): void {
    this.#worker.postMessage(message, transfer);
  }

  #ended(error: Error): void {
    this.#ready.reject(error);
    if (this.#hasBegun && !this.#isTold) this.#events.onDeath(this.#sent.splice(0).flat(), error);
  }

  #answered(answer: RowsMessage): void {
    const jobs = this.#sent.shift();
    if (jobs === undefined || this.#isTold) return;
    this.#events.onAnswer(jobs, answer);
    this.#retireIfDone();
  }
}
