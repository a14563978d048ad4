/** `audit`: what the system has to write down for us. */
import { type Command, Option } from 'commander';
import type { AuditCommandOptions } from '../commands/audit-command.ts';
import { configOption, jsonOption, stateOption, type CommandLine } from './command-line.ts';

export function addAudit(program: Command, cli: CommandLine): void {
  const { m } = cli;
  const audit = program.command('audit').description(m.audit.help.audit).helpCommand(false);
  const rootOption = (): Option => new Option('--root <dir>', m.audit.help.root);
  audit
    .command('install')
    .description(m.audit.help.install)
    .option('--dry-run', m.audit.help.dryRun)
    .option('--connections', m.audit.help.connections)
    .option('--no-connections', m.audit.help.noConnections)
    .addOption(rootOption())
    .addOption(stateOption(cli))
    .addOption(configOption(cli))
    .addOption(jsonOption(cli))
    .action((options: AuditCommandOptions) =>
      cli.run(options, async () => {
        const { auditInstallCommand } = await import('../commands/audit-command.ts');
        return auditInstallCommand(options, cli.context);
      }),
    );
  audit
    .command('uninstall')
    .alias('revert')
    .description(m.audit.help.uninstall)
    .option('--dry-run', m.audit.help.dryRun)
    .addOption(rootOption())
    .addOption(stateOption(cli))
    .addOption(configOption(cli))
    .addOption(jsonOption(cli))
    .action((options: AuditCommandOptions) =>
      cli.run(options, async () => {
        const { auditUninstallCommand } = await import('../commands/audit-command.ts');
        return auditUninstallCommand(options, cli.context);
      }),
    );
  audit
    .command('status')
    .alias('show')
    .description(m.audit.help.status)
    .addOption(rootOption())
    .addOption(stateOption(cli))
    .addOption(configOption(cli))
    .addOption(jsonOption(cli))
    .action((options: AuditCommandOptions) =>
      cli.run(options, async () => {
        const { auditStatusCommand } = await import('../commands/audit-command.ts');
        return auditStatusCommand(options, cli.context);
      }),
    );
}
