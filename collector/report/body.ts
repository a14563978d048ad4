/**
 * What a report says, as data: made once, locked with its SHA-256, and the only thing documents are made of. Invariant: the same
 * body is the same document, on any day and machine.
 */
import { createHash } from 'node:crypto';
import type { RequestOffice } from '../request/request-words.ts';
import type { ReportDoubt } from './doubts.ts';
import type { Mau08Body } from './mau-08-body.ts';
import type { ReportKind } from './report-words.ts';
import type { Assessment, Known, PlanRow, SummaryFacts } from './summary-facts.ts';

/** One thing that a corrected version says otherwise, in the words of the document. */
export interface Difference {
  where: string;
  before: string;
  after: string;
}

export interface Amendment {
  /** SHA-256 of the body that it corrects. */
  of: string;
  reason: string;
  differences: Difference[];
  /** Differences that are not listed. */
  more: number;
}

export interface ReportFrame {
  format: 'vonggac-report-1';
  period: string;
  agency: { id: number; name: string };
  /** Null: of the whole agency. */
  system: { id: number; name: string } | null;
  /** How the issuer heads and signs its documents. */
  office: RequestOffice;
  /** After `Kính gửi:`. */
  addressees: string[];
  /** When it was made, milliseconds UTC: the date fields of the files. */
  madeMs: number;
  /** Of data that is not locked yet: says so on its first page. */
  draft: boolean;
  /** What it follows that is not confirmed; absent in reports that were locked before this was kept. */
  toConfirm?: ReportDoubt[] | undefined;
  /** 1, then counting corrections. */
  revision: number;
  amendment: Amendment | null;
}

export type ReportContent =
  | { kind: 'mau-08'; table: Mau08Body; assessment: Known<Assessment>; plan: Known<PlanRow[]> }
  | { kind: Exclude<ReportKind, 'mau-08'>; facts: SummaryFacts };

export type ReportBody = ReportFrame & { content: ReportContent };

export function bodyText(body: ReportBody): string {
  return JSON.stringify(body);
}

/** Lower-case hex. */
export function bodyDigest(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** Of our own writing, as it was when it was locked. @throws RangeError when it is not what was locked */
export function readBody(text: string, sha256: string): ReportBody {
  if (bodyDigest(text) !== sha256) throw new RangeError('the stored report is not what was locked');
  return JSON.parse(text) as ReportBody; // its digest is that of a body we wrote
}
