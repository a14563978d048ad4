/** What ingest hands on: events of one lane, in order, each once, validated one by one. */
import type { SourceRecord } from '../protocol/record.ts';
import type { UnitRows } from '../store/store.ts';

/** A record that does not keep the protocol's schema is kept as what it was and why it was refused. */
export type AdmittedRecord = { seq: number; record: SourceRecord } | RejectedRecord;

export interface RejectedRecord {
  seq: number;
  /** Why. */
  rejected: string;
  raw: string;
  /** What it says of itself, as far as it can be made out: the loss ledger counts it there. */
  claims: RecordClaims;
}

export interface RecordClaims {
  /** e.g. `log/sshd`, `integrity`; `unknown` when it does not say. */
  channel: string;
  /** When the agent read it, milliseconds since 1970. */
  atMs: number | undefined;
}

/** The agent as a stage after ingest needs to know it. */
export interface SenderFacts {
  agentId: string;
  epoch: string;
  hostname: string;
  timeZone: string;
  agencyId: number;
  /** How far the host's clock is ahead of the collector's; left out when it is right. */
  clockSkewMs?: number | undefined;
}

/** A frame whose header was judged: what comes before its `skip`-th record is known already. */
export interface FrameWork {
  sender: SenderFacts;
  /** As it came over the wire; it may lie in memory that others share. */
  frame: Buffer;
  skip: number;
}

/** What the new records of a frame became; only the stages behind look into its rows. */
export interface InterpretedFrame {
  rows: UnitRows;
  /** Of the rows: records that did not keep the protocol's schema. */
  rejected: number;
}

export interface AdmittedBatch {
  sender: SenderFacts;
  lane: number;
  /** Last sequence covered: by the rows, or by a loss the agent has declared. */
  lastSeq: number;
  rows: UnitRows;
  /** Payload size, uncompressed: what back-pressure counts. */
  bytes: number;
}
