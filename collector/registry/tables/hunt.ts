/** Rows of hunts that people keep. Times are milliseconds UTC. */
import type { Generated } from 'kysely';

export interface HuntTable {
  id: string;
  name: string;
  description: string;
  /** What `text` is: a query of the hunt's language, or a Sigma rule. */
  kind: 'query' | 'sigma';
  text: string;
  /** How far back it looks from now, milliseconds. */
  span_ms: number;
  /** Whoever sees this agency sees the hunt. */
  agency_id: number;
  created_by: string;
  created_ms: number;
  updated_by: string;
  updated_ms: number;
  version: number;
}

/** When a kept hunt runs by itself: each `every_ms`, or daily at a minute of the day. */
export interface HuntScheduleTable {
  hunt_id: string;
  every_ms: number | null;
  /** Minutes after midnight in Vietnam. */
  daily_minute: number | null;
  /** Event times that a run looks at, back from its beginning. */
  look_back_ms: number;
  /** So many new events make an alert. */
  threshold: number;
  severity: string;
  is_on: number;
  /** Actor on whose behalf it runs: `user:NAME` or `cli:NAME`. */
  owner: string;
  next_ms: number;
  /** Events of batches up to this one were looked at. */
  seen_batch: number;
  /** Runs in a row that failed. */
  failures: number;
  /** Why it failed last, or why it was stopped. */
  problem: string | null;
  version: number;
}

export interface HuntRunTable {
  id: Generated<number>;
  hunt_id: string;
  began_ms: number;
  ended_ms: number;
  from_ms: number;
  to_ms: number;
  matches: number;
  hosts: number;
  /** 0: there were more than are counted. */
  is_whole: number;
  alert_id: string | null;
  problem: string | null;
}

export interface HuntTables {
  hunt: HuntTable;
  hunt_schedule: HuntScheduleTable;
  hunt_run: HuntRunTable;
}
