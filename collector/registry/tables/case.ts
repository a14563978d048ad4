/**
 * Rows of cases. Times are milliseconds UTC. What lies in a case carries the agency whose affair it is (`agency_id`), and is
 * read by who sees that agency; of alerts it is the alert's own.
 */
import type { Generated } from 'kysely';
import type { FileScan } from '../../case/file-scan.ts';
import type { CaseClass, CaseOutcome, CaseState, ItemKind } from '../../case/case-words.ts';

export interface CaseNumberTable {
  year: number;
  last: number;
}

export interface CaseFileTable {
  id: string;
  number: string;
  title: string;
  summary: string;
  lessons: string | null;
  /** Who sees this agency reads the texts: what covered the case when they were written. */
  text_agency_id: number;
  /** Covers everything in the case: the nearest agency that all of its agencies stand below. */
  agency_id: number;
  severity: string;
  severity_rank: number;
  class: CaseClass;
  state: CaseState;
  closed: number;
  outcome: CaseOutcome | null;
  close_reason: string | null;
  assignee: string | null;
  drill: number;
  due_ms: number | null;
  created_by: string;
  created_ms: number;
  updated_ms: number;
  contained_ms: number | null;
  closed_ms: number | null;
  closed_by: string | null;
  /** The case that this one was merged into: its number leads there. */
  merged_into: string | null;
  /** Title and summary, folded. */
  search_text: string;
  version: number;
}

/** Agencies that a case touches. */
export interface CaseAgencyTable {
  id: Generated<number>;
  case_id: string;
  agency_id: number;
  /** 1: a person said so; 0: something in the case is of it. */
  by_hand: number;
}

export interface CaseTagTable {
  case_id: string;
  tag: string;
}

export interface CaseWatcherTable {
  case_id: string;
  username: string;
  since_ms: number;
}

/** An alert is in one case at most. */
export interface CaseAlertTable {
  alert_id: string;
  case_id: string;
  added_by: string;
  added_ms: number;
  job_id: string | null;
}

export interface CaseItemTable {
  id: Generated<number>;
  case_id: string;
  agency_id: number;
  kind: ItemKind;
  /** Of indicators: their type; else empty. */
  type: string;
  value: string;
  /** For people: a host's name, a system's. */
  label: string;
  note: string;
  added_by: string;
  added_ms: number;
}

/** A kept copy of an event: retention does not take it. */
export interface CaseEventTable {
  id: Generated<number>;
  case_id: string;
  agency_id: number;
  event_id: string;
  time_ms: number;
  hostname: string;
  /** JSON of the event as the API shows it. */
  event: string;
  /** SHA-256 of that text, lower-case hex. */
  sha256: string;
  bytes: number;
  added_by: string;
  added_ms: number;
}

export interface CaseTaskTable {
  id: Generated<number>;
  case_id: string;
  agency_id: number;
  title: string;
  detail: string;
  assignee: string | null;
  due_ms: number | null;
  done_ms: number | null;
  done_by: string | null;
  created_by: string;
  created_ms: number;
  /** Checklist it came from. */
  checklist: string | null;
}

export interface CaseNoteTable {
  id: Generated<number>;
  case_id: string;
  agency_id: number;
  at_ms: number;
  author: string;
  text: string;
}

/** A line of the timeline that a person wrote. */
export interface CaseEntryTable {
  id: Generated<number>;
  case_id: string;
  agency_id: number;
  time_ms: number;
  text: string;
  added_by: string;
  added_ms: number;
}

export interface CaseAttachmentTable {
  /** Name of the file in the data folder. */
  id: string;
  case_id: string;
  agency_id: number;
  name: string;
  /** By its content, never as the sender said. */
  type: string;
  bytes: number;
  sha256: string;
  crc32: number;
  quarantined: number;
  /** What a virus scanner said when it came. */
  scan: FileScan;
  added_by: string;
  added_ms: number;
  removed_by: string | null;
  removed_ms: number | null;
  removed_reason: string | null;
}

export interface CaseLinkTable {
  id: Generated<number>;
  case_id: string;
  other_id: string;
  note: string;
  added_by: string;
  added_ms: number;
}

export interface CaseClockTable {
  id: Generated<number>;
  case_id: string;
  agency_id: number;
  /** Of rules/cases/legal-clocks.yml; what it said then stays with the clock. */
  kind: string;
  title: string;
  title_vi: string;
  source: string;
  confidence: string;
  started_ms: number;
  due_ms: number;
  warn_ms: number;
  started_by: string;
  note: string;
  met_ms: number | null;
  met_by: string | null;
  met_note: string | null;
  stopped_ms: number | null;
  stopped_by: string | null;
  stopped_why: string | null;
  /** `warned`, then `overdue`: what was told. */
  told: string | null;
  /** 1: the facts of the incident started it, and only a proof of sending meets it. */
  by_facts: Generated<number>;
}

/** What was done to a case; only ever added to. */
export interface CaseActTable {
  id: Generated<number>;
  case_id: string;
  agency_id: number;
  version: number;
  at_ms: number;
  actor: string;
  action: string;
  /** JSON. */
  detail: string;
}

/** A merge or split. */
export interface CaseMoveTable {
  id: Generated<number>;
  kind: 'merge' | 'split';
  from_id: string;
  into_id: string;
  at_ms: number;
  actor: string;
  reason: string;
  /** JSON: table -> keys of the rows that moved; `tags`, `watchers`: those that were new. */
  moved: string;
  undone_ms: number | null;
  undone_by: string | null;
}

export interface CaseHandoverTable {
  id: Generated<number>;
  /** Of who wrote it: who sees that agency reads it. */
  agency_id: number;
  from_actor: string;
  to_username: string;
  at_ms: number;
  hours: number;
  note: string;
  /** JSON: what was open and what had changed. */
  body: string;
  acknowledged_ms: number | null;
  acknowledged_by: string | null;
}

export interface CaseTables {
  case_number: CaseNumberTable;
  case_file: CaseFileTable;
  case_agency: CaseAgencyTable;
  case_tag: CaseTagTable;
  case_watcher: CaseWatcherTable;
  case_alert: CaseAlertTable;
  case_item: CaseItemTable;
  case_event: CaseEventTable;
  case_task: CaseTaskTable;
  case_note: CaseNoteTable;
  case_entry: CaseEntryTable;
  case_attachment: CaseAttachmentTable;
  case_link: CaseLinkTable;
  case_clock: CaseClockTable;
  case_act: CaseActTable;
  case_move: CaseMoveTable;
  case_handover: CaseHandoverTable;
}
