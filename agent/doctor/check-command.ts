/** Can the commands that are to be run be run, and does this host allow them? */
import { isAllowed } from '../command-config.ts';
import type { CommandsConfig } from '../command-config.ts';
import type { Messages } from '../messages/en.ts';
import { whyNotStarted } from '../sources/command/check-program.ts';
import { fail, ok } from './check.ts';
import type { Check } from './check.ts';

export function checkCommands({ allow, run }: CommandsConfig, m: Messages): Check[] {
  const texts = m.doctor.more;
  const privileged = process.getuid?.() === 0;
  return run.map(({ name, command }) => {
    if (!isAllowed(command, allow)) return fail('command', texts.commandNotAllowed(name, command.join(' ')));
    const reason = whyNotStarted(command[0] ?? '', privileged);
    return reason === undefined
      ? ok('command', texts.commandOk(name))
      : fail('command', texts.commandNotRun(name, reason));
  });
}
