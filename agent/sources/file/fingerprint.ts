/**
 * A checkpoint says which file it is about and how far that file was read: a hash of the file's first bytes, a hash
 * of the bytes right before the offset, and the inode as a hint. Content decides, so a reused inode skips nothing
 * and a file that was copied or compressed on rotation is still found.
 */
import { hash } from 'node:crypto';
import { LOG_CHANNELS, type LogChannel } from '#protocol/record-names.ts';
import type { ByteReader } from './file-access.ts';
import { TRAIL_BYTES_MAX } from './framer.ts';

/** Bytes of the file's beginning that make its fingerprint. */
export const HEAD_BYTES_MAX = 1_024;

export interface Checkpoint {
  /** Order of the files that have been at this path. */
  generation: number;
  id: string;
  /** Hash of the first `headBytes` bytes. */
  head: string;
  headBytes: number;
  /** First byte not yet committed. */
  offset: number;
  /** Hash of the `trailBytes` bytes before the offset. */
  trail: string;
  trailBytes: number;
  mtimeMs: number;
  /** undefined while the file says too little to know. */
  channel?: LogChannel | undefined;
  /** Read to its end after it was rotated away or removed; kept to know what came after it. */
  done: boolean;
}

/** The first 128 bits of SHA-256, hex. */
export function digest(bytes: Buffer): string {
  return hash('sha256', bytes, 'hex').slice(0, 32);
}

/** As a source position is kept in the spool. */
export function encodeCheckpoint(checkpoint: Checkpoint): string {
  return JSON.stringify(checkpoint);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** @throws when the stored text is not a checkpoint. */
export function decodeCheckpoint(text: string): Checkpoint {
  const row: unknown = JSON.parse(text);
  if (typeof row !== 'object' || row === null) throw new TypeError('a checkpoint is an object');
  const fields: Partial<Record<keyof Checkpoint, unknown>> = row;
  const channel = LOG_CHANNELS.find((name) => name === fields.channel);
  const { generation, id, head, headBytes, offset, trail, trailBytes, mtimeMs, done } = fields;
  if (
    !isCount(generation) ||
    !isCount(headBytes) ||
    !isCount(offset) ||
    !isCount(trailBytes) ||
    headBytes > HEAD_BYTES_MAX ||
    trailBytes > Math.min(offset, TRAIL_BYTES_MAX) ||
    typeof id !== 'string' ||
    typeof head !== 'string' ||
    typeof trail !== 'string' ||
    typeof mtimeMs !== 'number'
  ) {
    throw new TypeError('the checkpoint has a field that is not valid');
  }
  return {
    generation,
    id,
    head,
    headBytes,
    offset,
    trail,
    trailBytes,
    mtimeMs,
    channel,
    done: done === true,
  };
}

/** Reads `length` bytes at `position`, fewer only at the end of the file. */
export async function readExactly(reader: ByteReader, length: number, position: number): Promise<Buffer> {
  const into = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const count = await reader.read(into, filled, length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return into.subarray(0, filled);
}

/** Whether the open file holds, at the same places, what the checkpoint remembers. */
export async function matches(reader: ByteReader, checkpoint: Checkpoint): Promise<boolean> {
  const stat = await reader.stat();
  if (!reader.compressed && stat.size < checkpoint.offset) return false;
  if (checkpoint.headBytes === 0) return stat.id === checkpoint.id;
  const head = await readExactly(reader, checkpoint.headBytes, 0);
  if (head.length < checkpoint.headBytes || digest(head) !== checkpoint.head) return false;
  if (checkpoint.trailBytes === 0) return true;
  const trail = await readExactly(reader, checkpoint.trailBytes, checkpoint.offset - checkpoint.trailBytes);
  return trail.length === checkpoint.trailBytes && digest(trail) === checkpoint.trail;
}
