/** Commands that tell how the agent fares and what it could read, and let it rest. */
import { type Command, Option } from 'commander';
import type { DiscoverCommandOptions } from '../commands/discover-command.ts';
import type { DoctorCommandOptions } from '../commands/doctor-command.ts';
import type { PauseCommandOptions } from '../commands/pause-command.ts';
import type { ResumeCommandOptions } from '../commands/pause-command.ts';
import type { StatusCommandOptions } from '../commands/status-command.ts';
import { configOption, jsonOption, stateOption, type CommandLine } from './command-line.ts';

export function addCare(program: Command, cli: CommandLine): void {
  const { m } = cli;
  program
    .command('status')
    .description(m.help.status)
    .addOption(stateOption(cli))
    .addOption(jsonOption(cli))
    .option('--check', m.help.check)
    .option('--watch', m.help.watchStatus)
    .action((options: StatusCommandOptions) =>
      cli.run(options, async () => {
        const { statusCommand } = await import('../commands/status-command.ts');
        return statusCommand(options, cli.context);
      }),
    );

  program
    .command('discover')
    .description(m.discover.help)
    .addOption(stateOption(cli))
    .addOption(configOption(cli))
    .addOption(jsonOption(cli))
    .option('--write', m.discover.helpWrite)
    .action((options: DiscoverCommandOptions) =>
      cli.run(options, async () => {
        const { discoverCommand } = await import('../commands/discover-command.ts');
        return discoverCommand(options, cli.context);
      }),
    );

  program
    .command('doctor')
    .description(m.help.doctor)
    .addOption(stateOption(cli))
    .addOption(configOption(cli))
    .addOption(jsonOption(cli))
    .option('--strict', m.help.strict)
    .action((options: DoctorCommandOptions) =>
      cli.run(options, async () => {
        const { doctorCommand } = await import('../commands/doctor-command.ts');
        return doctorCommand(options, cli.context);
      }),
    );

  program
    .command('pause')
    .description(m.governor.help.pause)
    .addOption(new Option('--for <time>', m.governor.help.for).default('2h'))
    .addOption(stateOption(cli))
    .action((options: PauseCommandOptions) =>
      cli.run(options, async () => {
        const { pauseCommand } = await import('../commands/pause-command.ts');
        return pauseCommand(options, cli.context);
      }),
    );

  program
    .command('resume')
    .description(m.governor.help.resume)
    .addOption(stateOption(cli))
    .action((options: ResumeCommandOptions) =>
      cli.run(options, async () => {
        const { resumeCommand } = await import('../commands/pause-command.ts');
        return resumeCommand(options, cli.context);
      }),
    );
}
