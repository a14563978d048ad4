/**
 * How long a batch waits for company. Most of an insert's cost is the same for ten rows as for a thousand, so the more
 * there is to come, the longer it pays to wait; a lone event is stored soon.
 */
export interface LingerOptions {
  /** Wait when hardly anything comes, and when much does; milliseconds. */
  min: number;
  max: number;
  /** Rows a second from which on the longest wait holds. */
  fullRate: number;
}

/** Time over which the rate is smoothed. */
const SMOOTHING_MS = 1_000;

export class Linger {
  readonly #options: LingerOptions;
  #rate = 0;
  #rows = 0;
  #sinceMs: number | undefined;

  constructor(options: LingerOptions) {
    this.#options = options;
  }

  /** Rows came. */
  add(rows: number, nowMs: number): void {
    this.#rows += rows;
    this.#sinceMs ??= nowMs;
    const elapsedMs = nowMs - this.#sinceMs;
    if (elapsedMs < SMOOTHING_MS) return;
    const rate = (this.#rows / elapsedMs) * 1_000;
    const weight = Math.min(1, elapsedMs / (2 * SMOOTHING_MS));
    this.#rate += (rate - this.#rate) * weight;
    this.#rows = 0;
    this.#sinceMs = nowMs;
  }

  get ms(): number {
    const { min, max, fullRate } = this.#options;
    return min + (max - min) * Math.min(1, this.#rate / fullRate);
  }
}
