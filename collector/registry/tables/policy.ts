/** Rows of policies and of the keys they are signed with. Times are milliseconds UTC. */
import type { Generated } from 'kysely';
import type { KeyPurpose } from '../../protocol/signing-key.ts';
import type { PolicyReport } from '../../protocol/policy.ts';

/** Public halves only; the private ones are files of the data folder. */
export interface SigningKeyTable {
  id: Generated<number>;
  purpose: KeyPurpose;
  /** Raw Ed25519, base64. */
  public_key: string;
  /** Of the key before, over keySuccessorBytes(): base64; null for the first. */
  signature: string | null;
  created_ms: number;
  created_by: string;
}

/** A version is never changed. */
export interface PolicyVersionTable {
  id: Generated<number>;
  group_id: number;
  version: number;
  /** JSON. */
  document: string;
  sha256: string;
  comment: string;
  author: string;
  created_ms: number;
}

export const ROLLOUT_STATES = ['running', 'halted'] as const;
export type RolloutState = (typeof ROLLOUT_STATES)[number];

/** What a group is to run, and how far that has been let out. */
export interface PolicyRolloutTable {
  group_id: number;
  /** 0: none. */
  version: number;
  /** What those run that it has not been let out to. */
  previous: number;
  percent: number;
  /** JSON list of agent ids that get it first. */
  canaries: string;
  /** Percent of those it reached that may fail before it is halted. */
  failed_percent_max: number;
  state: RolloutState;
  reason: string;
  changed_ms: number;
  changed_by: string;
}

/** What one agent was told to run, and what it says of that. */
export interface AgentPolicyTable {
  agent_id: string;
  group_name: string;
  version: number;
  issue: number;
  sha256: string;
  is_rollback: number;
  assigned_ms: number;
  reported: PolicyReport['state'] | null;
  reported_group: string | null;
  reported_version: number | null;
  reported_issue: number | null;
  tried_version: number | null;
  tried_issue: number | null;
  code: string | null;
  message: string | null;
  reported_ms: number | null;
}

export interface PolicyTables {
  signing_key: SigningKeyTable;
  policy_version: PolicyVersionTable;
  policy_rollout: PolicyRolloutTable;
  agent_policy: AgentPolicyTable;
}
