/**
 * Paths with a notice, until they are quiet. A burst on one path becomes one look, never later than a second after it
 * began; a notice that comes during the look makes another one, so the last state is always seen. A path that is
 * costly to read is looked at less often.
 */
export interface DirtyPathsOptions {
  coalesceMs: number;
  coalesceMsMax: number;
  monotonic: () => number;
}

interface Notice {
  first: number;
  last: number;
}

/** A path may take so much of the time: after a look of 100 ms it rests for 1 s. */
const REST_FACTOR = 10;
const COSTLY_MS = 20;
const MS_MAX = 2 ** 31 - 1;

export class DirtyPaths {
  readonly #options: DirtyPathsOptions;
  readonly #notices = new Map<string, Notice>();
  readonly #restUntil = new Map<string, number>();
  #wake: (() => void) | undefined;
  /** End of the wait under way. */
  #waitsUntil = Number.NEGATIVE_INFINITY;

  constructor(options: DirtyPathsOptions) {
    this.#options = options;
  }

  add(path: string): void {
    const now = this.#options.monotonic();
    const notice = this.#notices.get(path);
    if (notice === undefined) {
      const added = { first: now, last: now };
      this.#notices.set(path, added);
      if (this.#dueAt(path, added) < this.#waitsUntil) this.wake();
    } else notice.last = now;
  }

  has(path: string): boolean {
    return this.#notices.has(path);
  }

  /** Ends a wait now. */
  wake(): void {
    this.#wake?.();
  }

  /** Paths that are quiet for long enough, parents first; they are forgotten here. */
  takeDue(): string[] {
    const now = this.#options.monotonic();
    const due: string[] = [];
    for (const [path, notice] of this.#notices) if (this.#dueAt(path, notice) <= now) due.push(path);
    for (const path of due) this.#notices.delete(path);
    return due.sort();
  }

  /** Lets a path be looked at again, and not before that time is over. */
  postpone(path: string, waitMs: number): void {
    const now = this.#options.monotonic();
    this.#notices.set(path, { first: now, last: now });
    this.#restUntil.set(path, now + waitMs);
  }

  /** Tells how long it took to look at a path. */
  spent(path: string, durationMs: number): void {
    if (durationMs > COSTLY_MS) {
      this.#restUntil.set(path, this.#options.monotonic() + durationMs * REST_FACTOR);
    } else this.#restUntil.delete(path);
  }

  /** Resolves when a path is due, at the time `until`, on `wake` and on abort. */
  async due(until: number, signal: AbortSignal): Promise<void> {
    const now = this.#options.monotonic();
    let next = until;
    for (const [path, notice] of this.#notices) next = Math.min(next, this.#dueAt(path, notice));
    if (next <= now || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = (): void => {
      resolve();
    };
    const timer = setTimeout(done, Math.min(Math.ceil(next - now), MS_MAX));
    signal.addEventListener('abort', done, { once: true });
    this.#wake = done;
    this.#waitsUntil = next;
    await promise;
    clearTimeout(timer);
    signal.removeEventListener('abort', done);
    this.#wake = undefined;
    this.#waitsUntil = Number.NEGATIVE_INFINITY;
  }

  #dueAt(path: string, notice: Notice): number {
    const { coalesceMs, coalesceMsMax } = this.#options;
    const quiet = Math.min(notice.last + coalesceMs, notice.first + coalesceMsMax);
    return Math.max(quiet, this.#restUntil.get(path) ?? Number.NEGATIVE_INFINITY);
  }
}
