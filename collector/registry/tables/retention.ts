/** Rows of levels over time, legal holds, deletions and room. Times are milliseconds UTC, days YYYYMMDD of UTC. */
import type { Generated } from 'kysely';
import type { LawProfile } from './agency.ts';

/** Levels of a system over time; the open one repeats what stands in the system's own row. */
export interface SystemLevelTable {
  id: Generated<number>;
  system_id: number;
  level: number | null;
  law_profile: LawProfile;
  valid_from_ms: number;
  valid_to_ms: number | null;
}

/** How long the province wants a level kept, where that is longer than the law says. */
export interface RetentionMonthsTable {
  basis: string;
  months: number;
  set_ms: number;
  set_by: string;
}

/** Exactly one of agent, system and agency is set. Null ends are open. */
export interface LegalHoldTable {
  id: Generated<number>;
  agent_id: string | null;
  system_id: number | null;
  agency_id: number | null;
  from_ms: number | null;
  to_ms: number | null;
  reason: string;
  created_ms: number;
  created_by: string;
  released_ms: number | null;
  released_by: string | null;
  release_reason: string | null;
}

export type RetentionRunState = 'running' | 'done' | 'unfinished' | 'failed';

export interface RetentionRunTable {
  id: Generated<number>;
  started_ms: number;
  finished_ms: number | null;
  actor: string;
  /** The day it took for today. */
  day: number;
  state: RetentionRunState;
  deleted_rows: Generated<number>;
  /** Why it did not finish. */
  message: Generated<string>;
}

export interface RetentionDeletionTable {
  id: Generated<number>;
  run_id: number;
  /** Day received. */
  day: number;
  kind: 'rows' | 'partition';
  state: 'begun' | 'done' | 'given-up';
  /** Set when it is about one host only. */
  agent_id: string | null;
  agents: number;
  rows: number;
  /** Share of the day's bytes on disk: about what it frees. */
  bytes: number;
  /** JSON: hosts and rows by the basis and months that let them go. */
  policy: string;
  begun_ms: number;
  done_ms: number | null;
}

export interface RetentionDeletionHostTable {
  deletion_id: number;
  agent_id: string;
  rows: number;
}

export interface RetentionSpanTable {
  id: Generated<number>;
  agent_id: string;
  from_day: number;
  to_day: number;
  rows: number;
}

export interface RetentionProofTable {
  day: number;
  system_id: number;
  /** JSON of a proof (collector/retention/proof.ts). */
  proof: string;
  written_ms: number;
}

export interface AgencyBudgetTable {
  agency_id: number;
  events_per_day: number | null;
  bytes_per_day: number | null;
  set_ms: number;
  set_by: string;
}

export interface AgencyUsageTable {
  day: number;
  agency_id: number;
  events: number;
  /** Share of the day's bytes on disk. */
  bytes: number;
}

export interface DiskSampleTable {
  day: number;
  at_ms: number;
  free_bytes: number;
  total_bytes: number;
  store_bytes: number;
}

export interface RetentionTables {
  system_level: SystemLevelTable;
  retention_months: RetentionMonthsTable;
  legal_hold: LegalHoldTable;
  retention_run: RetentionRunTable;
  retention_deletion: RetentionDeletionTable;
  retention_deletion_host: RetentionDeletionHostTable;
  retention_span: RetentionSpanTable;
  retention_proof: RetentionProofTable;
  agency_budget: AgencyBudgetTable;
  agency_usage: AgencyUsageTable;
  disk_sample: DiskSampleTable;
}
