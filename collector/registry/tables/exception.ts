/** Rows of the register of exceptions. Times are milliseconds UTC. */
import type { Generated } from 'kysely';
import type { ExceptionKind, ExceptionState } from '../../exceptions/vocabulary.ts';

export interface ExceptionTable {
  id: Generated<number>;
  name: string;
  kind: ExceptionKind;
  state: ExceptionState;
  /** A Sigma detection block with its condition, YAML; null for a maintenance window that takes whatever is in its scope. */
  condition: string | null;
  /** JSON of a MaintenanceWindow; null for what holds all the time. */
  time_window: string | null;
  /** With all that is below it. */
  agency_id: number;
  agent_id: string | null;
  group_id: number | null;
  /** JSON list of rule ids (of checks for posture); null for all. */
  rules: string | null;
  /** JSON list of tags and log sources of rules; null for all. */
  categories: string | null;
  /** 1: it was asked for knowing that it matches everything in its scope. */
  takes_all: number;
  reason: string;
  /** Name and reason without accents and case. */
  search_text: string;
  requested_by: string;
  requested_ms: number;
  /** Events before it are not concerned; null for none that is so. */
  starts_ms: number | null;
  expires_ms: number;
  review_ms: number;
  decided_by: string | null;
  decided_ms: number | null;
  decided_reason: string | null;
  /** It never reaches beyond it. */
  approver_agency_id: number | null;
  ended_by: string | null;
  ended_ms: number | null;
  ended_reason: string | null;
  /** The job that closed the alerts it covers. */
  close_job_id: string | null;
  /** Detections that it kept from becoming alerts. */
  hidden: Generated<number>;
  hidden_first_ms: number | null;
  hidden_last_ms: number | null;
  updated_ms: number;
  version: Generated<number>;
}

/** How much it hid of a rule on a host. */
export interface ExceptionHitTable {
  exception_id: number;
  rule_id: string;
  agent_id: string;
  agency_id: number;
  hostname: string;
  hidden: number;
  first_ms: number;
  last_ms: number;
  /** Batches of the first and the last projection that hid some; null when that was not written down. */
  first_batch: number | null;
  last_batch: number | null;
}

/** The newest detections that it hid. */
export interface ExceptionProofTable {
  exception_id: number;
  detection_id: string;
  time_ms: number;
  event_id: string;
  rule_id: string;
  hostname: string;
  message: string;
}

/** A detection that it hid and that was judged again after its end. */
export interface ExceptionRaisedTable {
  exception_id: number;
  detection_id: string;
  rule_id: string;
  agent_id: string;
  job_id: string;
}

/** What was done to it; only ever added to. */
export interface ExceptionHistoryTable {
  id: Generated<number>;
  exception_id: number;
  version: number;
  at_ms: number;
  actor: string;
  action: string;
  /** JSON: field -> [before, after]. */
  changes: string;
  reason: string | null;
}

/** Counts changes of what acts: what was read of it is good while this stays. */
export interface ExceptionRegisterTable {
  id: number;
  version: number;
}

export interface ExceptionTables {
  exception: ExceptionTable;
  exception_hit: ExceptionHitTable;
  exception_proof: ExceptionProofTable;
  exception_raised: ExceptionRaisedTable;
  exception_history: ExceptionHistoryTable;
  exception_register: ExceptionRegisterTable;
}
