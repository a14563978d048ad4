/** Row types of the tables that the projector writes: alerts, their latest proofs, correlation hits, its own place. */
import type { Generated } from 'kysely';

export interface AlertTable {
  /** Deterministic: made from the group and its first detection. */
  id: string;
  rule_id: string;
  /** Rule and entity: detections with the same key join the open alert of that key. */
  group_key: string;
  severity: string;
  state: string;
  /** JSON: field name -> value. */
  entity: string;
  /** JSON of RuleFacts as they were when the alert was raised. */
  rule: string;
  agent_id: string | null;
  hostname: string | null;
  agency_id: number;
  detections: number;
  first_seen_ms: number;
  last_seen_ms: number;
  created_ms: number;
  updated_ms: number;
  /** Message of the newest detection, cut. */
  message: string;
  state_by: string | null;
  state_reason: string | null;
}

export interface AlertDetectionTable {
  alert_id: string;
  detection_id: string;
  time_ms: number;
  event_id: string;
  hostname: string;
  message: string;
  /** JSON: field name -> value. */
  matched: string;
}

export interface CorrelationHitTable {
  id: string;
  rule_id: string;
  /** JSON: group-by field -> value. */
  grouping: string;
  time_ms: number;
  first_ms: number;
  matches: number;
  /** Batch whose projection found it. */
  batch: number;
  /** 1 when it was found by looking back because its events came late. */
  late: number;
}

export interface ProjectorStateTable {
  id: Generated<number>;
  /** All batches up to this one are projected. */
  cursor: number;
  /** JSON of the correlator's state after `snapshot_batch`. */
  snapshot: string | null;
  snapshot_batch: number;
}

/** Events that were too late for the live correlator and have not been looked back for yet. */
export interface LateBatchTable {
  batch: number;
  /** JSON: event times, milliseconds. */
  times: string;
}

export interface LossTable {
  agent_id: string;
  epoch: string;
  lane: number;
  from_seq: number;
  to_seq: number;
  reason: string;
  recorded_ms: number;
}

export interface AlertTables {
  alert: AlertTable;
  alert_detection: AlertDetectionTable;
  correlation_hit: CorrelationHitTable;
  projector_state: ProjectorStateTable;
  late_batch: LateBatchTable;
  loss: LossTable;
}
