/** Can each of the logs of Windows be read? Those that a machine does not have are told in one line. */
import { formatTime } from '../format.ts';
import type { Messages } from '../messages/en.ts';
import { logsOf } from '../sources/windows-event-log/default-logs.ts';
import { readHead } from '../sources/windows-event-log/event-head.ts';
import { EventLogError, type Wevtutil } from '../sources/windows-event-log/wevtutil.ts';
import type { EventLogConfig, WindowsEventLogConfig } from '../windows-event-config.ts';
import { fail, ok, reasonOf, type Check } from './check.ts';

const ANSWER_MS_MAX = 60_000;
const NAME = 'event-log';

export async function checkEventLog(
  config: WindowsEventLogConfig | undefined,
  wevtutil: Pick<Wevtutil, 'read'>,
  m: Messages,
): Promise<Check[]> {
  if (config === undefined) return [];
  const absent: string[] = [];
  const checks: Check[] = [];
  const signal = AbortSignal.timeout(ANSWER_MS_MAX);
  for (const log of logsOf(config)) {
    const found = await checkLog(log, wevtutil, signal, m);
    if (found === 'absent') absent.push(log.channel);
    else if (found === 'service') return [fail(NAME, m.doctor.eventLog.service)];
    else checks.push(...found);
  }
  return absent.length === 0 ? checks : [...checks, ok(NAME, m.doctor.eventLog.absent(absent.join(', ')))];
}

async function checkLog(
  { channel, optional, select, suppress }: EventLogConfig,
  wevtutil: Pick<Wevtutil, 'read'>,
  signal: AbortSignal,
  m: Messages,
): Promise<Check[] | 'absent' | 'service'> {
  const says = m.doctor.eventLog;
  try {
    const query = { log: channel, select, suppress, newestFirst: true, eventsMax: 1 };
    const [event] = (await wevtutil.read(query, signal)).events;
    const { timeMs = 0 } = event === undefined ? {} : readHead(event.text);
    const state = ok(
      NAME,
      event === undefined ? says.empty(channel) : says.readable(channel, formatTime(timeMs)),
    );
    return channel === 'ForwardedEvents' ? [state, ok(NAME, says.forwarded(channel))] : [state];
  } catch (error) {
    if (!(error instanceof EventLogError)) throw error;
    const { refusal } = error;
    if (refusal === 'service' || (refusal === 'missing' && optional))
      return refusal === 'service' ? refusal : 'absent';
    return [fail(NAME, refusal === undefined ? says.unreadable(reasonOf(error)) : says[refusal](channel))];
  }
}
