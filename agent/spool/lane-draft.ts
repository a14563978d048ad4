/**
 * One lane inside a transaction: its rows change at once, its counters here, and `save` writes them. What was
 * drafted becomes the lane's state only when the transaction is durable.
 */
import type { LossReason } from '#protocol/up.ts';
import { checksum, cutChunks } from './chunk.ts';
import { CHUNK_OVERHEAD_BYTES } from './database.ts';
import type { LaneState } from './database.ts';
import { addLoss, clearLosses } from './loss-ranges.ts';
import type { LostRange } from './loss-ranges.ts';
import { chunkRow } from './statements.ts';
import type { ChunkRow, Statements } from './statements.ts';

export class LaneDraft implements LaneState {
  readonly #lane: number;
  readonly #old: LaneState;
  readonly #sql: Statements;
  next: number;
  acknowledged: number;
  base: number;
  bytes: number;
  losses: readonly LostRange[];

  constructor(lane: number, old: LaneState, sql: Statements) {
    this.#lane = lane;
    this.#old = old;
    this.#sql = sql;
    this.next = old.next;
    this.acknowledged = old.acknowledged;
    this.base = old.base;
    this.bytes = old.bytes;
    this.losses = old.losses;
  }

  /** The lane as drafted, detached from the transaction. */
  get state(): LaneState {
    const { next, acknowledged, base, bytes, losses } = this;
    return { next, acknowledged, base, bytes, losses };
  }

  /**
   * Gives each record its sequence; undefined stands for one that fits no frame.
   * @returns how many of those there were: they are named as lost.
   */
  append(records: readonly (string | undefined)[], nowMs: number): number {
    let unsendable = 0;
    for (let start = 0; start < records.length;) {
      const run: string[] = [];
      for (let json = records[start]; json !== undefined; json = records[start + run.length]) run.push(json);
      this.#insert(run, nowMs);
      start += run.length;
      if (start === records.length) break;
      const seq = this.next;
      this.losses = addLoss(this.losses, { fromSeq: seq, toSeq: seq, reason: 'unsendable' });
      this.next += 1;
      unsendable += 1;
      start += 1;
    }
    return unsendable;
  }

  #insert(recordsJson: readonly string[], nowMs: number): void {
    for (const { firstSeq, lastSeq, payload } of cutChunks(this.next, recordsJson)) {
      this.#sql.insertChunk.run(this.#lane, firstSeq, lastSeq, nowMs, checksum(payload), payload);
      this.bytes += payload.length + CHUNK_OVERHEAD_BYTES;
    }
    this.next += recordsJson.length;
  }

  /** Only when `bytes` says that there is one. @throws SpoolInconsistentError when there is none. */
  oldest(): ChunkRow {
    return chunkRow(this.#sql.oldestChunk.get(this.#lane));
  }

  /** Deletes a chunk unacknowledged. @returns how many records are lost by it: they are named. */
  drop(chunk: ChunkRow, reason: LossReason): number {
    this.#sql.deleteChunk.run(this.#lane, chunk.firstSeq);
    this.bytes -= chunk.payloadBytes + CHUNK_OVERHEAD_BYTES;
    const fromSeq = Math.max(chunk.firstSeq, this.acknowledged + 1);
    this.losses = addLoss(this.losses, { fromSeq, toSeq: chunk.lastSeq, reason });
    return chunk.lastSeq - fromSeq + 1;
  }

  /** Everything up to and including `seq` is acknowledged; a chunk that reaches beyond it stays whole. */
  acknowledge(seq: number): void {
    const row = this.#sql.bytesUpTo.get(CHUNK_OVERHEAD_BYTES, this.#lane, seq, seq);
    this.bytes -= Number(row?.['bytes'] ?? 0);
    this.#sql.deleteUpTo.run(this.#lane, seq, seq);
    this.losses = clearLosses(this.losses, seq);
    this.acknowledged = seq;
  }

  /** Writes what has changed of counters and losses. */
  save(): void {
    const { next, acknowledged, base, bytes, losses } = this;
    const old = this.#old;
    if (losses !== old.losses) {
      this.#sql.deleteLosses.run(this.#lane);
      for (const { fromSeq, toSeq, reason } of losses) {
        this.#sql.insertLoss.run(this.#lane, fromSeq, toSeq, reason);
      }
    }
    const same =
      next === old.next && acknowledged === old.acknowledged && base === old.base && bytes === old.bytes;
    if (!same) this.#sql.writeLane.run(next, acknowledged, base, bytes, this.#lane);
  }
}
