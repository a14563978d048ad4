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
  /** By lane: sequences below may have been sent by an earlier process. */
  nextAtOpen: number[];
  /** By lane: highest sequence this process has sent. */
  sent: number[];
}

export type Reconciled =
  /** `shared` by lane: how far the collector has what this spool holds, too: it is not sent again. */
  | { kind: 'foreign-history'; lane: number; mark: number; shared: number[] }
  /** `marks` by lane. */
  | { kind: 'continue'; marks: number[] };

/** @param sentBefore by lane: how far an earlier process may have sent; left out, everything. */
export function rememberSpool(status: SpoolStatus, sentBefore?: readonly number[]): SentMemory {
  return {
    epoch: status.epoch,
    nextAtOpen: status.lanes.map(({ nextSeq }, lane) => (sentBefore?.[lane] ?? nextSeq - 1) + 1),
    sent: status.lanes.map(() => 0),
  };
}

export function reconcile(marks: Welcome['marks'], status: SpoolStatus, memory: SentMemory): Reconciled {
  const byLane = status.lanes.map(() => 0);
  const shared = status.lanes.map(() => 0);
  let foreign: { lane: number; mark: number } | undefined;
  for (const { lane, seq } of marks) {
    const known = status.lanes[lane];
    if (known === undefined) {
      // A lane this version does not have: written by another history, unless nothing is stored in it.
      if (seq > 0) foreign ??= { lane, mark: seq };
      continue;
    }
    // What was in the spool when it was opened belongs to both histories; what came later only to this one.
    const atOpen = Math.min(known.nextSeq, memory.nextAtOpen[lane] ?? 1) - 1;
    const common = Math.max(atOpen, known.acknowledgedSeq);
    const own = Math.min(known.nextSeq - 1, Math.max(common, memory.sent[lane] ?? 0));
    if (seq > own) foreign ??= { lane, mark: seq };
    byLane[lane] = seq;
    shared[lane] = Math.min(seq, common);
  }
  if (foreign === undefined) return { kind: 'continue', marks: byLane };
  return { kind: 'foreign-history', ...foreign, shared };
}
