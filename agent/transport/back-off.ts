/** Waiting times between attempts: exponential with full jitter, so that thousands of agents do not come back at once. */
export interface BackOffOptions {
  minMs: number;
  maxMs: number;
  /** Uniform in [0, 1). */
  random: () => number;
}

/** A hint beyond this is taken for a defect of the peer. */
const HINT_MS_MAX = 3_600_000;

export class BackOff {
  readonly #options: BackOffOptions;
  #attempt = 0;

  constructor(options: BackOffOptions) {
    this.#options = options;
  }

  /** @param earliestMs the peer's own hint; jitter comes on top of it. */
  next(earliestMs?: number): number {
    const { minMs, maxMs, random } = this.#options;
    // 2 ** 30 ms is above any sensible maximum.
    const ceiling = Math.min(maxMs, minMs * 2 ** Math.min(this.#attempt + 1, 30));
    this.#attempt += 1;
    const floor = earliestMs === undefined ? minMs : Math.max(minMs, Math.min(earliestMs, HINT_MS_MAX));
    return Math.round(floor + random() * (ceiling - minMs));
  }

  reset(): void {
    this.#attempt = 0;
  }
}
