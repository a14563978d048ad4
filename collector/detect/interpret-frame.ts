/**
 * A frame as it came over the wire -> rows with their hits. The same function in the collector's main thread and in its
 * workers, so that where it runs changes nothing: what it needs beside the frame is the detector.
 */
import type { FrameWork } from '../ingest/admitted.ts';
import { admitRecord } from '../ingest/validate.ts';
import { decodeFrame } from '../protocol/frame.ts';
import type { EventRow } from '../store/store.ts';
import type { Detector } from './detector.ts';

export interface FrameRows {
  rows: EventRow[];
  /** Of the rows: records that did not keep the protocol's schema. */
  rejected: number;
}

/** @throws ProtocolError when the payload is not what its header says */
export function interpretFrame(
  detector: Detector,
  { sender, frame, skip }: FrameWork,
  receivedMs: number,
): FrameRows {
  const { lane, firstSeq, records } = decodeFrame(frame);
  const from = firstSeq + skip;
  const admitted = records.slice(skip).map((value, index) => admitRecord(from + index, value));
  return {
    rows: detector.rows({ sender, lane, records: admitted }, receivedMs),
    rejected: admitted.filter((record) => 'rejected' in record).length,
  };
}
