/** How many messages a second each sender may send: a token bucket an address, for a bounded number of addresses. */
export interface SenderRateOptions {
  recordsPerSecondMax: number;
  /** Milliseconds that only go forward. */
  monotonicMs: () => number;
  /** Addresses remembered; the one longest silent is forgotten first. Default 10,000. */
  sendersMax?: number | undefined;
}

/** A sender that was silent may send so many seconds' worth at once. */
const BURST_SECONDS = 5;
const SENDERS_MAX = 10_000;

interface Bucket {
  tokens: number;
  atMs: number;
}

export class SenderRate {
  readonly #options: SenderRateOptions;
  readonly #sendersMax: number;
  /** The longest silent first. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(options: SenderRateOptions) {
    this.#options = options;
    this.#sendersMax = options.sendersMax ?? SENDERS_MAX;
  }

  /** @returns whether one more message of this sender may pass. */
  take(address: string): boolean {
    const { recordsPerSecondMax, monotonicMs } = this.#options;
    const atMs = monotonicMs();
    const tokensMax = recordsPerSecondMax * BURST_SECONDS;
    const old = this.#buckets.get(address);
    const earned = old === undefined ? tokensMax : ((atMs - old.atMs) / 1_000) * recordsPerSecondMax;
    const tokens = Math.min(tokensMax, (old?.tokens ?? 0) + earned);
    const passes = tokens >= 1;
    this.#buckets.delete(address);
    if (this.#buckets.size >= this.#sendersMax) {
      const [silent] = this.#buckets.keys();
      if (silent !== undefined) this.#buckets.delete(silent);
    }
    this.#buckets.set(address, { tokens: passes ? tokens - 1 : tokens, atMs });
    return passes;
  }
}
