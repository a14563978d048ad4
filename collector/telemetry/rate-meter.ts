/** Events per second over the last while, from counts in one-second buckets. */
const BUCKETS = 30;

export class RateMeter {
  readonly #now: () => number;
  readonly #counts = Array.from({ length: BUCKETS }, () => 0);
  #second: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#second = Math.floor(now() / 1_000);
  }

  #roll(): void {
    const second = Math.floor(this.#now() / 1_000);
    const passed = Math.min(BUCKETS, Math.max(0, second - this.#second));
    for (let step = 1; step <= passed; step += 1) this.#counts[(this.#second + step) % BUCKETS] = 0;
    this.#second = Math.max(second, this.#second);
  }

  add(count: number): void {
    this.#roll();
    const bucket = this.#second % BUCKETS;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count;
  }

  /** Mean over the last 30 seconds. */
  perSecond(): number {
    this.#roll();
    return this.#counts.reduce((sum, count) => sum + count, 0) / BUCKETS;
  }
}
