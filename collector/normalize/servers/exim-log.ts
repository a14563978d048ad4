/** Exim's own logs: its time and process before what it would say by syslog. Which file a line is of decides. */
import type { NormalEvent } from '../event.ts';
import { put } from '../draft.ts';
import { parseIsoMs } from '../time.ts';
import { EXIM } from './server-programs.ts';

/** Debian's `/var/log/exim4/mainlog`, others' `/var/log/exim/main.log`. */
const ORIGIN = /\/exim4?\/(?:main|reject|panic)\.?log[^/]*$/;
const HEAD =
  /^(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d{1,6})?)(?: ([+-]\d{2}):?(\d{2}))? (?:\[(\d{1,10})\] )?/;

export function isEximLog(origin: string): boolean {
  return ORIGIN.test(origin);
}

/** @returns the line's own time */
export function readEximLog(
  event: NormalEvent,
  line: string,
  timeZone: string,
  receivedMs: number,
): number | undefined {
  event.logsources = EXIM.logsources;
  put(event, 'process.name', 'exim');
  const head = HEAD.exec(line);
  // What belongs to the line before it, as the headers of a refused message.
  if (head === null) return undefined;
  const [whole, time = '', hours, minutes, pid] = head;
  if (pid !== undefined) put(event, 'process.pid', Number(pid));
  event.parsed = EXIM.read(event, line.slice(whole.length));
  const zone = hours === undefined ? '' : `${hours}:${minutes ?? '00'}`;
  return parseIsoMs(`${time}${zone}`, timeZone, receivedMs);
}
