/** `vonggac demo`: a made-up province in an empty collector, over the same ways that a real one takes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { once } from 'node:events';
import { DEMO_HOSTS_MIN, fillProvince, NotEmptyError } from '../../demo/fill-province.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { demoCentre } from '../operations/demo-centre.ts';
import { status } from '../operations/status.ts';
import { UsageError } from '../usage-error.ts';

export interface DemoFlags {
  hosts: number;
  logs: number;
  seed: number;
  once?: boolean;
  json?: boolean;
}

const REPORT_EVERY = 25;

/** Exit code 1 where there are real agencies, or when it was interrupted. */
export async function demoCommand(context: CommandContext, flags: DemoFlags): Promise<ExitCode> {
  const { m, print, complain } = context;
  if (flags.hosts < DEMO_HOSTS_MIN) throw new UsageError(m.demo.tooFew(DEMO_HOSTS_MIN));
  const stop = new AbortController();
  const onInterrupt = (): void => stop.abort();
  process.once('SIGINT', onInterrupt);
  try {
    const { url } = await call(context, status, {});
    const made = await fillProvince(
      demoCentre((operation, input) => call(context, operation, input), url),
      {
        hosts: flags.hosts,
        logs: flags.logs,
        seed: flags.seed,
        now: Date.now,
        sleep: (ms) => sleep(ms),
        signal: stop.signal,
        onPhase: (phase) => complain(m.demo.phases[phase]),
        onHost: (told, of) => {
          if (told % REPORT_EVERY === 0 || told === of) complain(m.demo.progress(told, of));
        },
      },
    );
    const { sessions, ...counts } = made;
    if (stop.signal.aborted) complain(m.demo.stopped);
    else if (flags.json === true) print(JSON.stringify({ ...counts, url }));
    else for (const line of m.demo.done(counts)) print(line);
    if (flags.once !== true && !stop.signal.aborted) {
      complain(m.demo.staying);
      await once(stop.signal, 'abort');
    } else if (stop.signal.aborted) return EXIT.failure;
    for (const session of sessions) session.close();
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof NotEmptyError)) throw error;
    complain(m.demo.notEmpty(error.agencies));
    return EXIT.failure;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}
