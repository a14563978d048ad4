/** Longest wait of one timer. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Resolves after `waitMs`, `Infinity` included, or when the agent stops. */
export async function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  let leftMs = waitMs;
  while (leftMs > 0 && !signal.aborted) {
    const stepMs = Math.min(leftMs, TIMER_MS_MAX);
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = (): void => resolve();
    const timer = setTimeout(done, stepMs);
    signal.addEventListener('abort', done, { once: true });
    await promise;
    clearTimeout(timer);
    signal.removeEventListener('abort', done);
    leftMs -= stepMs;
  }
}
