/** What is said while the agent is taken off a host, in English. */
import type { TokenFault } from '../self/uninstall-allowed.ts';

export const uninstallEn = {
  help: {
    uninstall: 'say goodbye to the collector and remove what the agent keeps on this host',
    token: 'what the collector gave for this host: vonggac agent uninstall-token ID',
    force: 'without a token; the collector raises an alarm',
    keepState: 'leave identity, spool and settings in place',
  },
  needsToken: (agentId: string) =>
    `The collector has to allow this. There run: vonggac agent uninstall-token ${agentId}, and give the token here with --token; or use --force, which raises an alarm.`,
  told: 'The agent said goodbye to the collector.',
  notTold:
    'The collector could not be told: it will show this host as silent until someone revokes the agent.',
  stillRunning: 'The agent did not end; nothing was removed. See its log, or stop its service and try again.',
  done: (stateDir: string) =>
    `${stateDir} is removed. What is left is the program and its service: remove the package.`,
  doneKept: (stateDir: string) => `The agent has ended; ${stateDir} is still there.`,
  faults: {
    unreadable: 'This is not a whole token. Copy it again, from "vguninst1." to its last character.',
    'other-agent': 'This token is for another agent.',
    expired: 'This token has expired (or the clock of this host is wrong). Ask for a new one.',
    'not-trusted': 'This token is signed by nobody this agent trusts.',
  } satisfies Record<TokenFault, string>,
};
export type UninstallMessages = typeof uninstallEn;
