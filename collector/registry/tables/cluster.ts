/** Rows of collectors that work side by side. Times are milliseconds of the database's own clock, never a collector's. */

export interface CollectorTable {
  /** UUID of one life of a collector. */
  id: string;
  /** Host and process, for people. */
  name: string;
  started_ms: number;
  /** From then on it inserts nothing more. */
  expires_ms: number;
  /** 1 when what it had begun is known to be stored or never to be: its batches and agents may be taken over. */
  buried: number;
  /** The batch it is inserting; batches below the lowest one of all collectors are stored, or never will be. */
  open_batch: number | null;
}

/** One row: the last batch number given out. */
export interface BatchCounterTable {
  id: number;
  last: number;
}

/** Which collector takes an agent's events. */
export interface AgentOwnerTable {
  agent_id: string;
  collector_id: string;
  /** A collector where the agent has come since; the owner hands over. */
  wanted_by: string | null;
  /** Code with which the owner is to end the session. */
  ends_with: string | null;
}

/** What exactly one collector does, e.g. `project`. */
export interface DutyTable {
  name: string;
  collector_id: string;
  /** Grows with each take-over: who had the duty before writes no more. */
  term: number;
}

export interface ClusterTables {
  collector: CollectorTable;
  batch_counter: BatchCounterTable;
  agent_owner: AgentOwnerTable;
  duty: DutyTable;
}
