/** What became of a command on the host. */
import type { ResponseRecord } from '../protocol/response-record.ts';
import type { NormalEvent } from './event.ts';
import { logSources, put, putAction } from './draft.ts';
import { putFacts, wordsOf } from './put-facts.ts';

const RESPONSE = logSources({ product: 'vonggac', service: 'response' });

const FAILURES: ReadonlySet<ResponseRecord['state']> = new Set(['refused', 'failed', 'unknown']);

export function readResponse(event: NormalEvent, record: ResponseRecord): void {
  const { commandId, action, state, reason, detail } = record;
  event.logsources = RESPONSE;
  event.parsed = true;
  putAction(event, `response_${state}`, FAILURES.has(state) ? 'failure' : 'success');
  put(event, 'response.command_id', commandId);
  put(event, 'response.action', action);
  put(event, 'response.state', state);
  put(event, 'response.reason', reason);
  putFacts(event, 'response.detail.', detail);
  const why = reason === undefined ? '' : `: ${reason}`;
  event.message = `${action ?? 'command'} ${state}${why}${wordsOf(detail)}`;
}
