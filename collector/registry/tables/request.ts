/** Rows of requests to agencies, their answers and their links. Times are milliseconds UTC. */
import type { Generated } from 'kysely';
import type { RequestState, SubjectKind } from '../../request/request-words.ts';

export interface AgencyRequestTable {
  id: string;
  /** Whose hosts it is about: it is asked. */
  agency_id: number;
  /** Who asks. */
  issuer_agency_id: number;
  template: string;
  title: string;
  body: string;
  /** JSON: texts in their order. */
  steps: string;
  severity: string;
  severity_rank: number;
  state: RequestState;
  due_ms: number;
  /** JSON of RequestContact. */
  contact: string;
  /** JSON of DispatchFields. */
  dispatch: string;
  created_by: string;
  created_ms: number;
  updated_ms: number;
  state_by: string | null;
  state_reason: string | null;
  sent_ms: number | null;
  seen_ms: number | null;
  answered_ms: number | null;
  overdue_ms: number | null;
  ended_ms: number | null;
  /** What falls due next, and when; null when nothing does. */
  next_kind: string | null;
  next_ms: number | null;
  /** Notices told so far. */
  notices: Generated<number>;
  job_id: string | null;
  version: Generated<number>;
}

/** What a request is about, as it was when it was written. */
export interface RequestSubjectTable {
  request_id: string;
  /** From 1. */
  place: number;
  kind: SubjectKind;
  /** Id of an alert, of a silence, or `policy/check`. */
  ref: string;
  agent_id: string | null;
  hostname: string | null;
  title: string;
  detail: string;
  time_ms: number;
}

export interface RequestAnswerTable {
  id: Generated<number>;
  request_id: string;
  at_ms: number;
  /** As in the audit trail: `user:NAME`, `token:ID`, or `request-link:ID`. */
  actor: string;
  /** Who says it, in words. */
  name: string;
  text: string;
  /** JSON of StepAnswer[]. */
  steps: string;
  /** JSON of AnswerFile[]. */
  files: string;
}

export interface RequestEventTable {
  id: Generated<number>;
  request_id: string;
  version: number;
  at_ms: number;
  actor: string;
  action: string;
  reason: string | null;
  /** JSON: facts of the act. */
  detail: string;
}

/** A page without an account, for one answer. */
export interface RequestLinkTable {
  id: string;
  request_id: string;
  /** SHA-256 of the secret. */
  secret_hash: string;
  created_ms: number;
  created_by: string;
  expires_ms: number;
  opened_ms: number | null;
  used_ms: number | null;
  revoked_ms: number | null;
}

/** How an agency's dispatches are headed and signed. */
export interface RequestOfficeTable {
  agency_id: number;
  /** JSON of RequestOffice. */
  settings: string;
  version: Generated<number>;
}

export interface RequestTables {
  agency_request: AgencyRequestTable;
  request_subject: RequestSubjectTable;
  request_answer: RequestAnswerTable;
  request_event: RequestEventTable;
  request_link: RequestLinkTable;
  request_office: RequestOfficeTable;
}
