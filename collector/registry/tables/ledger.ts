/** Rows of the loss ledger. Hours are whole hours since 1970, by the clock of the host that read the records. */
import type { Generated } from 'kysely';

/** What is known of one channel of one agent in one hour, from both sides. */
export interface LedgerCellTable {
  agent_id: string;
  hour: number;
  lane: number;
  channel: string;
  /** As the agent counted, all its epochs together; `told` is 1 once it has. */
  told: number;
  produced: number;
  limited: number;
  dropped: number;
  /** As counted from the rows of the event store. */
  stored: number;
  rejected: number;
  /** Arrived again after they were stored; they are no part of the balance. */
  duplicate: number;
  /** produced - limited - dropped - stored - rejected: 0 once everything that was read has arrived or is named. */
  open: number;
}

/** The agent's own totals; those of different counts add up. */
export interface LedgerToldTable {
  agent_id: string;
  counts_id: string;
  hour: number;
  lane: number;
  channel: string;
  produced: number;
  /** JSON: reason -> records. */
  limited: string;
  dropped: string;
}

/** How far the sequences of a lane were given out by the agent, and how far they were counted in the store. */
export interface LedgerLaneTable {
  agent_id: string;
  epoch: string;
  lane: number;
  /** Highest sequence given when the agent last told its totals; null while it never has in this epoch. */
  given_seq: number | null;
  /** Order of the accounts that were told; null as above. */
  told_ms: number | null;
  /** Highest sequence among the rows counted. */
  counted_seq: number;
  /** When the first row of it was counted or the first account told. */
  first_ms: number;
}

/** Sequences between two stored rows that are neither stored nor declared lost. There should be none. */
export interface LedgerGapTable {
  id: Generated<number>;
  agent_id: string;
  epoch: string;
  lane: number;
  after_seq: number;
  to_seq: number;
  /** How many of them are missing; below 0 when more rows are stored than there are sequences. */
  missing: number;
  found_ms: number;
}

/** Spools that were set aside as corrupt. */
export interface LedgerResetTable {
  agent_id: string;
  /** Epoch of the spool that took its place. */
  epoch: string;
  hour: number;
  /** Records that were waiting in it; null when nobody can tell. */
  lost: number | null;
}

export interface LedgerAgentTable {
  agent_id: string;
  /** Records of earlier hours were not counted by the agent. */
  since_hour: number;
  /** 0 while more of the same account is to come, so that nothing can be said of what is missing. */
  complete: number;
  told_ms: number;
}

export interface LedgerStateTable {
  id: Generated<number>;
  /** Batches up to this one are counted. */
  cursor: number;
}

export interface LedgerTables {
  ledger_cell: LedgerCellTable;
  ledger_told: LedgerToldTable;
  ledger_lane: LedgerLaneTable;
  ledger_gap: LedgerGapTable;
  ledger_reset: LedgerResetTable;
  ledger_agent: LedgerAgentTable;
  ledger_state: LedgerStateTable;
}
