/**
 * One lane inside a transaction: its rows change at once, its counters here, and `save` writes them. What was
 * drafted becomes the lane's state only when the transaction is durable.
 */
import type { LossReason } from '#protocol/up.ts';
import { checksum, cutChunks } from './chunk.ts';
import type { PackedRecord } from './chunk.ts';
import { CHUNK_OVERHEAD_BYTES } from './database.ts';
import type { LaneState } from './database.ts';
import { addLoss, clearLosses } from './loss-ranges.ts';
import type { LostRange } from './loss-ranges.ts';
import { chunkRow } from './statements.ts';
import type { ChunkRow, Statements } from './statements.ts';
import { UNKNOWN_CHANNEL, formatRuns, hourOf, parseRuns, runsOfPayload, skipRuns } from './tally.ts';
import type { Run, TallyDraft, TallyPlace } from './tally.ts';

/** Acknowledgements of so long are one span: they are forgotten together. */
const ACK_SPAN_MS = 600_000;

/** A record that fits no frame has no JSON. */
export type SpooledRecord = PackedRecord | (TallyPlace & { json: undefined });

function isPacked(record: SpooledRecord | undefined): record is PackedRecord {
  return record?.json !== undefined;
}

export class LaneDraft implements LaneState {
  readonly #lane: number;
  readonly #old: LaneState;
  readonly #sql: Statements;
  readonly #tally: TallyDraft;
  next: number;
  acknowledged: number;
  base: number;
  bytes: number;
  retainedBytes: number;
  markedAt: number;
  losses: readonly LostRange[];

  constructor(lane: number, old: LaneState, sql: Statements, tally: TallyDraft) {
    this.#lane = lane;
    this.#old = old;
    this.#sql = sql;
    this.#tally = tally;
    this.next = old.next;
    this.acknowledged = old.acknowledged;
    this.base = old.base;
    this.bytes = old.bytes;
    this.retainedBytes = old.retainedBytes;
    this.markedAt = old.markedAt;
    this.losses = old.losses;
  }

  /** The lane as drafted, detached from the transaction. */
  get state(): LaneState {
    const { next, acknowledged, base, bytes, retainedBytes, markedAt, losses } = this;
    return { next, acknowledged, base, bytes, retainedBytes, markedAt, losses };
  }

  /** Gives each record its sequence. @returns how many fit no frame: they are named as lost. */
  append(records: readonly SpooledRecord[], nowMs: number): number {
    let unsendable = 0;
    for (let start = 0; start < records.length;) {
      const run: PackedRecord[] = [];
      for (let record = records[start]; isPacked(record); record = records[start + run.length])
        run.push(record);
      this.#insert(run, nowMs);
      start += run.length;
      const misfit = records[start];
      if (misfit === undefined) break;
      const seq = this.next;
      this.losses = addLoss(this.losses, { fromSeq: seq, toSeq: seq, reason: 'unsendable' });
      this.#tally.produce(this.#lane, misfit);
      this.#tally.drop(this.#lane, [{ ...misfit, count: 1 }], 'unsendable');
      this.next += 1;
      unsendable += 1;
      start += 1;
    }
    return unsendable;
  }

  #insert(records: readonly PackedRecord[], nowMs: number): void {
    for (const { firstSeq, lastSeq, payload, runs } of cutChunks(this.next, records)) {
      const crc = checksum(payload);
      this.#sql.insertChunk.run(this.#lane, firstSeq, lastSeq, nowMs, crc, formatRuns(runs), payload);
      this.bytes += payload.length + CHUNK_OVERHEAD_BYTES;
      for (const { count, ...place } of runs) this.#tally.produce(this.#lane, place, count);
    }
    this.next += records.length;
  }

  /** The oldest chunk that waits; only when `bytes` says that there is one. @throws SpoolInconsistentError */
  oldest(): ChunkRow {
    const seq = this.acknowledged + 1;
    return chunkRow(this.#sql.chunkFrom.get(this.#lane, this.#lane, seq, seq));
  }

  /** Deletes a chunk unacknowledged. @returns how many records are lost by it: they are named and counted. */
  drop(chunk: ChunkRow, reason: LossReason): number {
    const fromSeq = Math.max(chunk.firstSeq, this.acknowledged + 1);
    this.#tally.drop(this.#lane, skipRuns(this.#runs(chunk), fromSeq - chunk.firstSeq), reason);
    this.#sql.deleteChunk.run(this.#lane, chunk.firstSeq);
    this.bytes -= chunk.payloadBytes + CHUNK_OVERHEAD_BYTES;
    this.losses = addLoss(this.losses, { fromSeq, toSeq: chunk.lastSeq, reason });
    return chunk.lastSeq - fromSeq + 1;
  }

  #runs(chunk: ChunkRow): Run[] {
    const count = chunk.lastSeq - chunk.firstSeq + 1;
    const told = parseRuns(String(this.#sql.runs.get(this.#lane, chunk.firstSeq)?.['runs'] ?? ''));
    const fallback = { hourMs: hourOf(chunk.at), channel: UNKNOWN_CHANNEL };
    const payload = told === undefined ? this.#sql.payload.get(this.#lane, chunk.firstSeq)?.['payload'] : '';
    const runs = payload instanceof Uint8Array ? runsOfPayload(payload, fallback) : (told ?? []);
    const known = runs.reduce((sum, run) => sum + run.count, 0);
    // Damage can take or add lines; the sequences are what counts.
    return known === count ? runs : [{ ...fallback, count }];
  }

  /**
   * Everything up to and including `seq` is acknowledged; a chunk that reaches beyond it waits as a whole.
   * @param retainMs above 0: the chunks stay, until `forgetAcked` or `forgetOldest`.
   */
  acknowledge(seq: number, nowMs: number, retainMs: number): void {
    const covered = this.#bytesBetween(this.acknowledged, seq);
    this.bytes -= covered;
    if (retainMs > 0) {
      this.#markSpan(nowMs);
      this.retainedBytes += covered;
    } else {
      this.#sql.deleteUpTo.run(this.#lane, seq, seq);
      if (this.markedAt > 0) this.#sql.deleteAckMarks.run(this.#lane, seq);
      this.retainedBytes = 0;
      this.markedAt = 0;
    }
    this.losses = clearLosses(this.losses, seq);
    this.acknowledged = seq;
  }

  /** What is acknowledged so far was so before this span began: one small row a span, none per acknowledgement. */
  #markSpan(nowMs: number): void {
    const at = Math.floor(nowMs / ACK_SPAN_MS) * ACK_SPAN_MS;
    if (at === this.markedAt) return;
    this.#sql.writeAckMark.run(this.#lane, at, this.acknowledged);
    this.markedAt = at;
  }

  #bytesBetween(above: number, upTo: number): number {
    const lane = this.#lane;
    const row = this.#sql.bytesBetween.get(CHUNK_OVERHEAD_BYTES, lane, lane, above, above, upTo, upTo);
    return Number(row?.['bytes'] ?? 0);
  }

  /** Lets go of chunks that were acknowledged by then. */
  forgetAckedBy(timeMs: number): void {
    const seq = this.#sql.ackedBy.get(this.#lane, timeMs)?.['seq'];
    if (typeof seq !== 'number') return;
    this.retainedBytes -= this.#bytesBetween(0, seq);
    this.#sql.deleteUpTo.run(this.#lane, seq, seq);
    this.#sql.deleteAckMarks.run(this.#lane, seq);
  }

  /** Lets go of the oldest acknowledged chunk; only when `retainedBytes` says that there is one. */
  forgetOldest(): void {
    this.#forget(chunkRow(this.#sql.oldestChunk.get(this.#lane)));
  }

  /** Lets go of all acknowledged chunks. */
  forgetAll(): void {
    if (this.retainedBytes > 0) this.#sql.deleteUpTo.run(this.#lane, this.acknowledged, this.acknowledged);
    if (this.markedAt > 0) this.#sql.deleteAckMarks.run(this.#lane, this.acknowledged);
    this.retainedBytes = 0;
    this.markedAt = 0;
  }

  /** Deletes a chunk whose payload is damaged. @returns how many records are lost by it; none once acknowledged. */
  discard(chunk: ChunkRow): number {
    if (chunk.lastSeq > this.acknowledged) return this.drop(chunk, 'spool-corrupt');
    this.#forget(chunk);
    return 0;
  }

  #forget(chunk: ChunkRow): void {
    this.#sql.deleteChunk.run(this.#lane, chunk.firstSeq);
    this.retainedBytes -= chunk.payloadBytes + CHUNK_OVERHEAD_BYTES;
  }

  /** Writes what has changed of counters and losses. */
  save(): void {
    const { next, acknowledged, base, bytes, retainedBytes, losses } = this;
    const old = this.#old;
    if (losses !== old.losses) {
      this.#sql.deleteLosses.run(this.#lane);
      for (const { fromSeq, toSeq, reason } of losses) {
        this.#sql.insertLoss.run(this.#lane, fromSeq, toSeq, reason);
      }
    }
    const same =
      next === old.next &&
      acknowledged === old.acknowledged &&
      base === old.base &&
      bytes === old.bytes &&
      retainedBytes === old.retainedBytes;
    if (!same) this.#sql.writeLane.run(next, acknowledged, base, bytes, retainedBytes, this.#lane);
  }
}
