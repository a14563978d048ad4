/**
 * What goes between the main thread and a worker: plain data, of which memory that is large changes hands instead of being
 * copied. A worker answers packs of frames in the order it got them.
 */
import type { SenderFacts } from '../ingest/admitted.ts';
import type { IndicatorHit } from '../indicator/indicator-index.ts';
import type { SharedIndex } from '../indicator/shared-index.ts';
import type { RowPack } from '../store/row-pack.ts';
import type { ErrorCode } from '../protocol/error.ts';

/** A rule in force as it is written; what it becomes cannot leave its thread. */
export interface RuleSource {
  text: string;
  place: string;
  /** Its first line in the file, from 1. */
  line: number;
  isTest: boolean;
  digest: string;
}

/** What a worker is made with. Its rules stay what they are: other rules are another worker. */
export interface WorkerSetup {
  rules: readonly RuleSource[];
  indicators: SharedIndex | undefined;
}

/** Frames, one after the other in `bytes`, which is transferred. */
export interface FramesMessage {
  kind: 'frames';
  bytes: ArrayBuffer;
  frames: readonly { sender: SenderFacts; length: number; skip: number }[];
  receivedMs: number;
}

/** The indicators' memory is another: from now on frames are matched by that. */
export interface IndicatorsMessage {
  kind: 'indicators';
  shared: SharedIndex;
}

export type ToWorker = FramesMessage | IndicatorsMessage;

/** What became of a frame; rows of frames follow each other in the pack. */
export type FrameOutcome =
  | { kind: 'rows'; rows: number; rejected: number }
  /** The peer's fault. */
  | { kind: 'refused'; code: ErrorCode; message: string }
  /** Ours. */
  | { kind: 'fault'; error: unknown };

export interface ReadyMessage {
  kind: 'ready';
}

export interface RowsMessage {
  kind: 'rows';
  outcomes: readonly FrameOutcome[];
  pack: RowPack;
  /** Rows that could not be encoded and are in the pack as rejected. */
  refused: readonly { row: number; reason: string }[];
  /** Rows that show indicators, by row: which of them count is for the main thread to say. */
  shown: readonly { row: number; hits: readonly IndicatorHit[] }[];
  /** Lines of unknown form by channel. */
  unparsed: ReadonlyMap<string, number>;
  /** Records that met a defect of ours and are in the pack as rejected. */
  faults: readonly unknown[];
  /** Of its frames. */
  receivedMs: number;
  busyMs: number;
}

export type FromWorker = ReadyMessage | RowsMessage;
