/** Rows of the agency tree, information systems and agent groups. Times are milliseconds UTC; legal dates are `YYYY-MM-DD`. */
import type { Generated } from 'kysely';

export const AGENCY_KINDS = ['province', 'department', 'commune', 'unit'] as const;
export type AgencyKind = (typeof AGENCY_KINDS)[number];

/** `qcvn-102`: QCVN 102:2016, 13 characters. `qd-20`: decision 20/2020, at most 35 characters. */
const AGENCY_CODE_FORMS = ['qcvn-102', 'qd-20'] as const;
export type AgencyCodeForm = (typeof AGENCY_CODE_FORMS)[number];

export const LAW_PROFILES = ['vn-2026', 'vn-2022'] as const;
export type LawProfile = (typeof LAW_PROFILES)[number];

export interface AgencyTable {
  id: Generated<number>;
  name: string;
  kind: AgencyKind;
  /** Null for the root only. */
  parent_id: number | null;
  created_ms: number;
}

/** Legal identity codes of an agency over time; a code is never a key. */
export interface AgencyCodeTable {
  id: Generated<number>;
  agency_id: number;
  form: AgencyCodeForm;
  code: string;
  /** First day it holds; null when it is not known. */
  valid_from: string | null;
  /** First day it no longer holds; null while it does. */
  valid_to: string | null;
}

export interface InformationSystemTable {
  id: Generated<number>;
  name: string;
  owner_agency_id: number;
  /** Security level (cấp độ) 1-5; null until it is decided. */
  level: number | null;
  law_profile: LawProfile;
  created_ms: number;
}

/** Which host belongs to which system, and when. */
export interface HostSystemTable {
  id: Generated<number>;
  agent_id: string;
  system_id: number;
  valid_from_ms: number;
  /** Null while it holds. */
  valid_to_ms: number | null;
}

export interface AgentGroupTable {
  id: Generated<number>;
  name: string;
  created_ms: number;
}
