/** Rows of rules as content. Times are milliseconds UTC. */
import type { Generated } from 'kysely';

/** `test`: its matches are stored and raise no alert. Only `on` and `test` are in force. */
export const RULE_STATES = ['draft', 'test', 'on', 'off', 'retired'] as const;
export type RuleState = (typeof RULE_STATES)[number];

/** `shipped` with the product, `folder` of the settings, `import`ed, or written `here`. */
export const RULE_ORIGINS = ['shipped', 'folder', 'import', 'here'] as const;
export type RuleOrigin = (typeof RULE_ORIGINS)[number];

export type RuleKind = 'rule' | 'correlation' | 'filter';

export interface RuleTable {
  /** The rule's own id; of one that has none, what the engine calls it. */
  id: string;
  origin: RuleOrigin;
  state: RuleState;
  state_ms: number;
  /** Number of the version that counts. */
  active: number;
  /** Highest number given. */
  latest: number;
  /** The version that its pack says now; null when no pack has it. */
  shipped: number | null;
  /** Of the active version, lower-case hex. */
  sha256: string;
  kind: RuleKind;
  name: string | null;
  title: string;
  /** Of the rule's own `title_vi`. */
  title_vi: string | null;
  /** Titles and id without accents and case, one a line. */
  search_text: string;
  level: string | null;
  status: string | null;
  product: string | null;
  category: string | null;
  service: string | null;
  /** JSON list. */
  tags: string;
  /** File and line that it came from. */
  place: string;
  version: number;
  created_ms: number;
  updated_ms: number;
  updated_by: string;
}

/** Append only. */
export interface RuleVersionTable {
  rule_id: string;
  /** From 1. */
  number: number;
  text: string;
  sha256: string;
  origin: RuleOrigin;
  place: string;
  author: string | null;
  license: string | null;
  made_by: string;
  made_ms: number;
  why: string;
}

/** One of agency, group and agent is set. */
export interface RuleScopeTable {
  id: Generated<number>;
  rule_id: string;
  /** With all below it. */
  agency_id: number | null;
  group_id: number | null;
  agent_id: string | null;
  /** Null: as elsewhere. */
  is_on: number | null;
  severity: string | null;
  reason: string;
  made_by: string;
  made_ms: number;
}

/** What a bulk act did to a rule. */
export interface RuleBulkItemTable {
  job_id: string;
  rule_id: string;
  state_before: RuleState;
  /** The rule's version after it. */
  version_after: number;
}

export interface RuleTables {
  rule: RuleTable;
  rule_version: RuleVersionTable;
  rule_set: { id: number; generation: number };
  rule_scope: RuleScopeTable;
  rule_bulk_item: RuleBulkItemTable;
  rule_import: {
    id: string;
    name: string;
    made_by: string;
    made_ms: number;
    published_ms: number | null;
    /** JSON; null until it was looked at. */
    report: string | null;
  };
  /** Documents of an import, as they came. */
  rule_import_item: { import_id: string; n: number; place: string; line: number; text: string };
}
