/**
 * Which lane may send one more batch while others are unacknowledged. Invariant: what less important lanes have sent never
 * takes the whole window, so that batches which the collector holds back (for a quota) do not hold back the security lane.
 */
import { LIMITS } from '#protocol/limits.ts';

export interface Window {
  /** Unacknowledged, of all lanes. */
  batches: number;
  bytes: number;
  /** What the collector allows. A window of one has no part to leave free. */
  batchesMax: number;
}

/** Bounds the agent's memory: unacknowledged frames may still lie in the socket's buffer. */
const BYTES_MAX = 4 * 1_048_576;
/** What a lane leaves free for each lane before it: this share of the batches, and these bytes. */
const RESERVE_SHARE = 1 / 8;
const RESERVE_BYTES = 524_288;

export function hasRoom(lane: number, { batches, bytes, batchesMax }: Window): boolean {
  const reserve = Math.max(1, Math.floor(batchesMax * RESERVE_SHARE));
  if (batches >= Math.max(1, batchesMax - lane * reserve)) return false;
  // The last one may go over the bound by a whole frame, which the collector must still be willing to read past.
  const overshootBytes = lane === 0 ? 0 : LIMITS.frameBytesMax;
  return bytes < BYTES_MAX - overshootBytes - lane * RESERVE_BYTES;
}
