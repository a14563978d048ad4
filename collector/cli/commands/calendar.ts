/** `vonggac calendar list | show | set | clear` and `vonggac group list | profile` */
import type { Profile } from '../../liveness/watch.ts';
import { call, type CommandContext } from '../command.ts';
import {
  calendarClear,
  calendarList,
  calendarSet,
  calendarShow,
  groupList,
  groupProfile,
  type FoundCalendar,
} from '../operations/calendar.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import { weekDaysText } from '../week-days.ts';

export interface CalendarFlags {
  days?: number[];
  hours?: readonly [from: string, to: string];
  timeZone?: string;
  vietnamHolidays?: boolean;
  off?: string[];
  working?: string[];
  usual?: string[];
}

export async function listCalendarsCommand(
  context: CommandContext,
  flags: { json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const calendars = await call(context, calendarList, {});
  if (flags.json === true) return print(JSON.stringify(calendars, undefined, 2));
  if (calendars.length === 0) return print(m.calendar.none);
  const lines = formatTable(calendars, [
    {
      title: m.columns.agency,
      value: ({ agencyId, agencyName }) => `${agencyId} ${printable(agencyName)}`,
    },
    { title: m.calendar.columns.days, value: ({ calendar }) => daysOf(context, calendar.weekDays) },
    { title: m.calendar.columns.hours, value: ({ calendar }) => `${calendar.from}-${calendar.to}` },
    { title: m.calendar.columns.timeZone, value: ({ calendar }) => calendar.timeZone },
    {
      title: m.calendar.columns.off,
      value: ({ calendar }) => String(calendar.daysOff.length),
      align: 'right',
    },
    {
      title: m.calendar.columns.working,
      value: ({ calendar }) => String(calendar.workDays.length),
      align: 'right',
    },
    {
      title: m.calendar.columns.holidays,
      value: ({ calendar }) => (calendar.vietnamHolidays ? m.calendar.yes : m.calendar.no),
    },
  ]);
  lines.forEach(print);
}

function daysOf({ m }: CommandContext, days: readonly number[]): string {
  return weekDaysText(days, m.calendar.dayNames) || '-';
}

function printWeek(context: CommandContext, { agencyId, ofAgencyId, calendar }: FoundCalendar): void {
  const { m, print } = context;
  print(ofAgencyId === agencyId ? m.calendar.own(agencyId) : m.calendar.inherited(agencyId, ofAgencyId));
  print(m.calendar.week(daysOf(context, calendar.weekDays), calendar.from, calendar.to, calendar.timeZone));
}

export async function showCalendarCommand(
  context: CommandContext,
  agencyId: number,
  flags: { year?: number; json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const found = await call(context, calendarShow, { agencyId, year: flags.year });
  if (flags.json === true) return print(JSON.stringify(found, undefined, 2));
  printWeek(context, found);
  const { year, daysOff, workDays, isAnnounced } = found;
  print(m.calendar.off(year, daysOff.join(' ') || '-'));
  print(m.calendar.working(year, workDays.join(' ') || '-'));
  if (found.calendar.vietnamHolidays) print(m.calendar.announced(year, isAnnounced));
}

export async function setCalendarCommand(
  context: CommandContext,
  agencyId: number,
  flags: CalendarFlags,
): Promise<void> {
  const { days: weekDays, hours, timeZone, vietnamHolidays, off, working, usual } = flags;
  if (Object.keys(flags).length === 0) throw new UsageError(context.m.calendar.nothing);
  const [from, to] = hours ?? [];
  const found = await call(context, calendarSet, {
    agencyId,
    weekDays,
    from,
    to,
    timeZone,
    vietnamHolidays,
    off,
    working,
    usual,
  });
  printWeek(context, found);
}

export async function clearCalendarCommand(context: CommandContext, agencyId: number): Promise<void> {
  printWeek(context, await call(context, calendarClear, { agencyId }));
}

export async function listGroupsCommand(context: CommandContext, flags: { json?: boolean }): Promise<void> {
  const { m, print } = context;
  const groups = await call(context, groupList, {});
  if (flags.json === true) return print(JSON.stringify(groups, undefined, 2));
  if (groups.length === 0) return print(m.calendar.noGroups);
  const lines = formatTable(groups, [
    { title: m.columns.group, value: ({ name }) => printable(name) },
    { title: m.calendar.columns.agents, value: ({ agents }) => String(agents), align: 'right' },
    { title: m.calendar.columns.expected, value: ({ profile }) => m.calendar.profiles[profile ?? 'usual'] },
  ]);
  lines.forEach(print);
}

export async function setGroupProfileCommand(
  context: CommandContext,
  group: string,
  profile: Profile | 'usual',
): Promise<void> {
  await call(context, groupProfile, { group, profile: profile === 'usual' ? null : profile });
  context.print(context.m.calendar.profileSet(printable(group), context.m.calendar.profiles[profile]));
}
