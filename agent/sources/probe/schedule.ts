/**
 * When each target's turn is: those never looked at first, spread over a few seconds; the others when their time has
 * come, by a tenth earlier or later, so that they do not march in step.
 */

export interface ScheduleOptions {
  /** Uniform in [0, 1). */
  random: () => number;
  monotonicMs: () => number;
}

const START_MS_MAX = 5_000;
const JITTER = 0.1;
const TIMER_MS_MAX = 60_000;

/** What is scheduled: `dueInMs` at the start; undefined for what was never looked at. */
interface Scheduled {
  config: { intervalMs: number };
  dueInMs: number | undefined;
}

export class Schedule<Target extends Scheduled> {
  readonly #options: ScheduleOptions;
  /** Those whose look is under way are not here. */
  readonly #dueMs = new Map<Target, number>();
  #timer: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;

  constructor(targets: readonly Target[], options: ScheduleOptions) {
    this.#options = options;
    const { random, monotonicMs } = options;
    for (const target of targets) {
      const spread = Math.min(START_MS_MAX, target.config.intervalMs * JITTER);
      const wait = Math.min(target.dueInMs ?? 0, target.config.intervalMs);
      this.#dueMs.set(target, monotonicMs() + Math.max(0, wait) + random() * spread);
    }
  }

  /** Those whose turn it is, the longest waiting first; their look is under way from here on. */
  due(countMax: number): Target[] {
    const now = this.#options.monotonicMs();
    const due = [...this.#dueMs].filter(([, at]) => at <= now).sort(([, left], [, right]) => left - right);
    const targets = due.slice(0, Math.max(0, countMax)).map(([target]) => target);
    for (const target of targets) this.#dueMs.delete(target);
    return targets;
  }

  again(target: Target, afterMs: number): void {
    const { random, monotonicMs } = this.#options;
    this.#dueMs.set(target, monotonicMs() + afterMs * (1 - JITTER + 2 * JITTER * random()));
  }

  /** Resolves when another one's turn has come, or when `signal` aborts. @param isFull none could begin now. */
  async wait(signal: AbortSignal, isFull: boolean): Promise<undefined> {
    this.stop();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const wake = (): void => resolve(undefined);
    const next = Math.min(...this.#dueMs.values(), Infinity);
    const afterMs = isFull ? TIMER_MS_MAX : next - this.#options.monotonicMs();
    this.#wake = wake;
    this.#timer = setTimeout(wake, Math.min(Math.max(afterMs, 0), TIMER_MS_MAX));
    signal.addEventListener('abort', wake, { once: true });
    await promise;
    signal.removeEventListener('abort', wake);
    return undefined;
  }

  /** Whoever still waits is let go. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#wake?.();
    this.#wake = undefined;
  }
}
