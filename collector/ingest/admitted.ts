/** What ingest hands on: events of one lane, in order, each once, validated one by one. */
import type { SourceRecord } from '../protocol/record.ts';

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

export interface AdmittedBatch {
  sender: SenderFacts;
  lane: number;
  /** Last sequence covered: by the records, or by a loss the agent has declared. */
  lastSeq: number;
  records: readonly AdmittedRecord[];
  /** Payload size, uncompressed: what back-pressure counts. */
  bytes: number;
}
