/** Rows of long work, and of what bulk acts did. Times are milliseconds UTC. */
import type { Generated } from 'kysely';

export const JOB_STATES = [
  'waiting',
  'queued',
  'running',
  'done',
  'failed',
  'cancelled',
  'rejected',
] as const;
/** `waiting`: for a second person. */
export type JobState = (typeof JOB_STATES)[number];

export interface JobTable {
  id: string;
  kind: string;
  /** JSON, by the kind. */
  params: string;
  reason: string;
  state: JobState;
  /** JSON of JobPreview as it was when the job was asked for. */
  preview: string;
  /** JSON: why a second person is asked, empty when none is. */
  needs_approval: string;
  /** Whose scope it acts in: the agency of who asked, and all below it. */
  agency_id: number;
  requested_by: string;
  requested_ms: number;
  decided_by: string | null;
  decided_ms: number | null;
  decided_reason: string | null;
  total: number;
  done: Generated<number>;
  changed: Generated<number>;
  /** JSON: why -> how many. */
  skipped: Generated<string>;
  /** JSON, by the kind: where the next step goes on. */
  cursor: string | null;
  /** Steps done: a step is applied to the job as its reader saw it, or not at all. */
  step: Generated<number>;
  /** JSON, by the kind. */
  result: string | null;
  error: string | null;
  cancel: Generated<number>;
  cancelled_by: string | null;
  started_ms: number | null;
  ended_ms: number | null;
  undo_of: string | null;
  undone_by: string | null;
  undo_until_ms: number | null;
}

/** What a bulk act did to an alert. */
export interface BulkItemTable {
  job_id: string;
  alert_id: string;
  is_fleet: number;
  /** JSON of the fields that the job set, as they were. */
  before: string;
  /** The alert's version after it. */
  version_after: number;
}

export interface JobTables {
  job: JobTable;
  bulk_item: BulkItemTable;
}
