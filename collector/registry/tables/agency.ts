/** Rows of the agency tree, information systems and agent groups. Times are milliseconds UTC; legal dates are `YYYY-MM-DD`. */
import type { Generated } from 'kysely';

export const AGENCY_KINDS = ['province', 'department', 'commune', 'unit'] as const;
export type AgencyKind = (typeof AGENCY_KINDS)[number];

/** `qcvn-102`: QCVN 102:2016, 13 characters. `qd-20`: decision 20/2020, at most 35 characters. */
export const AGENCY_CODE_FORMS = ['qcvn-102', 'qd-20'] as const;
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
  short_name: Generated<string>;
  /** Equal for twins (agency/fold-name.ts). */
  name_key: Generated<string>;
  /** First day of it; null when it is not known. */
  began_on: Generated<string | null>;
  /** First day it is no more; null while it is. */
  ended_on: Generated<string | null>;
  /** Counts changes. */
  version: Generated<number>;
}

/** What an agency was called and under whom it stood over time; the open row repeats the agency's own. */
export interface AgencyPeriodTable {
  id: Generated<number>;
  agency_id: number;
  name: string;
  short_name: string;
  kind: AgencyKind;
  parent_id: number | null;
  valid_from: string | null;
  valid_to: string | null;
  /** The planned change that began it, and the one that ended it. */
  begun_by: number | null;
  ended_by: number | null;
}

/** Counts changes of the tree, so that what was read of it can be kept until the next one. */
export interface AgencyTreeTable {
  id: number;
  version: number;
}

/** Who took over from an agency that ended, or from which a part was taken. */
export interface AgencySuccessorTable {
  predecessor_id: number;
  successor_id: number;
  on_date: string;
  change_id: number;
  /** 1: whoever sees the successor sees what the predecessor left, too. */
  keeps_history: number;
}

export const AGENCY_CHANGE_STATES = ['planned', 'applied', 'cancelled', 'reversed'] as const;
export type AgencyChangeState = (typeof AGENCY_CHANGE_STATES)[number];

/** A merge, split or rename, planned for a day. */
export interface AgencyChangeTable {
  id: Generated<number>;
  kind: 'merge' | 'split' | 'rename';
  on_date: string;
  state: AgencyChangeState;
  /** JSON: agency/change-plan.ts. */
  plan: string;
  /** JSON: ids of all agencies it is about. */
  involved: string;
  /** JSON: what was done, as counts; null until then. */
  outcome: string | null;
  /** Why it could not be applied on its day; empty when nothing stood in the way. */
  problem: Generated<string>;
  created_ms: number;
  created_by: string;
  applied_ms: number | null;
  applied_by: string | null;
  closed_ms: number | null;
  closed_by: string | null;
}

/** One thing that a change moved: what is needed to move it back. */
export interface AgencyChangeItemTable {
  change_id: number;
  kind: string;
  ref: string;
  from_id: number;
  to_id: number;
  /** What else it was before, where that changed; else null. */
  before: string | null;
}

/** Agencies that a thing belonged to before, until when. */
export interface FormerAgencyTable {
  id: Generated<number>;
  kind: 'agent' | 'system';
  ref: string;
  agency_id: number;
  until_ms: number;
  change_id: number | null;
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
  begun_by: Generated<number | null>;
  ended_by: Generated<number | null>;
}

export interface InformationSystemTable {
  id: Generated<number>;
  name: string;
  owner_agency_id: number;
  /** Security level (cấp độ) 1-5; null until it is decided. */
  level: number | null;
  law_profile: LawProfile;
  created_ms: number;
  /** The province's own short code of the system; imports find it by this. */
  code: Generated<string | null>;
  name_key: Generated<string>;
  /** Who runs it; null: its owner. */
  operator_agency_id: Generated<number | null>;
  description: Generated<string>;
  version: Generated<number>;
}

/** Which host belongs to which system, and when. */
export interface HostSystemTable {
  id: Generated<number>;
  agent_id: string;
  system_id: number;
  valid_from_ms: number;
  /** Null while it holds. */
  valid_to_ms: number | null;
  /** The rule that put it there; null: a person. */
  rule_id: Generated<number | null>;
}

/** Which hosts belong to a system by what they are. */
export interface SystemRuleTable {
  id: Generated<number>;
  system_id: number;
  /** JSON: agency/host-rule.ts. */
  rule: string;
  note: string;
  created_ms: number;
  created_by: string;
}

/** Hosts that rules leave alone, because a person took them out. */
export interface SystemExclusionTable {
  system_id: number;
  agent_id: string;
  since_ms: number;
  set_by: string;
}

export interface AgentTagTable {
  agent_id: string;
  tag: string;
}

export interface AgentGroupTable {
  id: Generated<number>;
  name: string;
  created_ms: number;
}

export interface AgencyTables {
  agency: AgencyTable;
  agency_code: AgencyCodeTable;
  agency_period: AgencyPeriodTable;
  agency_tree: AgencyTreeTable;
  agency_successor: AgencySuccessorTable;
  agency_change: AgencyChangeTable;
  agency_change_item: AgencyChangeItemTable;
  former_agency: FormerAgencyTable;
  information_system: InformationSystemTable;
  host_system: HostSystemTable;
  system_rule: SystemRuleTable;
  system_exclusion: SystemExclusionTable;
  agent_group: AgentGroupTable;
  agent_tag: AgentTagTable;
}
