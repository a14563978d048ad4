/** Rows of reports. Times are milliseconds UTC. */
import type { Generated } from 'kysely';
import type { ReportKind, ReportState } from '../../report/report-words.ts';

export interface ReportTable {
  /** UUID. */
  id: string;
  kind: ReportKind;
  /** `2026`, `2026-H1`, `2026-Q4`, `2026-11`. */
  period: string;
  /** Who reports. */
  agency_id: number;
  /** Null: of the whole agency. */
  system_id: number | null;
  state: ReportState;
  /** 1, then counting corrections. */
  revision: number;
  /** The version that this one corrects. */
  amends: string | null;
  /** JSON of ReportBody; null while it is a draft, which is made anew each time it is looked at. */
  body: string | null;
  /** Of `body`. */
  sha256: string | null;
  /** Of the PDF as it was when the body was locked, and its length: what a signed file begins with. */
  pdf_sha256: string | null;
  pdf_bytes: number | null;
  locked_ms: number | null;
  locked_by: string | null;
  /** JSON of SentProof. */
  sent: string | null;
  /** JSON of what was found of the newest signed file. */
  signed: string | null;
  created_ms: number;
  created_by: string;
  updated_ms: number;
  version: Generated<number>;
}

export interface ReportEventTable {
  id: Generated<number>;
  report_id: string;
  version: number;
  at_ms: number;
  actor: string;
  /** `report.VERB` */
  action: string;
  reason: string | null;
  /** JSON. */
  detail: string;
}

export interface ReportTables {
  report: ReportTable;
  report_event: ReportEventTable;
}
