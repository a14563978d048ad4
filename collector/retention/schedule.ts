/** When retention runs by itself: once a day at a quiet hour of the collector's own clock and time zone. Pure. */
import { addDays, type Day, DAY_MS, dayOf } from './day.ts';

/** Milliseconds since 1970 of the last time the clock struck the hour, at or before `nowMs`. */
function lastStroke(nowMs: number, hour: number): number {
  const at = new Date(nowMs);
  at.setHours(hour, 0, 0, 0);
  return at.getTime() <= nowMs ? at.getTime() : at.setDate(at.getDate() - 1);
}

/** Whether a run is due: the hour has struck since the last one began, or none has ever been. */
export function isRunDue(nowMs: number, lastStartedMs: number | undefined, hour: number): boolean {
  return lastStartedMs === undefined || lastStartedMs < lastStroke(nowMs, hour);
}

/** Days that the date may move on from one run to the next. */
const STEP_DAYS_MAX = 7;

/**
 * The day a run takes for today. A clock that jumps ahead must not delete a year: the date moves on by a week a run,
 * unless someone vouches for the clock.
 * @param lastDay the day of the last run
 */
export function trustedDay(
  nowMs: number,
  lastDay: Day | undefined,
  isClockTrusted: boolean,
): { today: Day; isHeldBack: boolean } {
  const day = dayOf(nowMs);
  if (lastDay === undefined || isClockTrusted) return { today: day, isHeldBack: false };
  const furthest = addDays(lastDay, STEP_DAYS_MAX);
  return day > furthest ? { today: furthest, isHeldBack: true } : { today: day, isHeldBack: false };
}

/** How often it is looked whether a run is due. */
export const LOOK_MS = DAY_MS / 1_440;
