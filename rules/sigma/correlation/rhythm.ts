/**
 * Events at regular intervals, as a program that asks for orders makes them. Events close together are one call, which
 * is as late as the last of them: so the value is that of the entries in the window alone, whatever came before.
 */
import type { Aggregate } from './aggregate.ts';

/** What follows so soon belongs to the same call: several connections, a second try. */
const BURST_MS = 5_000;
/** The newest calls are enough to tell, and judging them costs the same however many there are. */
export const CALLS_MAX = 128;
/** So many of the gaps have to be usual: a call that was lost or tried again is no disguise. */
const USUAL_SHARE = 2 / 3;

/**
 * The number of calls whose gaps are like the median gap, while most are; else 0.
 * @param spread how far a gap may be from the median, as a share of it
 */
export function inRhythm(spread: number): Aggregate {
  const calls = new Float64Array(CALLS_MAX);
  const gaps = new Float64Array(CALLS_MAX);
  let count = 0;
  return {
    reversible: false,
    clear() {
      count = 0;
    },
    add(_rule, _value, timeMs) {
      const newest = calls[(count - 1) % CALLS_MAX];
      if (count === 0 || newest === undefined || timeMs - newest > BURST_MS) count += 1;
      calls[(count - 1) % CALLS_MAX] = timeMs;
    },
    remove: () => undefined,
    value(startMs) {
      let found = 0;
      for (let at = count - 1; at > 0 && at > count - CALLS_MAX; at -= 1) {
        const [later, earlier] = [calls[at % CALLS_MAX] ?? 0, calls[(at - 1) % CALLS_MAX] ?? 0];
        if (earlier < startMs) break;
        gaps[found] = later - earlier;
        found += 1;
      }
      return found === 0 ? 0 : usualOf(gaps.subarray(0, found).sort(), spread);
    },
  };
}

/** @param gaps in order */
function usualOf(gaps: Float64Array, spread: number): number {
  const middle = ((gaps[(gaps.length - 1) >> 1] ?? 0) + (gaps[gaps.length >> 1] ?? 0)) / 2;
  let usual = 0;
  for (const gap of gaps) if (Math.abs(gap - middle) <= spread * middle) usual += 1;
  return usual < gaps.length * USUAL_SHARE ? 0 : usual + 1;
}
