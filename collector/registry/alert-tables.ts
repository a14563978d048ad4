/** Row types of the tables that the projector writes: alerts, their latest proofs, correlation hits, its own place. */
import type { Generated } from 'kysely';
import type { AlertKind, Fold } from '../alert/alert-draft.ts';
import type { AssetRole } from '../alert/severity-score.ts';
import type { AlertVerdict } from '../api/contract-alerts.ts';

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
  kind: Generated<AlertKind>;
  /** Place among the alerts of its group, from 1. */
  sequence: Generated<number>;
  predecessor_id: string | null;
  /** Place of `severity` among severities, from 0. */
  severity_rank: Generated<number>;
  /** JSON of SeverityWhy. */
  severity_why: Generated<string>;
  risk: Generated<number>;
  user_name: string | null;
  /** The system of the highest level that its hosts belong to, and that level. */
  system_id: number | null;
  system_level: number | null;
  /** What it was; null while it is open, or closed by the house. */
  verdict: AlertVerdict | null;
  duplicate_of: string | null;
  /** User name. */
  assignee: string | null;
  due_ms: number | null;
  /** 1 when `state` is closed. */
  closed: Generated<number>;
  closed_ms: number | null;
  acknowledged_ms: number | null;
  /** Grows with each act on the alert; detections that join it do not count. */
  version: Generated<number>;
  /** What it has in common with alerts of other hosts. */
  fleet_key: string | null;
  /** The alert that it is folded into. */
  fleet_id: string | null;
  /** alert/alert-draft.ts, FOLD. */
  fold: Generated<Fold>;
  hosts: Generated<number>;
  /** JSON of DistinctValues. */
  distinct_values: Generated<string>;
}

/** Tags of the rule, and those that people gave (`own` 1). */
export interface AlertTagTable {
  alert_id: string;
  tag: string;
  own: number;
}

/** Folded text that an alert is found by, as it was when it was opened. */
export interface AlertTextTable {
  alert_id: string;
  text: string;
}

export interface AlertNoteTable {
  id: Generated<number>;
  alert_id: string;
  at_ms: number;
  author: string;
  text: string;
}

export interface AlertWatcherTable {
  alert_id: string;
  username: string;
  since_ms: number;
}

/** What was done to an alert; only ever added to. */
export interface AlertHistoryTable {
  id: Generated<number>;
  alert_id: string;
  /** The alert's version after it. */
  version: number;
  at_ms: number;
  actor: string;
  action: string;
  /** JSON: field -> [before, after]. */
  changes: string;
  reason: string | null;
  job_id: string | null;
}

/** Risk of a host or user by rule (alert/risk.ts). */
export interface RiskPartTable {
  subject: string;
  rule_id: string;
  title: string;
  /** Thousandths. */
  points_milli: number;
  at_ms: number;
  /** How much of the points counts: what more hosts have says less of one, thousandths. */
  weight_milli: Generated<number>;
}

/** Alerts that a rule has opened in an hour, by the detections' time. */
export interface RuleBudgetTable {
  rule_id: string;
  agency_id: number;
  hour: number;
  opened: number;
}

/** What a host is, where people say more than its system does. */
export interface AssetRoleTable {
  agent_id: string;
  role: AssetRole;
  set_by: string;
  set_ms: number;
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
  alert_tag: AlertTagTable;
  alert_text: AlertTextTable;
  alert_note: AlertNoteTable;
  alert_watcher: AlertWatcherTable;
  alert_history: AlertHistoryTable;
  risk_part: RiskPartTable;
  rule_budget: RuleBudgetTable;
  asset_role: AssetRoleTable;
  correlation_hit: CorrelationHitTable;
  projector_state: ProjectorStateTable;
  late_batch: LateBatchTable;
  loss: LossTable;
}
