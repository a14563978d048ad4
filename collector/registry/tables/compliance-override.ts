/** Rows of what administrators put in place of doubtful facts of the catalogues. Times are milliseconds UTC. */
import type { Generated } from 'kysely';

/** One version; it holds from `valid_from_ms` until `valid_to_ms`, null for now. Only that end is ever changed. */
export interface ComplianceOverrideTable {
  id: Generated<number>;
  /** `vn-2026` ... */
  profile: string;
  /** `LG-07` ... */
  control: string;
  /** As dots: rules/compliance/override.ts. */
  field: string;
  /** JSON. */
  value: string;
  reason: string;
  set_by: string;
  valid_from_ms: number;
  valid_to_ms: number | null;
}

export interface ComplianceOverrideTables {
  compliance_override: ComplianceOverrideTable;
}
