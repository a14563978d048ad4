/** When a message that was not taken is tried again: ever later, and never all at once. */

export const ATTEMPTS_MAX = 12;
const FIRST_MS = 30_000;
const LONGEST_MS = 3_600_000;

/**
 * @param attempts so far, from 1
 * @param chance from 0 to 1
 * @returns milliseconds, between half and the whole of what doubling from 30 s to an hour gives; all tries together take
 * between 4 and 8 hours
 */
export function retryDelayMs(attempts: number, chance: number): number {
  const wholeMs = Math.min(FIRST_MS * 2 ** (attempts - 1), LONGEST_MS);
  return Math.round(wholeMs * (0.5 + chance / 2));
}
