/** `probe`: systems that this agent asks from outside. */
import type { Command } from 'commander';
import type { ProbeListOptions } from '../commands/probe-list-command.ts';
import type { ProbeRunOptions } from '../commands/probe-run-command.ts';
import { configOption, jsonOption, stateOption, type CommandLine } from './command-line.ts';

export function addProbe(program: Command, cli: CommandLine): void {
  const { m } = cli;
  const probe = program.command('probe').description(m.probe.help.probe).helpCommand(false);
  probe
    .command('run')
    .description(m.probe.help.run)
    .argument('<target>', m.probe.help.target)
    .addOption(stateOption(cli))
    .addOption(configOption(cli))
    .addOption(jsonOption(cli))
    .action((target: string, options: ProbeRunOptions) =>
      cli.run(options, async () => {
        const { probeRunCommand } = await import('../commands/probe-run-command.ts');
        return probeRunCommand(target, options, cli.context);
      }),
    );
  probe
    .command('list')
    .description(m.probe.help.list)
    .addOption(stateOption(cli))
    .addOption(jsonOption(cli))
    .action((options: ProbeListOptions) =>
      cli.run(options, async () => {
        const { probeListCommand } = await import('../commands/probe-list-command.ts');
        return probeListCommand(options, cli.context);
      }),
    );
  probe
    .command('accept')
    .description(m.probe.help.accept)
    .argument('<name>', m.probe.help.name)
    .argument('[fingerprint]', m.probe.help.fingerprint)
    .addOption(stateOption(cli))
    .action((name: string, fingerprint: string | undefined, options: ProbeListOptions) =>
      cli.run(options, async () => {
        const { probeAcceptCommand } = await import('../commands/probe-accept-command.ts');
        return probeAcceptCommand(name, fingerprint, options, cli.context);
      }),
    );
}
