/** Rows of agents and the join tokens that admit them. Times are milliseconds UTC. */
import type { Generated } from 'kysely';

export type AgentRowState = 'active' | 'revoked';

export interface AgentTable {
  /** UUID. */
  id: string;
  /** Raw Ed25519 public key, base64. */
  public_key: string;
  state: AgentRowState;
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
}

export interface JoinTokenTable {
  id: string;
  /** SHA-256 of the secret, hex. */
  secret_hash: string;
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
