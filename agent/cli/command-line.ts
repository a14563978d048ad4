/** What the groups of commands share to declare theirs: words, common options, and how a command is run. */
import { Option } from 'commander';
import type { CommandContext, CommandResult } from '../commands/command.ts';
import { LOG_LEVELS } from '../config.ts';
import type { Messages } from '../messages/en.ts';

/** Options that tell where a command looks when something has to be explained. */
export interface PlaceOptions {
  state?: string;
  url?: string;
}

export interface CommandLine {
  readonly m: Messages;
  readonly context: CommandContext;
  /** Does what a signal to stop does. */
  stop: () => void;
  /** Runs a command, whose module it loads itself, and keeps its exit code. */
  run: (options: PlaceOptions, command: () => Promise<CommandResult> | CommandResult) => Promise<void>;
}

export function stateOption({ m }: CommandLine): Option {
  return new Option('--state <dir>', m.help.state);
}

export function configOption({ m }: CommandLine): Option {
  return new Option('--config <file>', m.help.config);
}

export function jsonOption({ m }: CommandLine): Option {
  return new Option('--json', m.help.json);
}

export function levelOption({ m }: CommandLine): Option {
  return new Option('--log-level <level>', m.help.logLevel).choices(LOG_LEVELS);
}

/** By the environment, so that the token need not stand in the list of processes. */
export function tokenOption({ m }: CommandLine): Option {
  return new Option('--token <token>', m.help.token).env('VONGGAC_JOIN_TOKEN').makeOptionMandatory();
}

/** Of an option that may be given several times. */
export function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}
