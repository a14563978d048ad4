/** Times in which changes are expected: every week at a time of day of some zone, or once from one moment to another. */

export interface WeeklyWindow {
  /** 1 Monday ... 7 Sunday; left out: every day. */
  days?: readonly number[] | undefined;
  /** `HH:MM` in the zone. */
  at: string;
  durationMs: number;
  /** As in the time zone database; left out: that of the host. */
  timeZone?: string | undefined;
  reason: string;
}

export interface SingleWindow {
  /** Moments with their offset, ISO 8601. */
  from: string;
  until: string;
  reason: string;
}

export type MaintenanceWindow = WeeklyWindow | SingleWindow;

export interface OpenWindow {
  /** Milliseconds since 1970. */
  startsAt: number;
  endsAt: number;
  reason: string;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** The window that is open at a moment; of several the one that ends last. */
export function openWindow(windows: readonly MaintenanceWindow[], now: number): OpenWindow | undefined {
  const open = windows.flatMap((window) => ('at' in window ? weekly(window, now) : single(window, now)));
  return open.sort((a, b) => b.endsAt - a.endsAt)[0];
}

function single({ from, until, reason }: SingleWindow, now: number): OpenWindow[] {
  const [startsAt, endsAt] = [Date.parse(from), Date.parse(until)];
  return now >= startsAt && now < endsAt ? [{ startsAt, endsAt, reason }] : [];
}

function weekly({ days, at, durationMs, timeZone, reason }: WeeklyWindow, now: number): OpenWindow[] {
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  const local = wallClock(now, timeZone);
  const midnight = Math.floor(local / DAY_MS) * DAY_MS;
  for (let back = 0; back <= Math.ceil(durationMs / DAY_MS); back += 1) {
    const day = midnight - back * DAY_MS;
    // 1970 began on a Thursday.
    const weekday = ((Math.floor(day / DAY_MS) + 3) % 7) + 1;
    if (days !== undefined && !days.includes(weekday)) continue;
    const startsAt = momentOf(day + (hours * 60 + minutes) * MINUTE_MS, timeZone);
    const endsAt = startsAt + durationMs;
    if (now >= startsAt && now < endsAt) return [{ startsAt, endsAt, reason }];
  }
  return [];
}

/** What clocks of a zone show at a moment, as if it were UTC. */
function wallClock(moment: number, timeZone: string | undefined): number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const seconds = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return seconds + (moment - Math.floor(moment / 1_000) * 1_000);
}

/** The moment at which clocks of a zone show that. */
function momentOf(shown: number, timeZone: string | undefined): number {
  let moment = shown;
  // Twice, since the offset may be another one on the other side of a change of clocks.
  for (let pass = 0; pass < 2; pass += 1) moment = shown - (wallClock(moment, timeZone) - moment);
  return moment;
}
