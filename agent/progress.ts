/** How far reading, sending and acknowledging have come, in records. */
import type { AgentProgress } from './agent-options.ts';
import type { Spool } from './spool/spool.ts';

/** @param sent highest sequence handed to the line, by lane */
export function progressOf(
  read: number,
  spool: Pick<Spool, 'status'>,
  sent: readonly (number | undefined)[],
): AgentProgress {
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  const { lanes } = spool.status();
  return {
    read,
    sent: sum(lanes.map(({ lane, acknowledgedSeq }) => Math.max(acknowledgedSeq, sent[lane] ?? 0))),
    acked: sum(lanes.map(({ acknowledgedSeq }) => acknowledgedSeq)),
  };
}
