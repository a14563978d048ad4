/** `posture`: whether this host is as its policies want it. */
import type { Command } from 'commander';
import type { PostureRunOptions } from '../commands/posture-run-command.ts';
import { collect, configOption, jsonOption, stateOption, type CommandLine } from './command-line.ts';

export function addPosture(program: Command, cli: CommandLine): void {
  const { m } = cli;
  const posture = program.command('posture').description(m.posture.help.posture).helpCommand(false);
  posture
    .command('run')
    .description(m.posture.help.run)
    .option('--policy <name>', m.posture.help.policy, collect)
    .option('--all', m.posture.help.all)
    .addOption(stateOption(cli))
    .addOption(configOption(cli))
    .addOption(jsonOption(cli))
    .action((options: PostureRunOptions) =>
      cli.run(options, async () => {
        const { postureRunCommand } = await import('../commands/posture-run-command.ts');
        return postureRunCommand(options, cli.context);
      }),
    );
  posture
    .command('look', { hidden: true })
    .description(m.posture.help.look)
    .action((options: object) =>
      cli.run(options, async () => {
        const { postureLookCommand } = await import('../commands/posture-look-command.ts');
        return postureLookCommand(cli.context);
      }),
    );
}
