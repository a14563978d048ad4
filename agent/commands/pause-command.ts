/** `vonggac-agent pause` and `resume`: a file in the state folder, which the running agent looks at. */
import { loadConfig } from '../config.ts';
import { EXIT } from '../exit-code.ts';
import { formatTime } from '../format.ts';
import { parsePauseTime, removePause, writePause } from '../governor/pause-file.ts';
import { loadIdentity } from '../identity.ts';
import type { CommandContext, CommandResult } from './command.ts';

export interface PauseCommandOptions {
  state?: string;
  for: string;
}

export interface ResumeCommandOptions {
  state?: string;
}

export async function pauseCommand(options: PauseCommandOptions, context: CommandContext): CommandResult {
  const { m, print, complain } = context;
  const ms = parsePauseTime(options.for);
  if (ms === undefined) {
    complain(m.governor.badTime(options.for));
    return EXIT.usage;
  }
  const { stateDir } = loadConfig({ stateDir: options.state });
  loadIdentity(stateDir); // or says how to enrol
  const since = Date.now();
  writePause(stateDir, { since, until: since + ms });
  print(m.governor.paused(formatTime(since + ms)));
  return EXIT.ok;
}

export async function resumeCommand(options: ResumeCommandOptions, context: CommandContext): CommandResult {
  const { m, print } = context;
  const { stateDir } = loadConfig({ stateDir: options.state });
  print(removePause(stateDir) ? m.governor.resumed : m.governor.notPaused);
  return EXIT.ok;
}
