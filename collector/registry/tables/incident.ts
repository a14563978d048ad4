/** Rows of incidents. Times are milliseconds UTC. */
import type { Generated } from 'kysely';
import type { NoticeKind, ToldChannel } from '../../report/notice-words.ts';

export interface CaseIncidentTable {
  case_id: string;
  /** JSON of IncidentFacts. */
  facts: string;
  /** Version of the case that its clocks were last held against. */
  settled_version: number;
  begun_ms: number;
  begun_by: string;
  updated_ms: number;
  updated_by: string;
}

/** A notice as it was locked; rows are only added. */
export interface CaseNoticeTable {
  id: Generated<number>;
  case_id: string;
  agency_id: number;
  kind: NoticeKind;
  /** 1, then counting. */
  revision: number;
  /** JSON of NoticeBody. */
  body: string;
  /** Of `body`. */
  sha256: string;
  /** JSON: what was still unknown. */
  missing: string;
  locked_ms: number;
  locked_by: string;
}

/** Who was told when, with the proof; rows are only added. */
export interface CaseToldTable {
  id: Generated<number>;
  case_id: string;
  agency_id: number;
  /** The clock that it meets. */
  clock_id: number | null;
  notice_id: number | null;
  at_ms: number;
  receiver: string;
  channel: ToldChannel;
  number: string;
  /** `YYYY-MM-DD`: of the document; empty for a call. */
  dated: string;
  /** Of the file that was sent, lower-case hex; empty for a call. */
  sha256: string;
  note: string;
  noted_ms: number;
  noted_by: string;
}

export interface IncidentTables {
  case_incident: CaseIncidentTable;
  case_notice: CaseNoticeTable;
  case_told: CaseToldTable;
}
