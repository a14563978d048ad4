/** What a chosen agent saw of a system on which there is none. */
import type { ProbeRecord } from '../protocol/probe-record.ts';
import type { NormalEvent } from './event.ts';
import { logSources, put, putAction } from './draft.ts';
import { putFacts, wordsOf } from './put-facts.ts';

const PROBE = logSources({ product: 'vonggac', service: 'probe' });

export function readProbe(event: NormalEvent, record: ProbeRecord): void {
  const { probe, target, aspect, change, state, previousState, reason, detail } = record;
  event.logsources = PROBE;
  event.parsed = true;
  putAction(event, `probe_${aspect}_${change}`, state === 'failed' ? 'failure' : 'success');
  put(event, 'probe.name', probe);
  put(event, 'probe.target', target);
  put(event, 'probe.aspect', aspect);
  put(event, 'probe.change', change);
  put(event, 'probe.state', state);
  put(event, 'probe.previous_state', previousState);
  put(event, 'probe.reason', reason);
  putFacts(event, 'probe.detail.', detail);
  const why = reason === undefined ? '' : `: ${reason}`;
  event.message = `${probe} ${aspect} ${state}${why}${wordsOf(detail)}`;
}
