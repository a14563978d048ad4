/** Rows of lists that hosts are compared with. Times are milliseconds UTC. */
import type { Generated } from 'kysely';

/** One version; it holds from `valid_from_ms` until `valid_to_ms`, null for now. Only that end is ever changed. */
export interface ComplianceListTable {
  id: Generated<number>;
  /** LIST_FORMS of compliance/evidence/assessment-lists.ts. */
  kind: string;
  /** `all`, `agency:7`, `system:7`: one list of a kind holds for each at a time. */
  scope_key: string;
  agency_id: number | null;
  system_id: number | null;
  /** JSON: value and, where it ends, untilMs. */
  entries: string;
  note: string;
  set_by: string;
  valid_from_ms: number;
  valid_to_ms: number | null;
}

export interface ComplianceListTables {
  compliance_list: ComplianceListTable;
}
