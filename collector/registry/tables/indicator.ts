/** Rows of indicators of compromise. Times are milliseconds UTC. */
import type { Generated } from 'kysely';

export interface IndicatorTable {
  id: Generated<number>;
  /** As `INDICATOR_KINDS` names them. */
  kind: string;
  /** Canonical. */
  value: string;
  source: string;
  /** 0-100. */
  confidence: number;
  /** Null: until it is removed. */
  valid_until_ms: number | null;
  tlp: string | null;
  /** JSON list of texts. */
  tags: string;
  description: string;
  added_ms: number;
  added_by: string;
  updated_ms: number;
}

export interface IndicatorTables {
  indicator: IndicatorTable;
}
