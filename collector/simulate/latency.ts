/** Times by the million in a fixed amount of memory: buckets that grow by a fiftieth, so quantiles are true to 2 %. */
const GROWTH = 1.02;
const LOG_GROWTH = Math.log(GROWTH);
const BUCKETS = 1_024;

export class Latency {
  readonly #counts = new Float64Array(BUCKETS);
  #total = 0;

  /** @param ms not negative */
  add(ms: number): void {
    const bucket = Math.min(BUCKETS - 1, Math.max(0, Math.ceil(Math.log(Math.max(1, ms)) / LOG_GROWTH)));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total += 1;
  }

  get count(): number {
    return this.#total;
  }

  /** Milliseconds below which that share of the times lies; null when there are none. */
  quantile(share: number): number | null {
    if (this.#total === 0) return null;
    let seen = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      seen += count;
      if (seen >= share * this.#total) return Math.round(GROWTH ** bucket);
    }
    return Math.round(GROWTH ** BUCKETS);
  }
}
