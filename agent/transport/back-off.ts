/**
 * Waiting times between attempts, with decorrelated jitter: each is drawn between the least and three times the last
 * one, so that thousands of agents that lost the same collector at once do not come back at once.
 */
export interface BackOffOptions {
  minMs: number;
  maxMs: number;
  /** Uniform in [0, 1). */
  random: () => number;
}

/** A hint beyond this is taken for a defect of the peer. */
const HINT_MS_MAX = 3_600_000;
const GROWTH = 3;

export class BackOff {
  readonly #options: BackOffOptions;
  #lastMs: number;

  constructor(options: BackOffOptions) {
    this.#options = options;
    this.#lastMs = options.minMs;
  }

  /** @param earliestMs the peer's own hint: the wait is spread from it to twice as long. */
  next(earliestMs?: number): number {
    const { minMs, maxMs, random } = this.#options;
    if (earliestMs !== undefined) {
      const floor = Math.max(minMs, Math.min(earliestMs, HINT_MS_MAX));
      return Math.round(floor + random() * floor);
    }
    this.#lastMs = Math.min(maxMs, Math.round(minMs + random() * (this.#lastMs * GROWTH - minMs)));
    return this.#lastMs;
  }

  reset(): void {
    this.#lastMs = this.#options.minMs;
  }
}
