/** Commands that set the agent up, run it, feed it and take it away. */
import type { Command } from 'commander';
import type { CheckPolicyOptions } from '../commands/check-policy-command.ts';
import type { EnrolCommandOptions } from '../commands/enrol-command.ts';
import type { ReplayCommandOptions } from '../commands/replay-command.ts';
import type { RunCommandOptions } from '../commands/run-command.ts';
import type { UninstallCommandOptions } from '../commands/uninstall-command.ts';
import {
  collect,
  configOption,
  levelOption,
  stateOption,
  tokenOption,
  type CommandLine,
} from './command-line.ts';

export function addSetup(program: Command, cli: CommandLine): void {
  const { m } = cli;
  program
    .command('enrol')
    .description(m.help.enrol)
    .requiredOption('--url <url>', m.help.url)
    .addOption(tokenOption(cli))
    .addOption(stateOption(cli))
    .addOption(configOption(cli))
    .option('--force', m.help.force)
    .option('--ca-file <file>', m.help.caFile)
    .option('--keep-token', m.help.keepToken)
    .action((options: EnrolCommandOptions) =>
      cli.run(options, async () => {
        const { enrolCommand } = await import('../commands/enrol-command.ts');
        return enrolCommand(options, cli.context);
      }),
    );

  program
    .command('run')
    .description(m.help.run)
    .addOption(stateOption(cli))
    .addOption(configOption(cli))
    .option('--watch <path>', m.help.watch, collect)
    .option('--tail <file[=channel]>', m.help.tail, collect)
    .option('--only-given', m.help.onlyGiven)
    .option('--until-input-ends', m.help.untilInputEnds)
    .addOption(levelOption(cli))
    .action((options: RunCommandOptions & { untilInputEnds?: boolean }) =>
      cli.run(options, async () => {
        if (options.untilInputEnds === true) process.stdin.on('end', cli.stop).resume();
        const { runCommand } = await import('../commands/run-command.ts');
        return runCommand(options, cli.context);
      }),
    );

  program
    .command('check-policy')
    .description(m.help.checkPolicy)
    .argument('<file>', m.help.policyFile)
    .addOption(stateOption(cli))
    .addOption(configOption(cli))
    .action((file: string, options: CheckPolicyOptions) =>
      cli.run(options, async () => {
        const { checkPolicyCommand } = await import('../commands/check-policy-command.ts');
        return checkPolicyCommand(file, options, cli.context);
      }),
    );

  program
    .command('uninstall')
    .description(m.uninstall.help.uninstall)
    .option('--token <token>', m.uninstall.help.token)
    .option('--force', m.uninstall.help.force)
    .option('--keep-state', m.uninstall.help.keepState)
    .addOption(stateOption(cli))
    .addOption(configOption(cli))
    .action((options: UninstallCommandOptions) =>
      cli.run(options, async () => {
        const { uninstallCommand } = await import('../commands/uninstall-command.ts');
        return uninstallCommand(options, cli.context);
      }),
    );

  program
    .command('replay')
    .description(m.help.replay)
    .argument('<file...>', m.help.file)
    .requiredOption('--url <url>', m.help.url)
    .addOption(tokenOption(cli))
    .option('--channel <channel>', m.help.channel, 'auto')
    .addOption(configOption(cli))
    .addOption(levelOption(cli))
    .action((files: string[], options: ReplayCommandOptions) =>
      cli.run(options, async () => {
        const { replayCommand } = await import('../commands/replay-command.ts');
        return replayCommand(files, options, cli.context);
      }),
    );
}
