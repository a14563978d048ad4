/** Rows of approved baselines. Times are milliseconds UTC. */
export interface BaselineApprovalTable {
  id: string;
  agent_id: string;
  digest: string;
  paths: number;
  /** When the host told the digest: what it told of changes later is not approved. */
  told_ms: number;
  /** Empty: none. */
  note: string;
  approved_by: string;
  approved_ms: number;
  withdrawn_by: string | null;
  withdrawn_ms: number | null;
}

export interface BaselineApprovalTables {
  baseline_approval: BaselineApprovalTable;
}
