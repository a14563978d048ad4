/**
 * The collectors an agent may turn to, in order of preference; they share one store. Each has its own back-off, so
 * that a dead one costs the others nothing. The one it was enrolled with is always among them.
 */
import { BackOff } from './back-off.ts';

const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 300_000;
/** Between an attempt at one and an attempt at the next: thousands fail over at the same time. */
const FAIL_OVER_MS_MAX = 2_000;

interface Entry {
  url: string;
  backOff: BackOff;
  /** Not to be tried before. */
  dueMs: number;
  /** It said for good that it does not want this agent. */
  refused: boolean;
}

export interface CollectorListOptions {
  /** The one enrolled with: the last resort unless it stands in the list. */
  home: string;
  random: () => number;
  monotonicMs: () => number;
}

export class CollectorList {
  readonly #options: CollectorListOptions;
  #entries: Entry[] = [];

  constructor(options: CollectorListOptions, preferred: readonly string[] = []) {
    this.#options = options;
    this.update(preferred);
  }

  get urls(): string[] {
    return this.#entries.map(({ url }) => url);
  }

  /** What is known of those that stay, stays. */
  update(preferred: readonly string[]): void {
    const { home, random } = this.#options;
    this.#entries = [...new Set([...preferred, home])].map(
      (url) =>
        this.#entries.find((entry) => entry.url === url) ?? {
          url,
          backOff: new BackOff({ minMs: RETRY_MS_MIN, maxMs: RETRY_MS_MAX, random }),
          dueMs: 0,
          refused: false,
        },
    );
  }

  /** Which one to try, and in how many milliseconds: the first that is due, else the one that is due first. */
  next(): { url: string; waitMs: number } {
    const nowMs = this.#options.monotonicMs();
    const due = this.#entries.find(({ dueMs }) => dueMs <= nowMs);
    const chosen = due ?? this.#entries.toSorted((a, b) => a.dueMs - b.dueMs)[0];
    return { url: chosen?.url ?? this.#options.home, waitMs: Math.max(0, (chosen?.dueMs ?? 0) - nowMs) };
  }

  /** One that is preferred to `url` and due. */
  betterThan(url: string): string | undefined {
    const nowMs = this.#options.monotonicMs();
    const at = this.#entries.findIndex((entry) => entry.url === url);
    return this.#entries.slice(0, Math.max(at, 0)).find(({ dueMs }) => dueMs <= nowMs)?.url;
  }

  healthy(url: string): void {
    const entry = this.#entry(url);
    entry?.backOff.reset();
    if (entry !== undefined) entry.refused = false;
  }

  /** The attempt or the session is over. @param hintMs when it said when to come back. */
  ended(url: string, hintMs?: number): void {
    const { monotonicMs, random } = this.#options;
    const nowMs = monotonicMs();
    const entry = this.#entry(url);
    if (entry !== undefined) entry.dueMs = nowMs + entry.backOff.next(hintMs);
    for (const other of this.#entries) {
      if (other !== entry) other.dueMs = Math.max(other.dueMs, nowMs + random() * FAIL_OVER_MS_MAX);
    }
  }

  /** It does not want this agent. @returns whether none is left that might. */
  refused(url: string): boolean {
    const entry = this.#entry(url);
    if (entry !== undefined) entry.refused = true;
    return this.#entries.every((each) => each.refused);
  }

  #entry(url: string): Entry | undefined {
    return this.#entries.find((entry) => entry.url === url);
  }
}
