/** Rows of releases of the agent and how they are let out. Times are milliseconds UTC. */
import type { UpdateFault, UpdateState } from '../../protocol/update.ts';

/** Lists of keys, from the one that was trusted first; each was signed by the keys of the one before. */
export interface ReleaseRootsTable {
  version: number;
  /** JSON: signedTextSchema. */
  text: string;
}

export const RELEASE_STATES = ['kept', 'withdrawn'] as const;
export type ReleaseState = (typeof RELEASE_STATES)[number];

/** Its payloads are files of the data folder, named by their digests. */
export interface AgentReleaseTable {
  version: string;
  counter: number;
  digest: string;
  /** JSON: signedTextSchema. */
  text: string;
  /** Of its payloads together. */
  bytes: number;
  state: ReleaseState;
  added_by: string;
  added_ms: number;
  withdrawn_by: string | null;
  withdrawn_ms: number | null;
}

/**
 * `planned` waits for a second person; `halted` was stopped by a bound or by a person and goes on by a person only; `ended` is
 * history.
 */
export const UPDATE_ROLLOUT_STATES = ['planned', 'running', 'paused', 'halted', 'ended'] as const;
export type UpdateRolloutState = (typeof UPDATE_ROLLOUT_STATES)[number];

export interface UpdateRolloutTable {
  id: string;
  version: string;
  state: UpdateRolloutState;
  /** JSON: rings, the first first. */
  rings: string;
  /** The last ring that it is let out to; -1 before the start. */
  ring: number;
  /** Percent of a ring's hosts that must hold for `soak_ms` before the next begins. */
  healthy_percent: number;
  /** It halts by itself when more percent of those that tried it took it back. */
  failed_percent_max: number;
  soak_ms: number;
  /** Why it was planned. */
  reason: string;
  /** Why it stands as it does: of the last act, or of the collector's own halt. */
  state_reason: string;
  planned_by: string;
  planned_ms: number;
  started_by: string | null;
  started_ms: number | null;
  changed_by: string;
  changed_ms: number;
}

/** What one agent last said of updates. */
export interface AgentUpdateTable {
  agent_id: string;
  running: string;
  /** Since when it says so, on no trial. */
  running_since_ms: number;
  platform: string;
  state: UpdateState;
  release_version: string | null;
  release_digest: string | null;
  code: UpdateFault | null;
  message: string | null;
  /** Bytes of payloads that it got. */
  from_collector: number;
  from_neighbours: number;
  /** Hosts of one agency that come from one network. */
  site: string;
  /** JSON: where it hands out which payloads. */
  share: string | null;
  /** Digest of the release that it fetches for its site, and since when. */
  fetching: string | null;
  fetching_ms: number | null;
  told_ms: number;
}

export interface UpdateTables {
  release_roots: ReleaseRootsTable;
  agent_release: AgentReleaseTable;
  update_rollout: UpdateRolloutTable;
  agent_update: AgentUpdateTable;
}
