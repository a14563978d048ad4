/** What every command gets, and how it ends. */
import type { ExitCode } from '../exit-code.ts';
import type { Messages } from '../messages/en.ts';

export interface CommandContext {
  m: Messages;
  /** One line to standard output. */
  print: (line: string) => void;
  /** One line to standard error. */
  complain: (line: string) => void;
  /** Aborts at a signal to stop. */
  signal: AbortSignal;
}

export type CommandResult = Promise<ExitCode>;
