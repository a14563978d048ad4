/** `integrity`: scans, and the baseline that files are compared with. */
import { type Command, Option } from 'commander';
import type { IntegrityCommandOptions } from '../commands/integrity-command.ts';
import { jsonOption, stateOption, type CommandLine } from './command-line.ts';

export function addIntegrity(program: Command, cli: CommandLine): void {
  const { m } = cli;
  const integrity = program.command('integrity').description(m.integrity.help.integrity).helpCommand(false);
  const baseline = integrity.command('baseline').description(m.integrity.help.baseline).helpCommand(false);
  const timeoutOption = (): Option => new Option('--timeout <seconds>', m.integrity.help.timeout);
  integrity
    .command('scan')
    .description(m.integrity.help.scan)
    .addOption(stateOption(cli))
    .addOption(timeoutOption())
    .addOption(jsonOption(cli))
    .action((options: IntegrityCommandOptions) =>
      cli.run(options, async () => {
        const { integrityScanCommand } = await import('../commands/integrity-command.ts');
        return integrityScanCommand(options, cli.context);
      }),
    );
  integrity
    .command('status')
    .description(m.integrity.help.status)
    .addOption(stateOption(cli))
    .addOption(jsonOption(cli))
    .action((options: IntegrityCommandOptions) =>
      cli.run(options, async () => {
        const { integrityStatusCommand } = await import('../commands/integrity-command.ts');
        return integrityStatusCommand(options, cli.context);
      }),
    );
  baseline
    .command('verify')
    .description(m.integrity.help.verify)
    .addOption(stateOption(cli))
    .addOption(timeoutOption())
    .addOption(jsonOption(cli))
    .action((options: IntegrityCommandOptions) =>
      cli.run(options, async () => {
        const { baselineVerifyCommand } = await import('../commands/integrity-command.ts');
        return baselineVerifyCommand(options, cli.context);
      }),
    );
  baseline
    .command('accept')
    .description(m.integrity.help.accept)
    .option('--yes', m.integrity.help.yes)
    .addOption(stateOption(cli))
    .addOption(timeoutOption())
    .addOption(jsonOption(cli))
    .action((options: IntegrityCommandOptions) =>
      cli.run(options, async () => {
        const { baselineAcceptCommand } = await import('../commands/integrity-command.ts');
        return baselineAcceptCommand(options, cli.context);
      }),
    );
}
