/** `vonggac calendar` and `vonggac group` on the command line. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { PROFILES } from '../liveness/watch.ts';
import type { CalendarFlags } from './commands/calendar.ts';
import type { SimulateProgram } from './program-simulate.ts';
import { parseWeekDays } from './week-days.ts';

const EXPECTED = [...PROFILES, 'usual'] as const;
type Expected = (typeof EXPECTED)[number];
const HOURS = /^(\d{2}:\d{2})-(\d{2}:\d{2})$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function addCalendar(program: Command, options: SimulateProgram): void {
  addCalendars(program, options);
  addGroups(program, options);
}

const load = () => import('./commands/calendar.ts');

function addCalendars(program: Command, { m, help, add, jsonOption, run, integer }: SimulateProgram): void {
  const weekDays = (text: string): number[] => {
    const days = parseWeekDays(text);
    if (days === undefined) throw new InvalidArgumentError(m.calendar.notDays(text));
    return days;
  };
  const hours = (text: string): readonly [string, string] => {
    const [, from, to] = HOURS.exec(text) ?? [];
    if (from === undefined || to === undefined || from >= to)
      throw new InvalidArgumentError(m.calendar.notHours(text));
    return [from, to];
  };
  const dates = (text: string): string[] => {
    const list = text.split(',').map((one) => one.trim());
    const wrong = list.find((one) => !DAY.test(one) || Number.isNaN(Date.parse(one)));
    if (wrong !== undefined) throw new InvalidArgumentError(m.calendar.notDate(wrong));
    return list;
  };
  const calendar = add(program, 'calendar', help.calendar);
  add(calendar, 'list', help.calendarList)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await load()).listCalendarsCommand(context, flags)),
    );
  add(calendar, 'show', help.calendarShow, ['vonggac calendar show 7 --year 2027'])
    .argument('<agency>', help.calendarAgency, integer)
    .addOption(new Option('--year <year>', help.calendarYear).argParser(integer))
    .addOption(jsonOption())
    .action((agencyId: number, flags: { year?: number; json?: boolean }) =>
      run(async (context) => (await load()).showCalendarCommand(context, agencyId, flags)),
    );
  add(calendar, 'set', help.calendarSet, [
    'vonggac calendar set 7 --days mon-sat --hours 06:30-17:00',
    'vonggac calendar set 1 --off 2028-09-01 --working 2028-08-26',
  ])
    .argument('<agency>', help.calendarAgency, integer)
    .addOption(new Option('--days <days>', help.calendarDays).argParser(weekDays))
    .addOption(new Option('--hours <from-to>', help.calendarHours).argParser(hours))
    .option('--time-zone <zone>', help.calendarZone)
    .addOption(new Option('--off <dates>', help.calendarOff).argParser(dates))
    .addOption(new Option('--working <dates>', help.calendarWorking).argParser(dates))
    .addOption(new Option('--usual <dates>', help.calendarUsual).argParser(dates))
    .option('--vietnam-holidays', help.calendarHolidays)
    .option('--no-vietnam-holidays', help.calendarNoHolidays)
    .action((agencyId: number, flags: CalendarFlags) =>
      run(async (context) => (await load()).setCalendarCommand(context, agencyId, flags)),
    );
  add(calendar, 'clear', help.calendarClear)
    .argument('<agency>', help.calendarAgency, integer)
    .action((agencyId: number) =>
      run(async (context) => (await load()).clearCalendarCommand(context, agencyId)),
    );
}

function addGroups(program: Command, { m, help, add, jsonOption, run }: SimulateProgram): void {
  const expected = (text: string): Expected => {
    const found = EXPECTED.find((one) => one === text);
    if (found === undefined) throw new InvalidArgumentError(m.calendar.notProfile(text, EXPECTED.join(', ')));
    return found;
  };
  const group = add(program, 'group', help.groupCommand);
  add(group, 'list', help.groupList)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await load()).listGroupsCommand(context, flags)),
    );
  add(group, 'profile', help.groupProfile, ['vonggac group profile servers always'])
    .argument('<group>', help.limitGroup)
    .argument('<profile>', help.groupProfileValue, expected)
    .action((name: string, profile: Expected) =>
      run(async (context) => (await load()).setGroupProfileCommand(context, name, profile)),
    );
}
