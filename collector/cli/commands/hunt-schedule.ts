/** `vonggac hunt schedule | unschedule | runs`: kept hunts that run by themselves, and what they found. */
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { localTime } from '../local-time.ts';
import {
  huntKept,
  huntRuns,
  huntSchedule,
  huntUnschedule,
  type KeptHunt,
} from '../operations/hunt-schedule.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';

export interface HuntScheduleFlags {
  every?: number;
  daily?: string;
  overlap: number;
  threshold: number;
  paused?: boolean;
  atVersion?: number;
  json?: boolean;
}

const EVERY_MINUTES = { min: 15, max: 44_640 } as const;
const OVERLAP_MINUTES = { min: 5, max: 10_080 } as const;
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

const local = (iso: string): string => localTime(Date.parse(iso));

export async function scheduleHuntCommand(
  context: CommandContext,
  hunt: string,
  { every, daily, overlap, threshold, paused, atVersion: version, json }: HuntScheduleFlags,
): Promise<ExitCode> {
  const { m, print } = context;
  const isOff = every !== undefined && (every < EVERY_MINUTES.min || every > EVERY_MINUTES.max);
  const isNoTime = daily !== undefined && !TIME.test(daily);
  if ((every === undefined) === (daily === undefined) || isOff || isNoTime)
    throw new UsageError(m.huntSchedule.oneTurn);
  const kept = await call(context, huntSchedule, {
    hunt,
    everyMinutes: every,
    dailyAt: daily,
    overlapMinutes: Math.min(OVERLAP_MINUTES.max, Math.max(OVERLAP_MINUTES.min, overlap)),
    threshold,
    enabled: paused !== true,
    version,
  });
  const next = kept.schedule?.nextAt ?? undefined;
  if (json === true) print(JSON.stringify(kept, undefined, 2));
  else if (next === undefined) print(m.huntSchedule.paused(printable(kept.name)));
  else print(m.huntSchedule.scheduled(printable(kept.name), local(next)));
  return EXIT.ok;
}

export async function unscheduleHuntCommand(context: CommandContext, hunt: string): Promise<ExitCode> {
  const { name } = await call(context, huntUnschedule, { hunt });
  context.print(context.m.huntSchedule.unscheduled(printable(name)));
  return EXIT.ok;
}

export async function huntRunsCommand(
  context: CommandContext,
  hunt: string | undefined,
  flags: { json?: boolean },
): Promise<ExitCode> {
  if (hunt === undefined) return printKept(context, flags);
  const { m, print } = context;
  const { runs } = await call(context, huntRuns, { hunt });
  const { columns, outcomes, noRuns } = m.huntSchedule;
  if (flags.json === true) print(JSON.stringify(runs, undefined, 2));
  else if (runs.length === 0) print(noRuns);
  else
    formatTable(runs, [
      { title: columns.at, value: ({ at }) => local(at) },
      { title: columns.from, value: ({ from }) => local(from) },
      { title: columns.to, value: ({ to }) => local(to) },
      { title: columns.state, value: ({ outcome }) => outcomes[outcome] },
      {
        title: columns.events,
        value: ({ events, isCut }) => `${isCut ? '>=' : ''}${events}`,
        align: 'right',
      },
      { title: columns.hosts, value: ({ hosts }) => String(hosts), align: 'right' },
      { title: columns.seconds, value: ({ seconds }) => String(seconds), align: 'right' },
      { title: columns.fault, value: ({ fault }) => printable(fault ?? '') },
    ]).forEach(print);
  return EXIT.ok;
}

async function printKept(context: CommandContext, flags: { json?: boolean }): Promise<ExitCode> {
  const { m, print } = context;
  const { columns, noneKept } = m.huntSchedule;
  const kept = await call(context, huntKept, {});
  if (flags.json === true) print(JSON.stringify(kept, undefined, 2));
  else if (kept.length === 0) print(noneKept);
  else
    formatTable(kept, [
      { title: columns.id, value: ({ id }) => id },
      { title: columns.name, value: ({ name }) => printable(name) },
      { title: columns.when, value: ({ schedule }) => whenOf(context, schedule) },
      { title: columns.state, value: ({ schedule }) => stateOf(context, schedule) },
      { title: columns.next, value: ({ schedule }) => (schedule?.nextAt ? local(schedule.nextAt) : '-') },
      { title: columns.missed, value: ({ schedule }) => String(schedule?.missed ?? '-'), align: 'right' },
      { title: columns.fault, value: ({ schedule }) => printable(schedule?.fault ?? '') },
    ]).forEach(print);
  return EXIT.ok;
}

function whenOf({ m }: CommandContext, schedule: KeptHunt['schedule']): string {
  if (schedule === null) return m.huntSchedule.never;
  const { everyMinutes, dailyAt, timeZone } = schedule;
  if (everyMinutes !== null) return m.huntSchedule.every(everyMinutes);
  return m.huntSchedule.daily(dailyAt ?? '', timeZone);
}

function stateOf({ m }: CommandContext, schedule: KeptHunt['schedule']): string {
  if (schedule === null) return '-';
  return m.huntSchedule.states[schedule.enabled ? schedule.state : 'paused'];
}
