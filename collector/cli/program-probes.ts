/** The commands about probes. */
import type { Command, Option } from 'commander';
import type { CommandContext } from './command.ts';
import type { ProbeStatusOptions } from './commands/probes.ts';
import type { ExitCode } from './exit-code.ts';
import type { Messages } from './messages/en.ts';

export interface ProbeProgram {
  m: Messages;
  add: (parent: Command, form: string, description: string, examples?: readonly string[]) => Command;
  agencyOption: (description: string) => Option;
  jsonOption: () => Option;
  run: (work: (context: CommandContext) => Promise<ExitCode | void>) => Promise<void>;
}

export function addProbes(program: Command, { m, add, agencyOption, jsonOption, run }: ProbeProgram): void {
  const { help } = m;
  const probe = add(program, 'probe', help.probe);
  add(probe, 'status', help.probeStatus, ['vonggac probe status --check'])
    .addOption(agencyOption(help.probeAgency))
    .option('--host <host>', help.probeHost)
    .option('--check', help.probeCheck)
    .addOption(jsonOption())
    .action((flags: ProbeStatusOptions) =>
      run(async (context) => (await import('./commands/probes.ts')).probeStatusCommand(context, flags)),
    );
}
