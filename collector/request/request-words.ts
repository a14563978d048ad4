/** The vocabulary of requests to agencies. */

/**
 * draft -> sent -> seen -> answered -> accepted; `returned` is asked again, `overdue` has not been answered in time and
 * still can be; `cancelled` and `accepted` are ends.
 */
export const REQUEST_STATES = [
  'draft',
  'sent',
  'seen',
  'overdue',
  'answered',
  'returned',
  'accepted',
  'cancelled',
] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** The agency has the word. */
export const ASKED_STATES: readonly RequestState[] = ['sent', 'seen', 'overdue', 'returned'];
export const OPEN_STATES: readonly RequestState[] = ['draft', ...ASKED_STATES, 'answered'];

/** What a request is about: an alert, a host that is silent, a check that it fails, a vulnerability that it has. */
export const SUBJECT_KINDS = ['alert', 'silence', 'posture', 'vulnerability'] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

export const STEP_OUTCOMES = ['done', 'not-done', 'cannot'] as const;
export type StepOutcome = (typeof STEP_OUTCOMES)[number];

/** What falls due by itself. */
export const TIMED_ACTS = ['reminder', 'overdue', 'escalation', 'last-reminder'] as const;
export type TimedAct = (typeof TIMED_ACTS)[number];

export const REQUEST_LIMITS = {
  subjectsMax: 200,
  titleChars: 300,
  bodyChars: 8_000,
  stepsMax: 20,
  stepChars: 1_000,
  reasonChars: 1_000,
  answerChars: 8_000,
  noteChars: 1_000,
  nameChars: 160,
  filesMax: 20,
  linksMax: 20,
} as const;

/** Whom to talk to at the agency. */
export interface RequestContact {
  name: string;
  phone: string;
  email: string;
}

/** What the office gives a dispatch when it is issued; empty until then, never made up. */
export interface DispatchFields {
  /** The number in the register of outgoing documents, without the symbol. */
  number: string;
  /** `YYYY-MM-DD`; null until it is signed. */
  day: string | null;
}

/** How an agency heads and signs its dispatches. */
export interface RequestOffice {
  /** The agency above, as documents name it. */
  superior: string;
  name: string;
  /** Symbol after the number, e.g. `SKHCN-CĐS`. */
  symbol: string;
  /** Where it is issued. */
  place: string;
  /** Lines above the signature, e.g. `KT. GIÁM ĐỐC`, `PHÓ GIÁM ĐỐC`. */
  capacity: readonly string[];
  signer: string;
  /** Who gets a copy, without `Như trên` and the archive. */
  copies: readonly string[];
  /** After `Lưu:`, e.g. `VT, CĐS`. */
  archive: string;
  /** Whom the agency may ask, in words. */
  contact: string;
}

export interface StepAnswer {
  /** Place of the step, from 1. */
  step: number;
  outcome: StepOutcome;
  note: string;
}

/** A file that is sent another way: what it is, so that it can be told to be the same. */
export interface AnswerFile {
  name: string;
  /** Lower-case hex. */
  sha256: string;
}
