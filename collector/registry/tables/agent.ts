/** Rows of agents and the join tokens that admit them. Times are milliseconds UTC. */
import type { Generated } from 'kysely';

/**
 * `pending`: enrolled, and nothing is taken from it until it is approved. `replaced`: the host was set up anew and
 * reports under another key now.
 */
export const AGENT_STATES = ['pending', 'active', 'revoked', 'replaced'] as const;
export type AgentRowState = (typeof AGENT_STATES)[number];

export interface AgentTable {
  /** UUID. */
  id: string;
  /** Raw Ed25519 public key, base64. */
  public_key: string;
  state: Generated<AgentRowState>;
  /** The machine it runs on; several agents after one another may have run there. */
  host_id: string;
  agency_id: number;
  group_id: number | null;
  join_token_id: string;
  hostname: string;
  platform: string;
  os_name: string;
  os_version: string;
  arch: string;
  time_zone: string;
  agent_version: string;
  machine_id: string;
  enrolled_ms: number;
  last_seen_ms: number | null;
  /** Host clock minus collector clock at the last session. */
  clock_skew_ms: number | null;
  revoked_ms: number | null;
  /** Null while it waits for approval. */
  approved_ms: number | null;
  approved_by: string | null;
  /** When another agent took its host over. */
  replaced_ms: number | null;
  /** The agent whose host it took over. */
  successor_of: string | null;
  /** Newest certificate of the collector that it said it trusts: SHA-256, hex. */
  trusts: string | null;
}

export interface JoinTokenTable {
  id: string;
  /** SHA-256 of the secret, hex. */
  secret_hash: string;
  /** What it is for, in the words of whoever made it. */
  note: Generated<string>;
  /** 1: whoever enrols with it waits for approval. */
  needs_approval: Generated<number>;
  agency_id: number;
  group_id: number | null;
  uses_max: number;
  uses: number;
  expires_ms: number;
  revoked_ms: number | null;
  created_ms: number;
  created_by: string;
}

export interface JoinTokenUseTable {
  id: Generated<number>;
  token_id: string;
  agent_id: string;
  used_ms: number;
  /** Address the request came from. */
  address: string;
}
