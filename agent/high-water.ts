/**
 * Holds back the sources that can wait (a log file waits on its own disk) while the spool is nearly full, so that
 * nothing is dropped that need not be. A source of one lane is held only by what its lane may not push out: bulk logs
 * of a long outage do not blind what watches files.
 */
import type { Spool } from './spool/spool.ts';

const HOLD_ABOVE = 0.8;
const RELEASE_BELOW = 0.7;

/** Whether the spool is nearly full, with a gap between holding and release so that it does not flutter. */
export class HighWater {
  readonly #spool: Spool;
  readonly #lane: number;
  readonly #waiters = new Set<() => void>();
  #holding = false;

  /** @param lane of all the source's records; left out: it has records of any. */
  constructor(spool: Spool, lane = Infinity) {
    this.#spool = spool;
    this.#lane = lane;
  }

  get holding(): boolean {
    return this.#holding;
  }

  /** Looks at the spool again: after each commit and each acknowledgement. */
  update(): void {
    const { lanes, bytesMax } = this.#spool.status();
    const waitingBytes = lanes.reduce((sum, { lane, bytes }) => sum + (lane <= this.#lane ? bytes : 0), 0);
    const threshold = this.#holding ? RELEASE_BELOW : HOLD_ABOVE;
    this.#holding = waitingBytes > bytesMax * threshold;
    if (!this.#holding) for (const finish of this.#waiters) finish();
  }

  /** Resolves when there is room, or when `signal` aborts. */
  room(signal: AbortSignal): Promise<void> {
    this.update();
    if (!this.#holding || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = (): void => {
        this.#waiters.delete(finish);
        signal.removeEventListener('abort', finish);
        resolve();
      };
      this.#waiters.add(finish);
      signal.addEventListener('abort', finish, { once: true });
    });
  }
}
