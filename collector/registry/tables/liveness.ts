/** Rows of liveness: where agents were seen from, when they are expected, and who is silent. Times are milliseconds UTC. */

/** Last sessions of an agent, as the collector saw them. */
export interface AgentPresenceTable {
  agent_id: string;
  /** Network that its last session came from: an IPv4 /24 or an IPv6 /56. */
  network: string;
  /** Where its last session came from, as the collector saw it; null before sessions had one. */
  address: string | null;
  online_ms: number;
  /** Null while a session is open. */
  offline_ms: number | null;
  /** JSON of ledger-like counters: hours of the week in which it was online (liveness/habit.ts). */
  habit: string;
  /** Hour since 1970 up to which `habit` has learned. */
  habit_hour: number;
}

export type SilenceKind = 'agent' | 'site' | 'channel';

/** One row for each silence; it ends, and stays as a record. */
export interface SilenceTable {
  /** Deterministic: kind, subject and begin. */
  id: string;
  kind: SilenceKind;
  /** Agent id, `agency/network`, or `agent id/channel`. */
  subject: string;
  agency_id: number;
  agent_id: string | null;
  /** Since when nothing came. */
  since_ms: number;
  begun_ms: number;
  ended_ms: number | null;
}

export interface LivenessCalendarTable {
  agency_id: number;
  /** JSON: liveness/calendar.ts. */
  calendar: string;
}

export interface LivenessProfileTable {
  group_id: number;
  profile: string;
}

export interface LivenessTables {
  agent_presence: AgentPresenceTable;
  silence: SilenceTable;
  liveness_calendar: LivenessCalendarTable;
  liveness_profile: LivenessProfileTable;
}
