/** Takes records of one lane out of its chunks, from a sequence on, across as many chunks as fit together. */
import { takeRecords } from './chunk.ts';
import { chunkRow } from './statements.ts';
import type { ChunkRow, Statements } from './statements.ts';

export interface LeaseLimits {
  eventsMax: number;
  /** Of JSON, one byte of separator counted with each record. */
  bytesMax: number;
}

export interface LeasedRecords {
  /** Physical. */
  firstSeq: number;
  records: string[];
  /** When the first of them was committed: milliseconds since 1970. */
  at: number;
}

/**
 * @param from physical sequence of the first record wanted; the lease begins at the next one there is.
 * @param readPayload undefined when it is damaged: the chunk is then gone.
 */
export function leaseRecords(
  sql: Statements,
  lane: number,
  from: number,
  limits: LeaseLimits,
  readPayload: (chunk: ChunkRow) => Buffer | undefined,
): LeasedRecords | undefined {
  let next = from;
  let bytesLeft = limits.bytesMax;
  let leased: LeasedRecords | undefined;
  while ((leased?.records.length ?? 0) < limits.eventsMax) {
    const row = sql.chunkFrom.get(lane, lane, next, next);
    if (row === undefined) break;
    const chunk = chunkRow(row);
    const start = Math.max(chunk.firstSeq, next);
    if (leased !== undefined && start !== next) break;
    const payload = readPayload(chunk);
    if (payload === undefined) continue;
    leased ??= { firstSeq: start, records: [], at: chunk.at };
    const taken = takeRecords(payload, start - chunk.firstSeq, {
      eventsMax: limits.eventsMax - leased.records.length,
      bytesMax: bytesLeft,
      // A lone record above the caller's bound still goes: it fits a frame, and the lane must move on.
      oneAtLeast: leased.records.length === 0,
    });
    for (const json of taken.records) leased.records.push(json);
    bytesLeft -= taken.bytes;
    next = start + taken.records.length;
    if (!taken.whole) break;
  }
  return leased;
}
