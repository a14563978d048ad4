/** The posture commands of the command line. */
import type { Command, Option } from 'commander';
import type { CommandContext } from './command.ts';
import type { ExitCode } from './exit-code.ts';
import type { Messages } from './messages/en.ts';

export interface PostureProgram {
  help: Messages['help'];
  add: (parent: Command, form: string, description: string, examples?: readonly string[]) => Command;
  jsonOption: () => Option;
  run: (work: (context: CommandContext) => Promise<ExitCode | void>) => Promise<void>;
}

export function addPosture(program: Command, { help, add, jsonOption, run }: PostureProgram): void {
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
}
