/**
 * Milliseconds on a clock that nobody sets, since the process began. Not of `performance`: to ask it loads all that the
 * runtime measures itself with.
 */
export function monotonicNow(): number {
  return process.uptime() * 1_000;
}
