/** What goes on in a network of offices: who does what, how often, at which hours. */
import { MadeUp } from '../../collector/simulate/made-up.ts';
import type { Estate, HostKind, SimulatedHost } from './estate.ts';
import { windowsXml, type WindowsEvent } from './windows-event.ts';

export interface Activity {
  name: string;
  kinds: readonly HostKind[];
  /** Share of these hosts that ever do it, or how many. */
  among: { share: number } | { hosts: number };
  /** Times a day on each. */
  perDay: number;
  hours: 'office' | 'night' | 'any';
  events: (made: MadeUp, host: SimulatedHost) => readonly WindowsEvent[];
}

/** A record of an agent with its place and time. */
export interface StampedRecord {
  timeMs: number;
  host: SimulatedHost;
  record: object;
}

const HOUR_MS = 3_600_000;

/** @returns hours since the day's begin */
export function hourOf(made: MadeUp, hours: Activity['hours']): number {
  const part = made.number(1_000_000) / 1_000_000;
  if (hours === 'any') return part * 24;
  if (hours === 'night') return part * 5;
  // Mornings and afternoons, with a break.
  return part < 0.5 ? 7.5 + part * 8 : 13 + (part - 0.5) * 8;
}

export function logRecord(host: SimulatedHost, timeMs: number, text: string): StampedRecord {
  const origin = /<Channel>([^<]*)/.exec(text)?.[1] ?? 'Security';
  return { timeMs, host, record: { kind: 'log', at: timeMs, channel: 'windows-xml', origin, text } };
}

/** Which hosts do it: the same ones for the same seed. */
export function hostsOf(
  activity: Pick<Activity, 'kinds' | 'among'>,
  estate: Estate,
  made: MadeUp,
): SimulatedHost[] {
  const able = estate.hosts.filter(({ kind }) => activity.kinds.includes(kind));
  const wanted =
    'hosts' in activity.among ? activity.among.hosts : Math.round(able.length * activity.among.share);
  for (let at = able.length - 1; at > 0; at -= 1) {
    const other = made.number(at + 1);
    const here = able[at];
    const there = able[other];
    if (here !== undefined && there !== undefined) [able[at], able[other]] = [there, here];
  }
  return able.slice(0, wanted);
}

/** A day of all activities, in the order of time. */
export function makeDay(
  activities: readonly Activity[],
  estate: Estate,
  random: () => number,
  dayMs: number,
): StampedRecord[] {
  const records: StampedRecord[] = [];
  for (const activity of activities) {
    const planner = new MadeUp(random, dayMs);
    for (const host of hostsOf(activity, estate, planner)) {
      const whole = Math.floor(activity.perDay);
      const times = whole + (planner.chance(activity.perDay - whole) ? 1 : 0);
      for (let time = 0; time < times; time += 1) {
        let timeMs = Math.round(dayMs + hourOf(planner, activity.hours) * HOUR_MS);
        const made = new MadeUp(random, timeMs);
        for (const event of activity.events(made, host)) {
          records.push(logRecord(host, timeMs, windowsXml(event, `${host.hostname}.tinh.local`, timeMs)));
          timeMs += 50 + made.number(2_000);
        }
      }
    }
  }
  return records.toSorted((a, b) => a.timeMs - b.timeMs);
}
