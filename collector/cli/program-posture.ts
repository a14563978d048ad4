/** The posture commands of the command line. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseMoment } from './program-inventory.ts';
import type { PostureStatusOptions } from './commands/posture-status.ts';
import type { CommandContext } from './command.ts';
import type { ExitCode } from './exit-code.ts';
import type { Messages } from './messages/en.ts';

export interface PostureProgram {
  m: Messages;
  agencyOption: (description: string) => Option;
  add: (parent: Command, form: string, description: string, examples?: readonly string[]) => Command;
  jsonOption: () => Option;
  run: (work: (context: CommandContext) => Promise<ExitCode | void>) => Promise<void>;
}

export function addPosture(
  program: Command,
  { m, agencyOption, add, jsonOption, run }: PostureProgram,
): void {
  const { help } = m;
  const moment = (text: string): number => {
    const ms = parseMoment(text);
    if (ms === undefined) throw new InvalidArgumentError(m.usageError.notTime(text));
    return ms;
  };
  const load = () => import('./commands/posture-policies.ts');
  const posture = add(program, 'posture', help.posture);
  add(posture, 'lint', help.postureLint, [
    'vonggac posture lint',
    'vonggac posture lint /etc/vonggac/posture',
  ])
    .argument('[folder]', help.postureFolder)
    .addOption(jsonOption())
    .action((folder: string | undefined, flags: { json?: boolean }) =>
      run(async (context) => (await load()).postureLintCommand(context, folder, flags)),
    );
  add(posture, 'list', help.postureList)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await load()).postureListCommand(context, flags)),
    );
  add(posture, 'show', help.postureShow, ['vonggac posture show sshd --control NW-05'])
    .argument('<policy>', help.posturePolicy)
    .option('--control <id>', help.postureControl)
    .addOption(jsonOption())
    .action((policy: string, flags: { json?: boolean; control?: string }) =>
      run(async (context) => (await load()).postureShowCommand(context, policy, flags)),
    );
  add(posture, 'explain', help.postureExplain, ['vonggac posture explain sshd-root-login'])
    .argument('<check>', help.postureCheck)
    .addOption(jsonOption())
    .action((check: string, flags: { json?: boolean }) =>
      run(async (context) => (await load()).postureExplainCommand(context, check, flags)),
    );
  add(posture, 'status', help.postureStatus, [
    'vonggac posture status',
    'vonggac posture status web-01 --control NW-05 --at 2026-11-20',
  ])
    .argument('[host]', help.postureHost)
    .option('--control <id>', help.postureControl)
    .option('--policy <name>', help.posturePolicy)
    .addOption(new Option('--at <time>', help.postureAt).argParser(moment))
    .addOption(agencyOption(help.postureAgency))
    .addOption(jsonOption())
    .action((host: string | undefined, flags: PostureStatusOptions) =>
      run(async (context) =>
        (await import('./commands/posture-status.ts')).postureStatusCommand(context, host, flags),
      ),
    );
}
