/**
 * A bound on bytes per second that may be overdrawn once: whoever may send sends a whole message, and waits until
 * its bytes are earned. At most one second is saved up.
 */
const BURST_MS = 1_000;

export class TokenBucket {
  readonly #monotonicMs: () => number;
  #tokens = 0;
  #rate: number | undefined;
  #atMs: number;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
    this.#atMs = monotonicMs();
  }

  /** @param rate bytes per second; undefined: no bound. */
  #earn(rate: number | undefined): void {
    const nowMs = this.#monotonicMs();
    if (rate === undefined) this.#tokens = 0;
    else {
      const burst = (rate * BURST_MS) / 1_000;
      // A bound that is new, or higher than before, begins with what may be saved up, no debts.
      if (this.#rate === undefined) this.#tokens = burst;
      this.#tokens = Math.min(burst, this.#tokens + (rate * (nowMs - this.#atMs)) / 1_000);
    }
    this.#rate = rate;
    this.#atMs = nowMs;
  }

  waitMs(rate: number | undefined): number {
    this.#earn(rate);
    if (rate === undefined || this.#tokens > 0) return 0;
    return Math.max(1, Math.ceil(((1 - this.#tokens) / rate) * 1_000));
  }

  take(bytes: number, rate: number | undefined): void {
    this.#earn(rate);
    if (rate !== undefined) this.#tokens -= bytes;
  }
}
