/**
 * Memory against its budget: over it when it stays there for a few looks, so that one burst is none; within it again
 * below nine tenths. While it is over, whoever can give memory back is asked to, now and then.
 */
import type { Clock } from '../clock.ts';
import type { GovernorNews } from './governor.ts';

/** Somebody who can give memory back. */
export interface Relief {
  name: string;
  /** Costs at most some 50 ms; must not throw. */
  relieve: () => void;
}

const LOOKS_OVER = 3;
const WITHIN_SHARE = 0.9;
const RELIEVE_EVERY_MS = 60_000;
/** Who waits for memory waits this long at first; where it does not help, holding on would only blind the agent. */
const HOPE_MS = 60_000;
const WAIT_MS_MAX = 100;

export class MemoryWatch {
  readonly #bytesMax: number;
  readonly #reliefs: readonly Relief[];
  readonly #clock: Clock;
  #looksOver = 0;
  #overSinceMs: number | undefined;
  #relievedAtMs = -Infinity;

  constructor(bytesMax: number, reliefs: readonly Relief[], clock: Clock) {
    this.#bytesMax = bytesMax;
    this.#reliefs = reliefs;
    this.#clock = clock;
  }

  get isOver(): boolean {
    return this.#overSinceMs !== undefined;
  }

  /** How long one turn waits at most: as long as the work bears, while the excess is young, then a moment. */
  waitMsMax(bearableMs: number): number {
    const overMs = this.#clock.monotonicMs() - (this.#overSinceMs ?? 0);
    return overMs < HOPE_MS ? bearableMs : Math.min(bearableMs, WAIT_MS_MAX);
  }

  /** @param rssBytes now */
  look(rssBytes: number): GovernorNews[] {
    const atMs = this.#clock.monotonicMs();
    this.#looksOver = rssBytes > this.#bytesMax ? this.#looksOver + 1 : 0;
    if (this.#overSinceMs === undefined) {
      if (this.#looksOver < LOOKS_OVER) return [];
      this.#overSinceMs = atMs;
      this.#relieve(atMs);
      return [{ kind: 'memory-over', rssBytes, relieved: this.#reliefs.map(({ name }) => name) }];
    }
    if (rssBytes >= this.#bytesMax * WITHIN_SHARE) {
      if (atMs - this.#relievedAtMs >= RELIEVE_EVERY_MS) this.#relieve(atMs);
      return [];
    }
    const overMs = atMs - this.#overSinceMs;
    this.#overSinceMs = undefined;
    return [{ kind: 'memory-within', rssBytes, overMs }];
  }

  #relieve(atMs: number): void {
    this.#relievedAtMs = atMs;
    for (const { relieve } of this.#reliefs) relieve();
  }
}
