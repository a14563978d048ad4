/**
 * Looks back for late events, beside the projector and never in its way: what the projector put aside with its
 * transaction is taken up here, many batches at a time, and done with a transaction of its own.
 * Invariants: what is put aside is looked for soon, and stays until nothing that belongs to it can come any more and it
 * was looked for then; ids are deterministic, so doing it twice adds nothing.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '../../rules/sigma/index.ts';
import type { CorrelationReach } from './correlation-reach.ts';
import type { AlertRules } from './hits.ts';
import { correlateLate, type EarlierHit, type LateFindings, type LateHits } from './late-pass.ts';

export interface LateBatch {
  batch: number;
  timesMs: number[];
}

/** What one look comes to: written as a whole or not at all. */
export interface LateLook extends LateFindings {
  /** The newest batch that was looked for. */
  batch: number;
  /** Batches that are done: they are not looked for again. */
  batches: readonly number[];
}

export interface LateWorkerOptions {
  engine: Engine;
  reach: CorrelationReach;
  rules: AlertRules;
  /** Late events wait this long for company: looking back once for many is cheaper. */
  lingerMs: number;
  /** Batches looked for at once. */
  batchesMax: number;
  /** Batches that may be put aside: above that the oldest are done when they have been looked for once more. */
  asideMax: number;
  retryMs: number;
  /** The last batch projected, and the event time up to which the live stream takes nothing from later ones. */
  place: () => { batch: number; closedMs: number };
  /** The oldest batches put aside. */
  take: (batchesMax: number) => Promise<LateBatch[]>;
  /** Hits found by looking back for this batch and later ones. */
  earlier: (fromBatch: number) => Promise<EarlierHit[]>;
  readHits: LateHits;
  apply: (look: LateLook) => Promise<{ correlationHits: number }>;
  onHits: (count: number) => void;
  onRetry: (error: unknown) => void;
}

export class LateWorker {
  readonly #options: LateWorkerOptions;
  #rules: Pick<LateWorkerOptions, 'engine' | 'reach' | 'rules'>;
  #running: Promise<void> | undefined;
  /** Something may have been put aside since the running pass looked. */
  #again = false;
  /** What is put aside up to this batch has been looked for. */
  #lookedUpTo = 0;
  /** Up to here it may have been looked for by a process before. */
  #inheritedUpTo = 0;
  /** Event time at which something put aside can be done with. */
  #ripeMs = Number.POSITIVE_INFINITY;
  readonly #stop = new AbortController();

  constructor(options: LateWorkerOptions) {
    this.#options = options;
    this.#rules = options;
  }

  /** From the next look on. */
  use(rules: Pick<LateWorkerOptions, 'engine' | 'reach' | 'rules'>): void {
    this.#rules = rules;
  }

  /** Takes up what was put aside by whichever process, as if nobody had looked for it. */
  start(): void {
    this.#lookedUpTo = 0;
    this.#inheritedUpTo = this.#options.place().batch;
    this.kick();
  }

  /** Something was put aside. */
  kick(): void {
    this.#again = true;
    if (this.#stop.signal.aborted) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#again) this.kick();
    });
  }

  /** The live stream has come on. */
  advanced(): void {
    if (this.#options.place().closedMs > this.#ripeMs) this.kick();
  }

  /** Resolves when everything put aside has been looked for. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#again = false;
    await this.#running;
  }

  async #run(): Promise<void> {
    const { lingerMs, retryMs, onRetry } = this.#options;
    let pauseMs = lingerMs;
    while (this.#again && (await this.#pause(pauseMs))) {
      this.#again = false;
      try {
        while (await this.#pass()) if (this.#stop.signal.aborted) return;
        pauseMs = lingerMs;
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        onRetry(error);
        this.#again = true;
        pauseMs = retryMs;
      }
    }
  }

  /** @returns false when stopped meanwhile */
  async #pause(ms: number): Promise<boolean> {
    const { signal } = this.#stop;
    try {
      await sleep(ms, undefined, { signal });
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    }
  }

  /** @returns whether there was anything to do */
  async #pass(): Promise<boolean> {
    const { engine, reach, rules } = this.#rules;
    const { readHits, place, batchesMax, asideMax } = this.#options;
    // Before what is put aside is read: nothing that was put aside up to here is missed.
    const { batch, closedMs } = place();
    const aside = (await this.#options.take(asideMax)).filter((one) => one.batch <= batch);
    const full = aside.length >= asideMax;
    const doneAt = ({ timesMs }: LateBatch): number => greatest(timesMs) + reach.spanMs;
    // Too many: the oldest are looked for once more and given up before all that belongs to them is there.
    const ripe = aside.filter((one, at) => (full && at < asideMax / 2) || doneAt(one) < closedMs);
    const done = new Set(ripe.map((one) => one.batch));
    const due = aside
      .filter((one) => one.batch > this.#lookedUpTo || done.has(one.batch))
      .slice(0, batchesMax);
    const [oldest] = aside;
    const newest = due.at(-1);
    if (oldest === undefined || newest === undefined) {
      this.#ripeMs = least(aside.map(doneAt));
      return false;
    }
    const lookedUpTo = Math.max(this.#lookedUpTo, this.#inheritedUpTo);
    const earlier = aside.filter((one) => one.batch <= lookedUpTo);
    const timesOf = new Map(aside.map((one) => [one.batch, new Set(one.timesMs)]));
    const findings = await correlateLate({
      engine,
      reach,
      rules,
      readHits,
      timesMs: due.flatMap(({ timesMs }) => timesMs),
      isLate: (row) => timesOf.get(row.batch)?.has(row.timeMs) ?? false,
      earlier: {
        timesMs: earlier.flatMap(({ timesMs }) => timesMs),
        hits: earlier.length === 0 ? [] : await this.#options.earlier(oldest.batch),
      },
      batchMax: full ? (aside.at(-1)?.batch ?? batch) : batch,
      closedMs,
      signal: this.#stop.signal,
    });
    const { correlationHits } = await this.#options.apply({
      ...findings,
      batch: newest.batch,
      batches: due.map((one) => one.batch).filter((one) => done.has(one)),
    });
    this.#lookedUpTo = Math.max(this.#lookedUpTo, newest.batch);
    this.#options.onHits(correlationHits);
    return true;
  }
}

const greatest = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
const least = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.min(most, value), Number.POSITIVE_INFINITY);
