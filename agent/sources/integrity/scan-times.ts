/** When sets are compared in full: every so often, or at times of day, each host a little later by its own jitter. */
import { minuteOfDay } from '#protocol/time-of-day.ts';

export interface ScanTimes {
  /** With neither this nor times of day: 6 h. */
  everyMs?: number | undefined;
  /** `HH:MM`, local time of the host. */
  at?: readonly string[] | undefined;
  /** Up to so much later, always the same on one host, so that a province does not scan at one moment. */
  jitterMs?: number | undefined;
}

const EVERY_MS = 6 * 3_600_000;
/** More than between any two occurrences of a time of day. */
const DAYS_MAX = 3;

/**
 * @param last when the last scan began; undefined: there was none, and one is due.
 * @param share of the jitter that this host takes, in [0, 1).
 * @returns when the next one is due: milliseconds since 1970. A time that passed while nothing ran is due at once.
 */
export function nextScanAt(times: ScanTimes, last: number | undefined, share: number): number {
  if (last === undefined) return Number.NEGATIVE_INFINITY;
  const jitterMs = Math.floor((times.jitterMs ?? 0) * share);
  const candidates: number[] = [];
  const everyMs = times.everyMs ?? (times.at === undefined ? EVERY_MS : undefined);
  if (everyMs !== undefined) candidates.push(last + everyMs + jitterMs);
  for (const text of times.at ?? []) {
    const minutes = minuteOfDay(text);
    if (minutes !== undefined) candidates.push(nextTimeOfDay(minutes, last - jitterMs) + jitterMs);
  }
  return Math.min(...candidates);
}

/** The next moment after one that has this time of day here. */
function nextTimeOfDay(minutes: number, after: number): number {
  const midnight = new Date(after);
  midnight.setHours(0, 0, 0, 0);
  for (let days = 0; ; days += 1) {
    const day = new Date(midnight);
    day.setDate(day.getDate() + days);
    // A clock that is put forward makes a time of day that does not exist the next one that does.
    const at = new Date(day.getTime());
    at.setHours(Math.floor(minutes / 60), minutes % 60, 0, 0);
    if (at.getTime() > after || days > DAYS_MAX) return at.getTime();
  }
}
