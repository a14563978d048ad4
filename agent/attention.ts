/** What of the agent's state somebody should look at: codes that monitoring can rely on. */
import type { AgentStatus } from './status-file.ts';

export const ATTENTION_CODES = [
  'not-running',
  'not-connected',
  'nothing-watched',
  'source-failed',
  'source-problem',
  'records-dropped',
  'disk-refuses',
  'spool-filling',
  'clock-off',
  'policy-refused',
] as const;
export type Attention = (typeof ATTENTION_CODES)[number];

const FILLING_ABOVE = 0.5;
const CLOCK_OFF_MS = 60_000;

/** @param policyState what became of the collector's last policy. */
export function attentionOf(
  status: AgentStatus | undefined,
  alive: boolean,
  policyState: string | undefined,
): Attention[] {
  const refused: Attention[] =
    policyState === 'refused' || policyState === 'rolled-back' ? ['policy-refused'] : [];
  if (status === undefined || !alive) return ['not-running', ...refused];
  const { link, spool, sources } = status;
  const holds: [Attention, boolean][] = [
    ['not-connected', link.state !== 'online'],
    ['nothing-watched', sources.length === 0],
    ['source-failed', sources.some(({ state }) => state === 'failed')],
    ['source-problem', sources.some(({ state, problems }) => state !== 'failed' && problems.length > 0)],
    ['records-dropped', spool.droppedRecords > 0],
    ['disk-refuses', spool.refused],
    ['spool-filling', spool.waitingBytes > spool.bytesMax * FILLING_ABOVE],
    ['clock-off', Math.abs(link.clockSkewMs ?? 0) > CLOCK_OFF_MS],
  ];
  return [...holds.flatMap(([code, is]) => (is ? [code] : [])), ...refused];
}
