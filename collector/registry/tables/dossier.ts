/** Rows of dossiers, their documents and what agencies say of them. Times are milliseconds UTC; legal days are `YYYY-MM-DD`. */
import type { Generated } from 'kysely';
import type { FileScan } from '../../case/file-scan.ts';
import type { DossierStatus } from '../../compliance/dossier/facts.ts';
import type { OfficeRole } from '../../compliance/dossier/office.ts';

export interface SystemDossierTable {
  id: Generated<number>;
  system_id: number;
  /** Repeats that of the facts. */
  status: DossierStatus;
  /** JSON: compliance/dossier/facts.ts. */
  facts: string;
  version: Generated<number>;
  created_ms: number;
  created_by: string;
  changed_ms: number;
  changed_by: string;
}

/** A dossier as it was from this version on; facts of null: it was taken away with the import that began it. Rows are only added. */
export interface DossierHistoryTable {
  id: Generated<number>;
  dossier_id: number;
  system_id: number;
  version: number;
  at_ms: number;
  actor: string;
  reason: string | null;
  facts: string | null;
}

/** Answers to the criteria of levels, and what they led to. Rows are only added. */
export interface DossierAnswersTable {
  id: Generated<number>;
  dossier_id: number;
  at_ms: number;
  actor: string;
  /** Which questionnaire. */
  criteria: string;
  /** JSON, by question. */
  answers: string;
  /** JSON: which answers decided, with their clauses, and which are missing. */
  outcome: string;
  /** What they lead to; null while some are missing. */
  level: number | null;
}

export const DOCUMENT_KINDS = [
  'dossier',
  'appraisal',
  'decision',
  'regulation',
  'contract',
  'check',
  'attestation',
  'other',
] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** A paper of a system, or of an agency: exactly one of the two is set. */
export interface DossierDocumentTable {
  id: string;
  system_id: number | null;
  agency_id: number | null;
  kind: DocumentKind;
  name: string;
  type: string;
  bytes: number;
  sha256: string;
  quarantined: number;
  /** What a virus scanner said when it came. */
  scan: FileScan;
  added_by: string;
  added_ms: number;
  removed_by: string | null;
  removed_ms: number | null;
  removed_reason: string | null;
}

/** Which reminders were given. */
export interface DossierReminderTable {
  system_id: number;
  kind: string;
  due_on: string;
  told: 'warned' | 'overdue' | 'ended';
  told_ms: number;
}

/** Who answers for an agency's systems. */
export interface SecurityOfficeTable {
  agency_id: number;
  role: OfficeRole;
  /** JSON: compliance/dossier/office.ts. */
  facts: string;
  version: Generated<number>;
  changed_ms: number;
  changed_by: string;
}

/** An agency's word for its rows of a year's report. Rows are only added; the newest counts. */
export interface DossierConfirmationTable {
  id: Generated<number>;
  agency_id: number;
  year: number;
  digest: string;
  rows: number;
  note: string;
  at_ms: number;
  actor: string;
}

/** A table that was taken in as one act. */
export interface DossierImportTable {
  id: Generated<number>;
  /** Of whoever did it. */
  agency_id: number;
  name: string;
  sha256: string;
  created: number;
  changed: number;
  /** JSON: what is needed to take it back. */
  steps: string;
  at_ms: number;
  actor: string;
  undone_ms: number | null;
  undone_by: string | null;
}

export const ATTESTATION_KINDS = ['own', 'provider'] as const;
export type AttestationKind = (typeof ATTESTATION_KINDS)[number];
export const ATTESTATION_STATES = ['proposed', 'accepted', 'rejected', 'withdrawn'] as const;
export type AttestationState = (typeof ATTESTATION_STATES)[number];

/** Of a system, or of an agency as a whole: exactly one of the two is set. */
export interface AttestationTable {
  id: Generated<number>;
  kind: AttestationKind;
  system_id: number | null;
  agency_id: number | null;
  profile: string;
  statement: string;
  /** JSON list of ids of documents. */
  documents: string;
  /** Who signed the paper. */
  signer: string;
  signed_on: string;
  /** First day on which it counts no longer; null: without end. */
  due_on: string | null;
  provider: string | null;
  contract: string | null;
  /** 1: it counts when a second person has accepted it. */
  four_eyes: number;
  state: AttestationState;
  created_ms: number;
  created_by: string;
  decided_ms: number | null;
  decided_by: string | null;
  withdrawn_ms: number | null;
  withdrawn_by: string | null;
  version: Generated<number>;
}

export interface AttestationControlTable {
  attestation_id: number;
  control_id: string;
}

export interface AttestationHistoryTable {
  id: Generated<number>;
  attestation_id: number;
  version: number;
  at_ms: number;
  actor: string;
  action: string;
  reason: string | null;
}

export interface DossierTables {
  system_dossier: SystemDossierTable;
  dossier_history: DossierHistoryTable;
  dossier_answers: DossierAnswersTable;
  dossier_document: DossierDocumentTable;
  dossier_reminder: DossierReminderTable;
  security_office: SecurityOfficeTable;
  dossier_confirmation: DossierConfirmationTable;
  dossier_import: DossierImportTable;
  attestation: AttestationTable;
  attestation_control: AttestationControlTable;
  attestation_history: AttestationHistoryTable;
}
