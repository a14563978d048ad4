/** Rows of authorisations signed beforehand, and of what was done by them. Times are milliseconds UTC. */
import type { Generated } from 'kysely';
import type { ResponseAction } from '../../protocol/response-names.ts';

/** `tripped`: too many hosts in too short a time; a person decides. */
export const AUTHORISATION_STATES = ['requested', 'active', 'rejected', 'tripped', 'revoked'] as const;
export type AuthorisationState = (typeof AUTHORISATION_STATES)[number];

/** What came of an alert on a host: commanded, only told (a rehearsal), or why not. */
export const AUTOMATIC_OUTCOMES = ['commanded', 'would', 'server', 'limit', 'tripped', 'already'] as const;
export type AutomaticOutcome = (typeof AUTOMATIC_OUTCOMES)[number];

/** Actions that need nothing but the host. */
export const AUTOMATIC_ACTIONS = ['isolate', 'collect-bundle'] as const satisfies readonly ResponseAction[];
export type AutomaticAction = (typeof AUTOMATIC_ACTIONS)[number];

export interface ResponseAuthorisationTable {
  id: string;
  /** Hosts of this agency and those below it. */
  agency_id: number;
  title: string;
  /** Who signed the document, in words. */
  signer: string;
  /** SHA-256 of the document, lower-case hex. */
  document_sha256: string;
  valid_from_ms: number;
  valid_to_ms: number;
  /** Time of day in the agency's zone, `HH:MM`; the end is the next morning when it is earlier. */
  from_time: string;
  to_time: string;
  /** 1: all day on days off as well. */
  days_off: number;
  action: AutomaticAction;
  /** JSON: ids of rules. */
  rules: string;
  /** Most hosts in any 24 hours. */
  hosts_max: number;
  /** So many hosts within the window, and it stops. */
  breaker_hosts: number;
  breaker_window_ms: number;
  isolate_ms: number;
  /** 1: only tells what it would have done. */
  dry_run: number;
  state: AuthorisationState;
  requested_by: string;
  requested_ms: number;
  decided_by: string | null;
  decided_ms: number | null;
  ended_by: string | null;
  ended_ms: number | null;
  reason: string | null;
  version: Generated<number>;
}

/** One for each alert and host, whatever came of it. */
export interface ResponseAutomaticTable {
  alert_id: string;
  agent_id: string;
  authorisation_id: string;
  at_ms: number;
  outcome: AutomaticOutcome;
  response_id: string | null;
}

export interface AuthorisationTables {
  response_authorisation: ResponseAuthorisationTable;
  response_automatic: ResponseAutomaticTable;
}
