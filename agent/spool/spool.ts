/**
 * The agent's durable queue, as its users see it. Invariants:
 * - a record and the position of its source become durable in one transaction, before `commit` returns;
 * - `lease` returns only committed records, each lane in sequence order, without gaps;
 * - `acknowledge` only deletes; a record is never deleted before its acknowledgement except as a named loss.
 */
import type { LossReason } from '#protocol/up.ts';
import type { PositionReader, SourceItem } from '../sources/source.ts';

export interface Lease {
  lane: number;
  firstSeq: number;
  /** Each record as JSON, contiguous sequences from firstSeq. */
  records: string[];
}

export interface LossRange {
  lane: number;
  fromSeq: number;
  toSeq: number;
  reason: LossReason;
}

export interface SpoolStatus {
  epoch: string;
  lanes: { lane: number; nextSeq: number; waiting: number; acknowledgedSeq: number }[];
  waitingBytes: number;
  bytesMax: number;
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
   * Next records of the lane above `afterSeq`, at most so many and so many bytes of JSON (one byte counted as
   * separator with each); at least one when there is any, undefined when there is none.
   */
  lease(lane: number, afterSeq: number, limits: { eventsMax: number; bytesMax: number }): Lease | undefined;
  /**
   * Deletes everything of the lane up to and including `seq`, loss ranges too.
   * @throws RangeError for a sequence never handed out; SpoolFullError when the disk refuses: try again later.
   */
  acknowledge(lane: number, seq: number): void;
  /** Ranges lost on this side that the collector has not acknowledged yet, in order. */
  losses(lane: number): LossRange[];
  positions(sourceName: string): PositionReader;
  /** Resolves at the next commit after this call, or when `signal` aborts. */
  changed(signal: AbortSignal): Promise<void>;
  status(): SpoolStatus;
  close(): void;
}
