/**
 * Keeps an indicator that everybody shows from drowning the rest: above so many events in an hour it is throttled, and
 * then tells each host once a day. What is left out is counted. Bounded: so many indicators, so many hosts of each.
 */

export const THROTTLE = {
  /** Events in an hour that one indicator may show. */
  hourMax: 1_000,
  windowMs: 3_600_000,
  /** A host is told again after so long. */
  hostAgainMs: 86_400_000,
  countedMax: 10_000,
  hostsMax: 20_000,
} as const;

interface Count {
  fromMs: number;
  events: number;
}

interface Held {
  /** Told as throttled to whoever keeps it. */
  isTold: boolean;
  /** Agent id -> when it was told last. */
  hosts: Map<string, number>;
}

export type Verdict = 'told' | 'held' | 'throttled-now';

export class MatchThrottle {
  readonly #hourMax: number;
  readonly #counts = new Map<number, Count>();
  readonly #held = new Map<number, Held>();

  constructor(hourMax: number = THROTTLE.hourMax) {
    this.#hourMax = hourMax;
  }

  /** What the register says: throttled, or not (any more). */
  set(id: number, isThrottled: boolean): void {
    if (!isThrottled) {
      // One that is about to be written down as throttled is not let go by an older word.
      if (this.#held.get(id)?.isTold === true) this.#held.delete(id);
    } else {
      const held = this.#held.get(id);
      if (held === undefined) this.#held.set(id, { isTold: true, hosts: new Map() });
      else held.isTold = true;
    }
  }

  /** An event of the host shows the indicator. */
  judge(id: number, agentId: string, nowMs: number): Verdict {
    const held = this.#held.get(id);
    if (held !== undefined) return isAgain(held, agentId, nowMs) ? 'told' : 'held';
    let count = this.#counts.get(id);
    if (count === undefined || nowMs - count.fromMs >= THROTTLE.windowMs) {
      if (count === undefined && this.#counts.size >= THROTTLE.countedMax) this.#forget(nowMs);
      count = { fromMs: nowMs, events: 0 };
      this.#counts.set(id, count);
    }
    count.events += 1;
    if (count.events <= this.#hourMax) return 'told';
    this.#counts.delete(id);
    this.#held.set(id, { isTold: false, hosts: new Map([[agentId, nowMs]]) });
    return 'throttled-now';
  }

  /** Hours that are over; else the one that was begun first. */
  #forget(nowMs: number): void {
    for (const [id, { fromMs }] of this.#counts)
      if (nowMs - fromMs >= THROTTLE.windowMs) this.#counts.delete(id);
    if (this.#counts.size < THROTTLE.countedMax) return;
    for (const id of this.#counts.keys()) {
      this.#counts.delete(id);
      return;
    }
  }
}

function isAgain({ hosts }: Held, agentId: string, nowMs: number): boolean {
  const lastMs = hosts.get(agentId);
  if (lastMs !== undefined && nowMs - lastMs < THROTTLE.hostAgainMs) return false;
  if (lastMs === undefined && hosts.size >= THROTTLE.hostsMax) return false;
  hosts.set(agentId, nowMs);
  return true;
}
