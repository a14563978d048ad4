/** A program whose lines have a reader. */
import { logSources } from './draft.ts';
import type { LogSource, NormalEvent } from './event.ts';

/** Reads a program's message; false when its form is not known. */
export type ProgramReader = (event: NormalEvent, text: string) => boolean;

export interface Program {
  logsources: readonly LogSource[];
  read: ProgramReader;
  /** Every sentence of the program should be known: one that is not leaves the event unparsed. */
  strict?: true;
  /**
   * What a failure is called that PAM tells under the program's tag (`sshd(pam_unix)[1]: ...`): systems that write so
   * keep the program's own words in another log, so this line is the attempt.
   */
  pamTagFailure?: string;
}

export const LINUX_SYSLOG: LogSource = { product: 'linux', service: 'syslog' };
export const LINUX_AUTH: LogSource = { product: 'linux', service: 'auth' };
/** A service of Linux, and what else its lines are. */
export const of = (service: string, ...others: readonly LogSource[]): readonly LogSource[] =>
  logSources({ product: 'linux', service }, ...others);
