/** How much time a clock leaves, or how long it has been over: in the two largest units, as people say it. Pure. */

export type TimeLeft = {
  readonly over: boolean;
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
};

export function timeLeft(dueIso: string, nowMs: number): TimeLeft {
  const ms = Date.parse(dueIso) - nowMs;
  const minutes = Math.floor(Math.abs(ms) / 60_000);
  return {
    over: ms < 0,
    days: Math.floor(minutes / 1_440),
    hours: Math.floor(minutes / 60) % 24,
    minutes: minutes % 60,
  };
}
