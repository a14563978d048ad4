/** An event as the API shows it. */
import { isoTime } from '../registry/iso-time.ts';
import type { FoundEvent } from '../store/store.ts';
import type { ApiEvent } from './contract.ts';

export function toApiEvent(event: FoundEvent): ApiEvent {
  return {
    id: event.id,
    time: isoTime(event.timeMs),
    receivedAt: isoTime(event.receivedMs),
    agentId: event.agentId,
    hostname: event.hostname,
    channel: event.channel,
    origin: event.origin,
    message: event.message,
    fields: event.fields,
    ruleIds: event.ruleIds,
  };
}
