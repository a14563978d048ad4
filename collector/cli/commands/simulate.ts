/** `vonggac simulate`: many agents with real keys and sessions, then one line of JSON that says what came of them. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseJoinToken } from '../../protocol/join-token.ts';
import { CollectorUnreachableError, EnrolRefusedError } from '../../simulate/identity.ts';
import type { PopulationName } from '../../simulate/profiles.ts';
import { simulate } from '../../simulate/simulate.ts';
import { OtherCertificateError } from '../../simulate/site.ts';
import { NotRunningError } from '../client.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { simulateCount } from '../operations/simulate.ts';
import { UsageError } from '../usage-error.ts';

export interface SimulateFlags {
  agents: number;
  eps: number;
  seconds: number;
  url: string;
  token: string;
  profile: PopulationName;
  hour: number;
  seed: number;
  state?: string;
}

const REPORT_MS = 2_000;

/** Why nobody could enrol, in words. @throws what says nothing about collector or token */
function explainRefusal(
  { m, complain }: CommandContext,
  { agents, url }: SimulateFlags,
  error: unknown,
): ExitCode {
  if (error instanceof CollectorUnreachableError) {
    complain(m.simulate.unreachable(error.message));
    return EXIT.notRunning;
  }
  if (error instanceof OtherCertificateError) complain(m.simulate.otherCollector(url));
  else if (!(error instanceof EnrolRefusedError)) throw error;
  else if (error.code === 'bad-token') complain(m.simulate.tokenRefused(agents));
  else if (error.code === 'pending-approval') complain(m.simulate.needsApproval(agents));
  else complain(m.simulate.refused(error.message));
  return EXIT.failure;
}

/** Exit code 1 when anything was lost or stored twice, or not all hosts came online. */
export async function simulateCommand(context: CommandContext, flags: SimulateFlags): Promise<ExitCode> {
  const { m, print, complain } = context;
  const token = parseJoinToken(flags.token);
  if (token === undefined) throw new UsageError(m.simulate.badToken);
  if (!URL.canParse(flags.url) || new URL(flags.url).protocol !== 'https:')
    throw new UsageError(m.simulate.badUrl);
  const stop = new AbortController();
  const onInterrupt = (): void => stop.abort();
  process.once('SIGINT', onInterrupt);
  let reportedMs = 0;
  try {
    const result = await simulate({
      url: flags.url,
      token: flags.token,
      agents: flags.agents,
      eventsPerSecond: flags.eps,
      seconds: flags.seconds,
      population: flags.profile,
      hour: flags.hour,
      seed: flags.seed,
      stateDir: flags.state,
      signal: stop.signal,
      now: Date.now,
      sleep: (ms) => untilAborted(ms, stop.signal),
      onPhase: (phase) => complain(m.simulate.phases[phase]),
      onProgress: (state) => {
        if (performance.now() - reportedMs < REPORT_MS) return;
        reportedMs = performance.now();
        complain(m.simulate.progress(state));
      },
      stored: async (epoch) => stored(context, epoch, token.fingerprint),
    });
    if (result.checked === 'acks') complain(m.simulate.unchecked);
    const notAll = result.connectSeconds === null && !stop.signal.aborted;
    if (notAll) complain(m.simulate.notAll(result.onlineMax, result.agents));
    print(JSON.stringify(result));
    return result.lost === 0 && result.duplicates === 0 && !notAll ? EXIT.ok : EXIT.failure;
  } catch (error) {
    return explainRefusal(context, flags, error);
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

async function stored(
  context: CommandContext,
  epoch: string,
  fingerprint: string,
): Promise<{ rows: number; distinct: number } | undefined> {
  try {
    return (await call(context, simulateCount, { epoch, fingerprint })) ?? undefined;
  } catch (error) {
    if (error instanceof NotRunningError) return undefined;
    throw error;
  }
}

/** Interrupted, it returns early. */
async function untilAborted(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const over = new AbortController();
  await Promise.race([
    sleep(ms, undefined, { signal: over.signal }),
    once(signal, 'abort', { signal: over.signal }),
  ]).finally(() => over.abort());
}
