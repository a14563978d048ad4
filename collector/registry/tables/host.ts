/** Rows of hosts (the machines, whatever key they report under) and of what says that two are one. Times are milliseconds UTC. */
import type { HardwareKind } from '../../protocol/hardware.ts';

export interface HostTable {
  /** Id of the first agent that ran on it. */
  id: string;
  created_ms: number;
}

/** What identifies its hardware: as of its agent's last session. */
export interface HostFactTable {
  host_id: string;
  kind: HardwareKind;
  /** As in protocol/hardware.ts. */
  digest: string;
}

/** An agent seems to run on a host that is known already: it was set up anew. */
export interface SameHostTable {
  /** The new agent. */
  agent_id: string;
  /** The agent that reported from there before. */
  former_id: string;
  /** Kinds of hardware that agree, joined by commas. */
  agreeing: string;
  score: number;
  state: 'open' | 'accepted' | 'rejected';
  proposed_ms: number;
  decided_ms: number | null;
  decided_by: string | null;
}
