/** What an agent says about itself: its starts and stops, and what it could not watch or keep. */
import type { AgentRecord } from '../protocol/record.ts';
import type { NormalEvent } from './event.ts';
import { logSources, put, putAction } from './draft.ts';
import { putFacts, wordsOf } from './put-facts.ts';

const AGENT = logSources({ product: 'vonggac', service: 'agent' });

const FAILURES: ReadonlySet<AgentRecord['action']> = new Set([
  'source-failed',
  'spool-reset',
  'spool-dropped',
  'clock-jumped',
  'frozen',
  'traced',
  'tampered',
  'policy-refused',
  'policy-rolled-back',
  'signing-key-refused',
]);

export function readAgentRecord(event: NormalEvent, record: AgentRecord): void {
  event.logsources = AGENT;
  event.parsed = true;
  putAction(
    event,
    `agent_${record.action.replaceAll('-', '_')}`,
    FAILURES.has(record.action) ? 'failure' : 'success',
  );
  put(event, 'agent.subject', record.subject);
  putFacts(event, 'agent.detail.', record.detail);
  event.message = `agent ${record.action.replaceAll('-', ' ')}: ${record.subject}${wordsOf(record.detail)}`;
}
