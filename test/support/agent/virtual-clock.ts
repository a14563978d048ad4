/** Time that passes only when somebody sleeps: each sleep ends at its moment, in order, without waiting. */
import type { Clock } from '../../../agent/clock.ts';

interface Sleeper {
  atMs: number;
  wake: () => void;
}

export class VirtualClock implements Clock {
  readonly #sleepers: Sleeper[] = [];
  #ms = 0;
  /** Added to what the wall says: a clock that is set. */
  wallOffsetMs = Date.UTC(2026, 0, 5);

  now(): number {
    return this.#ms + this.wallOffsetMs;
  }

  monotonicMs(): number {
    return this.#ms;
  }

  /** Work takes time. */
  pass(ms: number): void {
    this.#ms += ms;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper = { atMs: this.#ms + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener(
        'abort',
        () => {
          const at = this.#sleepers.indexOf(sleeper);
          if (at >= 0) this.#sleepers.splice(at, 1);
          resolve();
        },
        { once: true },
      );
    });
  }

  /** Lets time pass up to then, waking who is due in order; what wakes up may work and sleep again. */
  async advanceTo(ms: number): Promise<void> {
    for (;;) {
      await settle();
      const next = this.#sleepers.toSorted((one, other) => one.atMs - other.atMs)[0];
      if (next === undefined || next.atMs > ms) break;
      this.#sleepers.splice(this.#sleepers.indexOf(next), 1);
      this.#ms = Math.max(this.#ms, next.atMs);
      next.wake();
    }
    this.#ms = Math.max(this.#ms, ms);
  }
}

/** Everything that can go on without time passing has gone on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
