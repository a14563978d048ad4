/** Rows of indicators of compromise, and of what becomes of them. Times are milliseconds UTC. */
import type { Generated } from 'kysely';

export type IndicatorState = 'active' | 'retired';

export interface IndicatorTable {
  id: Generated<number>;
  /** As `INDICATOR_KINDS` names them. */
  kind: string;
  /** Canonical. */
  value: string;
  source: string;
  /** 0-100. */
  confidence: number;
  /** Null: until it is retired. */
  valid_until_ms: number | null;
  tlp: string | null;
  /** JSON list of texts. */
  tags: string;
  description: string;
  /** What it is found by where it holds more than ASCII. */
  description_key: string | null;
  added_ms: number;
  added_by: string;
  updated_ms: number;
  state: Generated<IndicatorState>;
  state_ms: number | null;
  state_by: string | null;
  state_reason: string | null;
  /** Since when it shows each host once a day only; null: it does not. */
  throttled_ms: number | null;
  /** Of `indicator_clock`, when it was changed last. */
  change_no: Generated<number>;
  version: Generated<number>;
}

/** One row: every transaction that changes what is matched moves it. */
export interface IndicatorClockTable {
  id: number;
  change_no: number;
}

/** What a source's indicators are taken to be where its files do not say. */
export interface IndicatorSourceTable {
  name: string;
  confidence: number | null;
  /** Whole days; null: for ever. */
  valid_days: number | null;
  tlp: string | null;
  description: string;
  updated_ms: number;
  updated_by: string;
  version: Generated<number>;
}

/** What an agency's host showed of an indicator. */
export interface IndicatorSightingTable {
  indicator_id: number;
  agent_id: string;
  agency_id: number;
  hostname: string;
  first_ms: number;
  last_ms: number;
  events: number;
  /** Of these, found in history after the indicator was known. */
  hindsight: number;
}

/** What was found in history, so that it is found once. */
export interface IndicatorFindTable {
  detection_id: string;
  indicator_id: number;
}

/** A file of indicators that was read, on its way into the register. */
export interface IndicatorUploadTable {
  id: string;
  added_ms: number;
  added_by: string;
  /** How many indicators its parts hold; null: it is still being read. */
  indicators: number | null;
  /** JSON: what reading it came to. */
  report: string;
}

export interface IndicatorUploadPartTable {
  upload_id: string;
  seq: number;
  /** JSON list of indicators. */
  body: string;
}

/** What is never to be an indicator: the house's own names and addresses. */
export interface IndicatorAllowedTable {
  id: Generated<number>;
  kind: string;
  value: string;
  reason: string;
  added_ms: number;
  added_by: string;
}

export interface IndicatorTables {
  indicator: IndicatorTable;
  indicator_clock: IndicatorClockTable;
  indicator_source: IndicatorSourceTable;
  indicator_sighting: IndicatorSightingTable;
  indicator_find: IndicatorFindTable;
  indicator_upload: IndicatorUploadTable;
  indicator_upload_part: IndicatorUploadPartTable;
  indicator_allowed: IndicatorAllowedTable;
}
