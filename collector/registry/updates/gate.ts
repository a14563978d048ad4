/**
 * Whether a rollout goes on, waits or stops, by what hosts say; pure. A ring that nobody is in opens the next at once; a ring in
 * which nobody has it yet waits, since silence is no proof of health.
 */

/** How the hosts of a ring stand, of those that asked for updates within a day. */
export interface RingCount {
  hosts: number;
  /** Run it, on no trial. */
  applied: number;
  /** Of those, for as long as has to be waited. */
  held: number;
  /** Took it back, or could not take it. */
  failed: number;
}

export interface GateRule {
  healthyPercent: number;
  failedPercentMax: number;
}

export type GateAnswer = { kind: 'wait' } | { kind: 'next' } | { kind: 'halt'; reason: string };

const percentOf = (part: number, whole: number): number => (whole === 0 ? 0 : (part * 100) / whole);

/** @param counts of every ring; @param open the last ring that it is let out to */
export function judgeGate(counts: readonly RingCount[], open: number, rule: GateRule): GateAnswer {
  const reached = counts.slice(0, open + 1);
  const failed = reached.reduce((sum, ring) => sum + ring.failed, 0);
  const applied = reached.reduce((sum, ring) => sum + ring.applied, 0);
  if (failed > 0 && percentOf(failed, failed + applied) > rule.failedPercentMax)
    return { kind: 'halt', reason: `${failed} of ${failed + applied} hosts that tried it took it back` };
  const ring = counts[open];
  if (ring === undefined || open >= counts.length - 1) return { kind: 'wait' };
  if (ring.hosts === 0) return { kind: 'next' };
  return ring.held > 0 && percentOf(ring.held, ring.hosts) >= rule.healthyPercent
    ? { kind: 'next' }
    : { kind: 'wait' };
}
