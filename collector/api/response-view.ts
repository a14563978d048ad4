/** Commands to hosts as the API and the command line show them. */
import { isoTime } from '../registry/iso-time.ts';
import type { ResponseCommand } from '../registry/responses.ts';
import type { ResponseView } from './contract-response.ts';

const timeOrNull = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));

export function viewResponse(command: ResponseCommand): ResponseView {
  const { requestedMs, decidedMs, expiresMs, sentMs, endedMs, counter: _counter, ...rest } = command;
  return {
    ...rest,
    requestedAt: isoTime(requestedMs),
    decidedAt: timeOrNull(decidedMs),
    expiresAt: isoTime(expiresMs),
    sentAt: timeOrNull(sentMs),
    endedAt: timeOrNull(endedMs),
  };
}
