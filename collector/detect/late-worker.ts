/**
 * Looks back for late events, beside the projector and never in its way: what the projector put aside with its
 * transaction is taken up here, many batches at a time, and done with a transaction of its own.
 * Invariants: a batch put aside stays until its hits are written; ids are deterministic, so doing it twice adds nothing.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '../../rules/sigma/index.ts';
import type { CorrelationRecord } from '../alert/detection.ts';
import type { CorrelationReach } from './correlation-reach.ts';
import type { AlertRules } from './hits.ts';
import { correlateLate, type LateHits } from './late-pass.ts';

export interface LateWorkerOptions {
  engine: Engine;
  reach: CorrelationReach;
  rules: AlertRules;
  /** Late events wait this long for company: looking back once for many is cheaper. */
  lingerMs: number;
  batchesMax: number;
  retryMs: number;
  /** How far the live stream has come, event time. */
  watermarkMs: () => number;
  take: (batchesMax: number) => Promise<{ batch: number; timesMs: number[] }[]>;
  readHits: LateHits;
  apply: (done: {
    batches: readonly number[];
    correlations: readonly CorrelationRecord[];
  }) => Promise<{ correlationHits: number }>;
  onHits: (count: number) => void;
  onRetry: (error: unknown) => void;
}

export class LateWorker {
  readonly #options: LateWorkerOptions;
  #running: Promise<void> | undefined;
  /** Something may have been put aside since the running pass looked. */
  #again = false;
  readonly #stop = new AbortController();

  constructor(options: LateWorkerOptions) {
    this.#options = options;
  }

  /** Something was put aside, or may have been before a restart. */
  kick(): void {
    this.#again = true;
    if (this.#stop.signal.aborted) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#again) this.kick();
    });
  }

  /** Resolves when nothing is put aside any more. */
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
        onRetry(error);
        this.#again = !this.#stop.signal.aborted;
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
    const { engine, reach, rules, readHits, watermarkMs, batchesMax } = this.#options;
    const aside = await this.#options.take(batchesMax);
    if (aside.length === 0) return false;
    const batches = aside.map(({ batch }) => batch);
    const correlations = await correlateLate({
      engine,
      reach,
      rules,
      readHits,
      timesMs: aside.flatMap(({ timesMs }) => timesMs),
      batchMax: Math.max(...batches),
      watermarkMs: watermarkMs(),
    });
    const { correlationHits } = await this.#options.apply({ batches, correlations });
    this.#options.onHits(correlationHits);
    return true;
  }
}
