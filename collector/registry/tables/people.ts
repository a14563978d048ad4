/** Rows of people, their sessions, API tokens and the audit trail. Times are milliseconds UTC. */
import type { Generated } from 'kysely';
import type { Role } from '../../api/contract.ts';

export interface UserTable {
  id: Generated<number>;
  /** Normalised: NFKC, lower case. */
  username: string;
  /** Argon2id in PHC form. */
  password_hash: string;
  role: Role;
  /** The subtree the user sees. */
  agency_id: number;
  /** 1 or 0. */
  must_change_password: number;
  /** Failed logins since the last good one. */
  failed_attempts: number;
  locked_until_ms: number | null;
  created_ms: number;
  password_changed_ms: number;
  disabled_ms: number | null;
}

export interface SessionTable {
  /** SHA-256 of the cookie's value, hex. */
  id_hash: string;
  user_id: number;
  created_ms: number;
  last_used_ms: number;
  /** Absolute end. */
  expires_ms: number;
}

export interface ApiTokenTable {
  /** Public name. */
  id: string;
  name: string;
  /** SHA-256 of the bearer token, hex. */
  token_hash: string;
  role: Role;
  agency_id: number;
  created_ms: number;
  created_by: string;
  expires_ms: number;
  last_used_ms: number | null;
  revoked_ms: number | null;
}

/** Append-only: a trigger refuses update and delete. Chained: collector/audit/chain.ts. */
export interface AuditLogTable {
  id: Generated<number>;
  /** Place in the chain. */
  seq: number;
  at_ms: number;
  /** `user:NAME`, `token:ID`, `cli:NAME`, `agent:ID` or `system`. */
  actor: string;
  /** e.g. `join-token.create`. */
  action: string;
  /** e.g. `agent:ID`; empty when the act has none. */
  target: string;
  /** Whose affair it is; null: everybody's. */
  agency_id: number | null;
  /** JSON object. */
  detail: string;
  /** SHA-256 over the entry and the hash before it, hex. */
  hash: string;
}

/** One row: where the chain stands. */
export interface AuditHeadTable {
  id: number;
  /** Random; begins the chain. */
  trail_id: string;
  seq: number;
  hash: string;
}
