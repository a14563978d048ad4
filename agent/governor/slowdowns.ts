/** Who waited, why and how long: so that what the governor slowed is said, not guessed. Bounded by the sources there are. */
import type { WorkClass } from './work-class.ts';

export const SLOW_REASONS = ['cpu', 'memory', 'battery', 'request'] as const;
export type SlowReason = (typeof SLOW_REASONS)[number];

export interface Slowdown {
  /** The source. */
  subject: string;
  work: WorkClass;
  reason: SlowReason;
  /** Milliseconds since 1970: first waited in this stretch. */
  since: number;
  /** Waited since then, in all. */
  waitedMs: number;
  turns: number;
}

interface Entry extends Slowdown {
  lastMs: number;
  /** Of `waitedMs`, what was told already. */
  toldMs: number;
  told: boolean;
}

/** A stretch of slowing is over when nothing waited for this long. */
const QUIET_MS = 60_000;
const AGAIN_MS = 3_600_000;

export class Slowdowns {
  readonly #entries = new Map<string, Entry>();
  readonly #toldAt = new Map<string, number>();
  readonly #worthMs: number;

  /** @param worthMs a stretch is told once it has waited this long */
  constructor(worthMs = 10_000) {
    this.#worthMs = worthMs;
  }

  /** @param nowMs wall clock */
  note(subject: string, work: WorkClass, reason: SlowReason, waitedMs: number, nowMs: number): void {
    const key = `${subject}\0${work}\0${reason}`;
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      const since = nowMs - waitedMs;
      this.#entries.set(key, {
        subject,
        work,
        reason,
        since,
        waitedMs,
        turns: 1,
        lastMs: nowMs,
        toldMs: 0,
        told: false,
      });
      return;
    }
    entry.waitedMs += waitedMs;
    entry.turns += 1;
    entry.lastMs = nowMs;
  }

  /** What is being slowed. */
  current(nowMs: number): Slowdown[] {
    return [...this.#entries.values()]
      .filter(({ lastMs }) => nowMs - lastMs < QUIET_MS)
      .map(({ subject, work, reason, since, waitedMs, turns }) => ({
        subject,
        work,
        reason,
        since,
        waitedMs,
        turns,
      }));
  }

  /**
   * What is to be told now: a stretch once it is worth a word, again every hour, and at its end. `over` says that it
   * has ended. Forgets what has ended.
   */
  takeNews(nowMs: number): (Slowdown & { over: boolean })[] {
    const news: (Slowdown & { over: boolean })[] = [];
    for (const [key, entry] of this.#entries) {
      const over = nowMs - entry.lastMs >= QUIET_MS || nowMs < entry.lastMs - QUIET_MS;
      const toldAt = this.#toldAt.get(key) ?? -Infinity;
      const due = entry.waitedMs >= this.#worthMs && (!entry.told || nowMs - toldAt >= AGAIN_MS);
      if (due || (over && entry.told && entry.waitedMs > entry.toldMs)) {
        const { subject, work, reason, since, waitedMs, turns } = entry;
        news.push({ subject, work, reason, since, waitedMs, turns, over });
        entry.told = true;
        entry.toldMs = waitedMs;
        this.#toldAt.set(key, nowMs);
      }
      if (over) {
        this.#entries.delete(key);
        this.#toldAt.delete(key);
      }
    }
    return news;
  }
}
