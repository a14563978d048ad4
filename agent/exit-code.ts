/** Exit codes of vonggac-agent, and which one an error means; listed in --help. */
import { ConfigError, describeConfigProblem } from './config-error.ts';
import { EnrolError } from './enrol-error.ts';
import type { EnrolErrorCode } from './enrol-error.ts';
import { hint } from './hint.ts';
import { NotEnrolledError, OtherMachineError } from './identity.ts';
import { ConnectError } from './transport/transport.ts';
import { SpoolBusyError, SpoolFullError } from './spool/spool-error.ts';
import type { Messages } from './messages/en.ts';

export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  notEnrolled: 3,
  refused: 4,
  unreachable: 5,
  wrongCertificate: 6,
  badConfig: 7,
  busy: 8,
  /** It runs, but somebody should look at it. */
  attention: 9,
  /** The service is to start it anew: as another version, or by itself again. */
  again: 10,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

interface Explained {
  exitCode: ExitCode;
  message: string;
}

/** A way that ends at a proxy is no matter of the collector's address. */
export function explainConnect(error: Error, m: Messages): string {
  const connect = error instanceof ConnectError ? error : error.cause;
  const problem = connect instanceof ConnectError ? connect.problem : 'unreachable';
  return problem === 'unreachable' ? m.unreachable(error.message) : m.proxy[problem](error.message);
}

function explainEnrol(error: EnrolError, context: ErrorContext): Explained {
  const { m, url = '', stateDir } = context;
  const { code, message } = error;
  const known: Partial<Record<EnrolErrorCode, Explained>> = {
    'token-unreadable': { exitCode: EXIT.refused, message: m.tokenUnreadable },
    'bad-url': { exitCode: EXIT.usage, message: m.badUrl(url) },
    'already-enrolled': { exitCode: EXIT.failure, message: m.alreadyEnrolled(stateDir) },
    unreachable: { exitCode: EXIT.unreachable, message: explainConnect(error, m) },
    'wrong-certificate': { exitCode: EXIT.wrongCertificate, message: m.wrongCertificate(url) },
    'bad-answer': { exitCode: EXIT.failure, message: m.badAnswer(message) },
    'bad-token': { exitCode: EXIT.refused, message: m.badToken },
  };
  return known[code] ?? { exitCode: EXIT.refused, message: m.refused(code, message) };
}

export interface ErrorContext {
  m: Messages;
  stateDir: string;
  url?: string | undefined;
}

/** In plain words, for errors a user can do something about; undefined for defects. */
export function explain(error: unknown, context: ErrorContext): Explained | undefined {
  const { m, stateDir } = context;
  if (error instanceof EnrolError) return explainEnrol(error, context);
  if (error instanceof OtherMachineError)
    return {
      exitCode: EXIT.notEnrolled,
      message: m.otherMachine(stateDir, hint(`enrol --url URL --token ${m.tokenWord}`, stateDir)),
    };
  if (error instanceof NotEnrolledError)
    return {
      exitCode: EXIT.notEnrolled,
      message: m.notEnrolled(stateDir, hint(`enrol --url URL --token ${m.tokenWord}`, stateDir)),
    };
  if (error instanceof ConfigError)
    return { exitCode: EXIT.badConfig, message: describeConfigProblem(error.problem, m) };
  if (error instanceof SpoolBusyError) return { exitCode: EXIT.busy, message: m.busy(stateDir) };
  if (error instanceof SpoolFullError)
    return { exitCode: EXIT.failure, message: m.spoolRefused(error.message) };
  // The file system's own words name the file.
  if (error instanceof Error && 'syscall' in error) return { exitCode: EXIT.failure, message: error.message };
  return undefined;
}
