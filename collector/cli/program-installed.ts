/** The commands about the list of machines that are to have an agent. */
import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import { MACHINE_STATES } from '../rollout/judge-installed.ts';
import type { CommandContext } from './command.ts';
import type { InstalledFlags } from './commands/installed.ts';
import type { ExitCode } from './exit-code.ts';
import type { Messages } from './messages/en.ts';

export interface InstalledProgram {
  m: Messages;
  add: (parent: Command, form: string, description: string, examples?: readonly string[]) => Command;
  agencyOption: (description: string) => Option;
  jsonOption: () => Option;
  integer: (text: string) => number;
  run: (work: (context: CommandContext) => Promise<ExitCode | void>) => Promise<void>;
}

export function addInstalled(program: Command, parts: InstalledProgram): void {
  const { m, add, agencyOption, jsonOption, integer, run } = parts;
  const { help } = m;
  const load = () => import('./commands/installed.ts');
  const machines = (text: string): number | null => {
    if (text === 'none') return null;
    if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError(m.usageError.notInteger(text));
    return Number(text);
  };
  const installed = add(program, 'installed', help.installed, [
    'vonggac installed',
    'vonggac installed --agency 7 --missing',
    'vonggac installed import may-tinh.csv --dry-run',
    'vonggac installed count 7 40 --source "Kiểm kê tài sản 2026"',
  ])
    .addOption(agencyOption(help.installedAgency))
    .option('--missing', help.installedMissing)
    .addOption(new Option('--state <states...>', help.installedState).choices(MACHINE_STATES))
    .option('--text <words>', help.installedText)
    .option('--csv', help.installedCsv)
    .addOption(jsonOption())
    .action((flags: InstalledFlags) =>
      run(async (context) => (await load()).installedCommand(context, flags)),
    );
  // Options that the command above has too are given to that one: both are asked.
  add(installed, 'import', help.installedImport, [
    'vonggac installed import may-tinh.csv --agency 7 --replace',
  ])
    .argument('<file>', help.csvFile)
    .addOption(agencyOption(help.installedImportAgency))
    .option('--dry-run', help.importDryRun)
    .option('--replace', help.installedReplace)
    .addOption(jsonOption())
    .action((file: string, _flags: unknown, command: Command) =>
      run(async (context) => (await load()).importInstalledCommand(context, file, command.optsWithGlobals())),
    );
  add(installed, 'export', help.installedExport)
    .argument('<file>', help.csvFile)
    .addOption(agencyOption(help.installedAgency))
    .action((file: string, _flags: unknown, command: Command) =>
      run(async (context) => (await load()).exportInstalledCommand(context, file, command.optsWithGlobals())),
    );
  add(installed, 'count', help.installedCount, ['vonggac installed count 7 none'])
    .addArgument(new Argument('<agency>', help.agencyId).argParser(integer))
    .addArgument(new Argument('<machines>', help.installedMachines).argParser(machines))
    .option('--source <text>', help.installedSource)
    .action((agencyId: number, wanted: number | null, flags: { source?: string }) =>
      run(async (context) => (await load()).countInstalledCommand(context, agencyId, wanted, flags)),
    );
  add(installed, 'remove', help.installedRemove)
    .addArgument(new Argument('<id>', help.installedId).argParser(integer))
    .action((id: number) => run(async (context) => (await load()).removeInstalledCommand(context, id)));
  add(installed, 'refusals', help.installedRefusals)
    .addOption(agencyOption(help.installedAgency))
    .addOption(jsonOption())
    .action((_flags: unknown, command: Command) =>
      run(async (context) => (await load()).refusalsCommand(context, command.optsWithGlobals())),
    );
}
