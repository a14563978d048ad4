/**
 * A chunk is what one row of the spool holds: records of one lane with contiguous sequences, as JSON joined by
 * line feeds (JSON text never holds a raw one). Few rows per commit keep the cost per record low.
 */
import zlib from 'node:zlib';
import { runsOf } from './tally.ts';
import type { Run, TallyPlace } from './tally.ts';

export const CHUNK_BYTES_MAX = 262_144;
export const CHUNK_RECORDS_MAX = 1_000;

const LINE_FEED = 10;

/** A record on its way into the spool. */
export interface PackedRecord extends TallyPlace {
  json: string;
}

export interface Chunk {
  firstSeq: number;
  lastSeq: number;
  payload: Buffer;
  runs: Run[];
}

/** Cuts records into chunks; a record above CHUNK_BYTES_MAX has a chunk of its own. */
export function cutChunks(firstSeq: number, records: readonly PackedRecord[]): Chunk[] {
  const chunks: Chunk[] = [];
  let start = 0;
  let size = 0;
  const flush = (end: number): void => {
    if (end === start) return;
    const held = records.slice(start, end);
    const payload = Buffer.from(held.map(({ json }) => json).join('\n'), 'utf8');
    chunks.push({ firstSeq: firstSeq + start, lastSeq: firstSeq + end - 1, payload, runs: runsOf(held) });
    start = end;
    size = 0;
  };
  for (const [index, { json }] of records.entries()) {
    // Code units stand in for bytes: the bound is a habit, not a limit.
    if (size + json.length > CHUNK_BYTES_MAX || index - start === CHUNK_RECORDS_MAX) flush(index);
    size += json.length;
  }
  flush(records.length);
  return chunks;
}

export function checksum(payload: Uint8Array): number {
  return zlib.crc32(payload);
}

/**
 * Takes records out of a payload, skipping the first `skip`.
 * @returns their JSON, at most `eventsMax` and `bytesMax` (one byte of separator counted with each);
 *   `whole` when nothing was left behind.
 */
export function takeRecords(
  payload: Buffer,
  skip: number,
  limits: { eventsMax: number; bytesMax: number; oneAtLeast: boolean },
): { records: string[]; bytes: number; whole: boolean } {
  const records: string[] = [];
  let bytes = 0;
  let start = 0;
  for (let index = 0; start <= payload.length; index += 1) {
    const found = payload.indexOf(LINE_FEED, start);
    const end = found === -1 ? payload.length : found;
    if (index >= skip) {
      const cost = end - start + 1;
      const forced = limits.oneAtLeast && records.length === 0;
      if (records.length === limits.eventsMax || (bytes + cost > limits.bytesMax && !forced)) {
        return { records, bytes, whole: false };
      }
      records.push(payload.toString('utf8', start, end));
      bytes += cost;
    }
    start = end + 1;
  }
  return { records, bytes, whole: true };
}
