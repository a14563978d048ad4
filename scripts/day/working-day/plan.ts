/**
 * A day as a plan: who does what when, a few bytes for each; records are made turn by turn, since the whole day of a
 * province does not fit into memory. Invariant: the same seed gives the same records, however long the turns are.
 */
import { MadeUp, seeded } from '../../../collector/simulate/made-up.ts';
import type { LogChannel } from '../../../collector/protocol/record-names.ts';
import { hostsOf, hourOf, logRecord, type Activity, type StampedRecord } from '../activity.ts';
import type { Estate, SimulatedHost } from '../estate.ts';
import { windowsXml, type WindowsEvent } from '../windows-event.ts';
import { asHostLogs } from './host-logs.ts';

/** A line of a log that is not Windows'. */
export interface LineEvent {
  channel: LogChannel;
  origin: string;
  line: (made: MadeUp) => string;
  /** Since the event before it; a second or so when left out. */
  waitMs?: number | undefined;
}

export type HostEvent = (WindowsEvent & { waitMs?: number | undefined }) | LineEvent;

export interface Doing extends Omit<Activity, 'events' | 'hours'> {
  hours: Activity['hours'] | 'monday-morning';
  events: (made: MadeUp, host: SimulatedHost) => readonly HostEvent[];
}

interface Moment {
  timeMs: number;
  host: SimulatedHost;
  doing: Doing;
  seed: number;
}

const HOUR_MS = 3_600_000;
/** Most people come between a quarter past seven and eight. */
const MORNING = { fromHour: 7.2, hours: 0.8 };

export function planDay(
  doings: readonly Doing[],
  estate: Estate,
  random: () => number,
  dayMs: number,
): Moment[] {
  const moments: Moment[] = [];
  const made = new MadeUp(random, dayMs);
  for (const doing of doings) {
    for (const host of hostsOf({ kinds: doing.kinds, among: doing.among }, estate, made)) {
      const whole = Math.floor(doing.perDay);
      const times = whole + (made.chance(doing.perDay - whole) ? 1 : 0);
      for (let time = 0; time < times; time += 1) {
        const hour =
          doing.hours === 'monday-morning'
            ? MORNING.fromHour + (made.number(1_000_000) / 1_000_000) * MORNING.hours
            : hourOf(made, doing.hours);
        moments.push({ timeMs: Math.round(dayMs + hour * HOUR_MS), host, doing, seed: made.number(2 ** 31) });
      }
    }
  }
  return moments.toSorted((a, b) => a.timeMs - b.timeMs);
}

function* recordsOf({ timeMs, host, doing, seed }: Moment): Generator<StampedRecord> {
  const random = seeded(seed);
  let atMs = timeMs;
  for (const event of doing.events(new MadeUp(random, timeMs), host)) {
    atMs += event.waitMs ?? 50 + Math.floor(random() * 2_000);
    const made = new MadeUp(random, atMs);
    if ('line' in event) {
      const { channel, origin, line } = event;
      yield {
        timeMs: atMs,
        host,
        record: { kind: 'log', at: atMs, channel, origin, text: line(made) },
      };
      continue;
    }
    const logged = asHostLogs(event, host, made);
    if (logged !== undefined)
      yield logRecord(host, atMs, windowsXml(logged, `${host.hostname}.tinh.local`, atMs));
  }
}

/** @param extra records of attacks, in any order */
export function* turnsOf(
  moments: readonly Moment[],
  extra: readonly StampedRecord[],
  turnMs: number,
): Generator<StampedRecord[]> {
  let waiting: StampedRecord[] = [...extra];
  let next = 0;
  while (next < moments.length || waiting.length > 0) {
    const first = moments[next]?.timeMs ?? Infinity;
    const earliest = waiting.reduce((least, { timeMs }) => Math.min(least, timeMs), first);
    const endMs = (Math.floor(earliest / turnMs) + 1) * turnMs;
    for (let moment = moments[next]; moment !== undefined && moment.timeMs < endMs; moment = moments[next]) {
      waiting.push(...recordsOf(moment));
      next += 1;
    }
    const turn = waiting.filter(({ timeMs }) => timeMs < endMs);
    waiting = waiting.filter(({ timeMs }) => timeMs >= endMs);
    if (turn.length > 0) yield turn.toSorted((a, b) => a.timeMs - b.timeMs);
  }
}
