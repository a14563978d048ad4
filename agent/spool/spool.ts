/**
 * The agent's durable queue, as its users see it. Invariants:
 * - a record and the position of its source become durable in one transaction, before `commit` returns;
 * - `lease` returns only committed records, each lane in sequence order, without gaps;
 * - `acknowledge` only deletes, some lanes' records later than at once, to refill a restored collector;
 * - a record is never deleted before its acknowledgement except as a named and counted loss.
 */
import type { LossReason } from '#protocol/up.ts';
import type { PositionReader, SourceItem } from '../sources/source.ts';
import type { LanePolicy } from './lane-policy.ts';
import type { LeaseLimits } from './lease-records.ts';
import type { TallyScope } from './tally-scope.ts';
import type { TallyRow } from './tally.ts';

export interface Lease {
  lane: number;
  firstSeq: number;
  /** Each record as JSON, contiguous sequences from firstSeq. */
  records: string[];
  /** When the first of them was committed: milliseconds since 1970. */
  at: number;
}

export interface LossRange {
  lane: number;
  fromSeq: number;
  toSeq: number;
  reason: LossReason;
}

export interface LaneStatus {
  lane: number;
  nextSeq: number;
  waiting: number;
  acknowledgedSeq: number;
  /** Of what waits. */
  bytes: number;
  /** Of what is acknowledged and kept. */
  retainedBytes: number;
}

export interface SpoolStatus {
  epoch: string;
  lanes: LaneStatus[];
  waitingBytes: number;
  bytesMax: number;
  /** Bound of the acknowledged records that are kept. */
  retainBytesMax: number;
  droppedRecords: number;
}

export interface Spool {
  readonly epoch: string;
  /**
   * Starts a new random epoch: everything waiting is numbered anew from 1 in its lane's order, losses not yet
   * acknowledged included.
   */
  renewEpoch(): void;
  /**
   * By lane: highest sequence that an earlier process may have sent: what was in the spool when the last one ended
   * that had a session. Later ones have only been sent if this process did.
   */
  sentBefore(): number[];
  /** A session is open: from now on anything may have been sent. @throws SpoolFullError when the disk refuses the note. */
  noteSession(): void;
  /** One durable transaction (synchronous=FULL). @throws SpoolFullError when the disk refuses the write. */
  commit(sourceName: string, items: readonly SourceItem[]): void;
  /**
   * Next records of the lane above `afterSeq` that are still there, acknowledged or not: at most so many and so many
   * bytes, at least one when there is any, undefined when there is none.
   */
  lease(lane: number, afterSeq: number, limits: LeaseLimits): Lease | undefined;
  /**
   * Everything of the lane up to and including `seq` no longer waits, loss ranges neither; whether it is deleted at
   * once is the lane's policy.
   * @throws RangeError for a sequence never handed out; SpoolFullError when the disk refuses: try again later.
   */
  acknowledge(lane: number, seq: number): void;
  /** Ranges lost on this side that the collector has not acknowledged yet, in order. */
  losses(lane: number): LossRange[];
  positions(sourceName: string): PositionReader;
  /** By lane; from now on. */
  applyPolicies(policies: readonly LanePolicy[]): void;
  /** Whose counts the tally holds, and since when. */
  readonly tallyScope: TallyScope;
  /** Counts that changed since they were told, oldest hour first. */
  untoldTally(rowsMax: number): TallyRow[];
  /** They are written down at the collector as they are here: what changed meanwhile stays untold. */
  tallyTold(rows: readonly TallyRow[]): void;
  /** The collector may have forgotten: everything still kept is to be told again. */
  retellTally(): void;
  /** Resolves at the next commit after this call, or when there is something to tell again, or when `signal` aborts. */
  changed(signal: AbortSignal): Promise<void>;
  status(): SpoolStatus;
  /** When the oldest that waits in a lane was read: milliseconds since 1970; null when nothing waits. */
  oldestWaitingAt(lane: number): number | null;
  /** Gives caches back to the system; they fill again as they are used. */
  releaseMemory(): void;
  close(): void;
}
