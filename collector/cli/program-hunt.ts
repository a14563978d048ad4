/** `vonggac hunt` on the command line. */
import { Option, type Command } from 'commander';
import type { HuntFlags } from './commands/hunt.ts';
import type { HuntKeepFlags } from './commands/hunt-keep.ts';
import type { HuntScheduleFlags } from './commands/hunt-schedule.ts';
import type { SimulateProgram } from './program-simulate.ts';
import { wholeNumber } from './whole-number.ts';
import { timeParser } from './parse-time.ts';

const SECONDS = 60;
const OVERLAP_MINUTES = 60;

export function addHunt(program: Command, options: SimulateProgram): void {
  const { m, help, add, jsonOption, run, integer } = options;
  const time = timeParser(m);
  const hunt = add(program, 'hunt', help.hunt, [
    `vonggac hunt 'process.command_line: *-enc* and not user.name: SYSTEM'`,
    `vonggac hunt 'source.ip: 203.0.113.0/24' --from 2026-11-01 --summary`,
    'vonggac hunt --sigma rule.yml --from 2026-11-01',
    `vonggac hunt 'user.name: an' --from 2026-11-01 --csv an.csv`,
    `vonggac hunt 'event.action: ssh_login_failed' --as-rule 'SSH login failed'`,
  ]);
  hunt
    .argument('[query]', help.huntQuery)
    .option('--sigma <file>', help.huntSigma)
    .option('--rule <id>', help.huntRule)
    .addOption(new Option('--from <time>', help.huntFrom).argParser(time))
    .addOption(new Option('--to <time>', help.huntTo).argParser(time))
    .addOption(new Option('--limit <count>', help.huntLimit).argParser(integer))
    .addOption(new Option('--seconds <count>', help.huntSeconds).argParser(integer).default(SECONDS))
    .option('--summary', help.huntSummary)
    .option('--as-rule <title>', help.huntAsRule)
    .option('--csv <file>', help.huntCsv)
    .addOption(jsonOption())
    .action((query: string | undefined, flags: HuntFlags) =>
      run(async (context) => (await import('./commands/hunt.ts')).huntCommand(context, query, flags)),
    );
  addKept(hunt, options);
  addSchedules(hunt, options);
}

function addKept(hunt: Command, { help, add, jsonOption, run, integer }: SimulateProgram): void {
  add(hunt, 'keep', help.huntKeep, [
    `vonggac hunt keep 'PowerShell -enc' 'process.command_line: *-enc*'`,
    `vonggac hunt keep 'SSH from outside' --sigma rule.yml --hours 48`,
    `vonggac hunt keep 'PowerShell -enc' 'process.command_line: *-enc*' --replaces 'PowerShell -enc'`,
  ])
    .argument('<name>', help.huntName)
    .argument('[query]', help.huntQuery)
    .option('--sigma <file>', help.huntSigma)
    .option('--description <text>', help.huntDescription)
    .addOption(new Option('--hours <count>', help.huntHours).argParser(integer))
    .addOption(new Option('--agency <id>', help.huntAgency).argParser(integer))
    .option('--replaces <hunt>', help.huntReplaces)
    .addOption(new Option('--at-version <n>', help.huntAtVersion).argParser(integer))
    .addOption(jsonOption())
    .action((name: string, query: string | undefined, flags: HuntKeepFlags) => {
      // The hunt's own options of these names take them, wherever they stand.
      const { sigma, json } = hunt.opts<{ sigma?: string; json?: boolean }>();
      const all = { ...flags, ...(sigma === undefined ? {} : { sigma }), json: json === true };
      return run(async (context) => (await loadKeep()).keepHuntCommand(context, name, query, all));
    });
  add(hunt, 'forget', help.huntForget)
    .argument('<hunt>', help.huntKept)
    .action((key: string) => run(async (context) => (await loadKeep()).forgetHuntCommand(context, key)));
}

const load = () => import('./commands/hunt-schedule.ts');
const loadKeep = () => import('./commands/hunt-keep.ts');

function addSchedules(hunt: Command, { m, help, add, jsonOption, run, integer }: SimulateProgram): void {
  // The hunt's own option of that name takes it, wherever it stands.
  const asJson = <F extends { json?: boolean }>(flags: F): F & { json: boolean } => ({
    ...flags,
    json: flags.json === true || hunt.opts<{ json?: boolean }>().json === true,
  });
  add(hunt, 'schedule', help.huntSchedule, [
    'vonggac hunt schedule 4f1c0d2e9b8a7766554433221100ffee --every 60',
    `vonggac hunt schedule 'PowerShell -enc' --daily 07:30 --overlap 1440`,
  ])
    .argument('<hunt>', help.huntKept)
    .addOption(new Option('--every <minutes>', help.huntEvery).argParser(integer))
    .option('--daily <time>', help.huntDaily)
    .addOption(
      new Option('--overlap <minutes>', help.huntOverlap).argParser(integer).default(OVERLAP_MINUTES),
    )
    .addOption(new Option('--threshold <count>', help.huntThreshold).argParser(integer).default(1))
    .option('--paused', help.huntPaused)
    .addOption(new Option('--at-version <n>', help.huntScheduleAtVersion).argParser(wholeNumber(m)))
    .addOption(jsonOption())
    .action((key: string, flags: HuntScheduleFlags) =>
      run(async (context) => (await load()).scheduleHuntCommand(context, key, asJson(flags))),
    );
  add(hunt, 'unschedule', help.huntUnschedule)
    .argument('<hunt>', help.huntKept)
    .action((key: string) => run(async (context) => (await load()).unscheduleHuntCommand(context, key)));
  add(hunt, 'runs', help.huntRuns)
    .argument('[hunt]', help.huntKept)
    .addOption(jsonOption())
    .action((key: string | undefined, flags: { json?: boolean }) =>
      run(async (context) => (await load()).huntRunsCommand(context, key, asJson(flags))),
    );
}
