/** Rows of kept hunts that run by themselves, of their runs, and of what they have counted. Times are milliseconds UTC. */
import type { Generated } from 'kysely';

/** `stopped`: its owner may no longer hunt there; it takes a person to begin again. */
export type HuntScheduleState = 'well' | 'failing' | 'stopped';
export type HuntOutcome = 'done' | 'failed' | 'stopped';

export interface HuntScheduleTable {
  hunt_id: string;
  /** One of `every_ms` and `daily_at` is null. */
  every_ms: number | null;
  /** `HH:MM` in the agency's time zone. */
  daily_at: string | null;
  /** How far before the last run it looks again, for events that came late. */
  overlap_ms: number;
  /** So many new events raise an alert. */
  threshold: number;
  enabled: number;
  /** Who scheduled it: `user:NAME`, `token:ID`, or of the command line. */
  owner: string;
  state: HuntScheduleState;
  fault: string | null;
  /** In a row. */
  failures: number;
  /** Turns that were left out because it was not run in time. */
  missed: number;
  due_ms: number;
  /** Up to here all was looked at. */
  covered_ms: number;
  /** What was counted is known from here on: it looks no further back. */
  known_from_ms: number;
  updated_by: string;
  updated_ms: number;
  version: number;
}

export interface HuntRunTable {
  id: Generated<number>;
  hunt_id: string;
  started_ms: number;
  took_ms: number;
  from_ms: number;
  to_ms: number;
  outcome: HuntOutcome;
  /** That no run before had counted. */
  events: number;
  hosts: number;
  /** 1: there were more than a run reads. */
  is_cut: number;
  fault: string | null;
}

/** Events that a run counted and the next one will see again. */
export interface HuntSeenTable {
  hunt_id: string;
  event_id: string;
  time_ms: number;
}

export interface HuntScheduleTables {
  hunt_schedule: HuntScheduleTable;
  hunt_run: HuntRunTable;
  hunt_seen: HuntSeenTable;
}
