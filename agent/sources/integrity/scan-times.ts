/** When sets are compared in full: every so often, or at times of day, each host a little later by its own jitter. */

export interface ScanTimes {
  everyMs?: number | undefined;
  /** `HH:MM`, local time of the host. */
  at?: readonly string[] | undefined;
  /** Up to so much later, always the same on one host, so that a province does not scan at one moment. */
  jitterMs?: number | undefined;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** @returns minutes since midnight; undefined when it is no time of day. */
export function minutesOfDay(text: string): number | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  return match === null ? undefined : Number(match[1]) * 60 + Number(match[2]);
}

/**
 * @param last when the last scan began; undefined: there was none, and one is due.
 * @param share of the jitter that this host takes, in [0, 1).
 * @returns when the next one is due: milliseconds since 1970. A time that passed while nothing ran is due at once.
 */
export function nextScanAt(times: ScanTimes, last: number | undefined, share: number): number {
  if (last === undefined) return Number.NEGATIVE_INFINITY;
  const jitterMs = Math.floor((times.jitterMs ?? 0) * share);
  const candidates: number[] = [];
  if (times.everyMs !== undefined) candidates.push(last + times.everyMs + jitterMs);
  for (const text of times.at ?? []) {
    const minutes = minutesOfDay(text);
    if (minutes !== undefined) candidates.push(nextTimeOfDay(minutes, last - jitterMs) + jitterMs);
  }
  return candidates.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...candidates);
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
    if (at.getTime() > after || days > DAY_MS / MINUTE_MS) return at.getTime();
  }
}
