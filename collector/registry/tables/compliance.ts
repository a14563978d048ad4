/** Rows of assessments as they are kept, and of the plan for what is not met. Times are milliseconds UTC; legal days are `YYYY-MM-DD`. */
import type { Generated } from 'kysely';
import type { LawProfile } from './agency.ts';

/** One run over all systems. Rows are only added. */
export interface ComplianceRunTable {
  /** Day of Vietnam that it is about. */
  day: string;
  /** From 1; the highest of a day counts. */
  run: number;
  at_ms: number;
  actor: string;
  systems: number;
  /** Over the digests of its snapshots (compliance/snapshot.ts); stands in the audit trail too. */
  digest: string;
}

/** Rows are only added. */
export interface ComplianceSnapshotTable {
  day: string;
  run: number;
  system_id: number;
  profile: LawProfile;
  level: number | null;
  at_ms: number;
  hosts: number;
  hosts_reporting: number;
  /** By its dossier; null: none said so. */
  hosts_expected: number | null;
  met: number;
  partly: number;
  not_met: number;
  excepted: number;
  not_assessed: number;
  not_applicable: number;
  provider: number;
  /** Thousandths; null where nothing applies. */
  score_permille: number | null;
  coverage_permille: number | null;
  /** SHA-256 of the body's text, hex. */
  digest: string;
  /** zstd of the text, base64. */
  body: string;
}

export const GAP_STATES = ['planned', 'in-progress', 'done', 'dropped'] as const;
export type GapState = (typeof GAP_STATES)[number];

/** What is planned for a control that a system does not meet. */
export interface ComplianceGapTable {
  id: Generated<number>;
  system_id: number;
  control: string;
  owner: string;
  due_on: string;
  note: string;
  state: GapState;
  /** The request to the agency that it became; null: none. */
  request_id: string | null;
  created_ms: number;
  created_by: string;
  changed_ms: number;
  changed_by: string;
  version: Generated<number>;
}

export interface ComplianceTables {
  compliance_run: ComplianceRunTable;
  compliance_snapshot: ComplianceSnapshotTable;
  compliance_gap: ComplianceGapTable;
}
