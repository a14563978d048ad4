/** When a scheduled hunt is due: on a grid of minutes, or daily by the clock on the wall. The clock is an argument. */
import { localClock } from '../../oncall/hours.ts';

export type Turns = { everyMs: number } | { dailyAt: string; timeZone: string };

export interface NextTurn {
  dueMs: number;
  /** Turns after the one that is run now, up to now: they are left out. */
  missed: number;
}

const DAY_MS = 86_400_000;
/** A day is at most so long where clocks are changed. */
const DAY_MS_MAX = 90_000_000;

/** When the wall shows the time on that day; a time that a change of clocks leaves out is at most an hour off. */
function wallTimeMs(date: string, time: string, timeZone: string): number {
  const wanted = Date.parse(`${date}T${time}Z`);
  let ms = wanted;
  for (let step = 0; step < 2; step += 1) {
    const shown = localClock(timeZone, ms);
    ms += wanted - Date.parse(`${shown.date}T${shown.time}Z`);
  }
  return ms;
}

const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** The first turn after that time. */
export function firstTurnMs(turns: Turns, afterMs: number): number {
  if ('everyMs' in turns) return afterMs + turns.everyMs;
  const { dailyAt, timeZone } = turns;
  const { date } = localClock(timeZone, afterMs);
  const today = wallTimeMs(date, dailyAt, timeZone);
  return today > afterMs ? today : wallTimeMs(addDays(date, 1), dailyAt, timeZone);
}

/** After a run that was due then: the first turn that is still to come. */
export function nextTurn(turns: Turns, dueMs: number, nowMs: number): NextTurn {
  if (nowMs < dueMs) return { dueMs: firstTurnMs(turns, nowMs), missed: 0 };
  if ('everyMs' in turns) {
    const missed = Math.floor((nowMs - dueMs) / turns.everyMs);
    return { dueMs: dueMs + (missed + 1) * turns.everyMs, missed };
  }
  const next = firstTurnMs(turns, nowMs);
  return { dueMs: next, missed: Math.max(0, Math.round((next - dueMs) / DAY_MS) - 1) };
}

/** No turn lies so far ahead unless the clock was set back since. */
export function isTooFarAhead(turns: Turns, dueMs: number, nowMs: number): boolean {
  return dueMs - nowMs > ('everyMs' in turns ? turns.everyMs : DAY_MS_MAX);
}
