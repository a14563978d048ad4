/**
 * Where sending begins in a new session, from what the collector has stored (its marks) and what this spool
 * knows. A collector that has stored what this spool never sent has seen another history of it (a disk image was
 * put back): the sequences mean two different things, so a new epoch begins.
 */
import type { Welcome } from '#protocol/down.ts';
import type { SpoolStatus } from '../spool/spool.ts';

/** What this process remembers of its spool across sessions, for one epoch. */
export interface SentMemory {
  epoch: string;
  /** By lane: sequences below were there when the process opened the spool, an earlier one may have sent them. */
  nextAtOpen: number[];
  /** By lane: highest sequence this process has sent. */
  sent: number[];
}

export type Reconciled =
  | { kind: 'foreign-history'; lane: number; mark: number }
  /** `marks` by lane. */
  | { kind: 'continue'; marks: number[] };

export function rememberSpool(status: SpoolStatus): SentMemory {
  return {
    epoch: status.epoch,
    nextAtOpen: status.lanes.map(({ nextSeq }) => nextSeq),
    sent: status.lanes.map(() => 0),
  };
}

export function reconcile(marks: Welcome['marks'], status: SpoolStatus, memory: SentMemory): Reconciled {
  const byLane = status.lanes.map(() => 0);
  for (const { lane, seq } of marks) {
    const known = status.lanes[lane];
    if (known === undefined) {
      // A lane this version does not have: written by another history, unless nothing is stored in it.
      if (seq > 0) return { kind: 'foreign-history', lane, mark: seq };
      continue;
    }
    const sentBefore = Math.max(memory.sent[lane] ?? 0, (memory.nextAtOpen[lane] ?? 1) - 1);
    if (seq >= known.nextSeq || seq > Math.max(sentBefore, known.acknowledgedSeq)) {
      return { kind: 'foreign-history', lane, mark: seq };
    }
    byLane[lane] = seq;
  }
  return { kind: 'continue', marks: byLane };
}
