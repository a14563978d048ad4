/** Exit codes of vonggac; listed in --help. */
export const EXIT = {
  ok: 0,
  /** Refused or failed; the message says why. */
  failure: 1,
  /** Wrong use of the command line. */
  usage: 2,
  /** The command needs a running collector, or data that is not there. */
  notRunning: 3,
  /** Another process holds the data folder. */
  busy: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
