/**
 * What is asked of the store about postures.
 * Invariants: (batch, row) orders an agent's records as it told them, whatever its clock said; a record counts for a
 * moment by its own time; an exception counts until its end, whether or not the host told again since.
 */
import type { PostureResult } from '../protocol/posture-record.ts';

export interface PostureState {
  agentId: string;
  policy: string;
  policyVersion: string;
  check: string;
  title: string;
  severity: string;
  controls: readonly string[];
  result: PostureResult;
  reason: string;
  reasonCode: string;
  observed: string;
  expected: string;
  exceptedBy: string;
  /** Milliseconds since 1970; undefined where there is no exception. */
  exceptedUntilMs: number | undefined;
  /** When it was told last. */
  timeMs: number;
}

export interface PostureQuery {
  /** Left out: of all. */
  agentIds?: readonly string[] | undefined;
  policy?: string | undefined;
  check?: string | undefined;
  control?: string | undefined;
  /** Records up to it, by their own time: milliseconds since 1970. */
  atMs: number;
  /** Older records are left out. */
  fromMs: number;
  limit: number;
}

export interface PostureCount {
  policy: string;
  check: string;
  title: string;
  severity: string;
  controls: readonly string[];
  result: PostureResult;
  hosts: number;
}

export interface HostPosture {
  agentId: string;
  result: PostureResult;
  checks: number;
}

export interface PostureReader {
  /** The last word on each check of each agent, in the order of agent, policy and check. */
  states(query: PostureQuery & { agentIds: readonly string[] }): Promise<PostureState[]>;
  /** How many agents stand how, by check and result. */
  counts(query: PostureQuery): Promise<PostureCount[]>;
  /** How many checks stand how, by agent and result. */
  hosts(query: PostureQuery): Promise<HostPosture[]>;
}
