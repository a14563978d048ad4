/** The vocabulary of reports. */
import type { PeriodKind } from './period.ts';

export const REPORT_KINDS = ['mau-08', 'yearly', 'monitoring', 'quarterly', 'monthly'] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

export const PERIOD_OF: Readonly<Record<ReportKind, PeriodKind>> = {
  'mau-08': 'year',
  yearly: 'year',
  monitoring: 'half',
  quarterly: 'quarter',
  monthly: 'month',
};

/** draft -> locked -> sent; a locked or sent one that was corrected is `amended`, and its successor is locked. */
export const REPORT_STATES = ['draft', 'locked', 'amended', 'sent'] as const;
export type ReportState = (typeof REPORT_STATES)[number];

/** How a report left: the document system of the administration, the ministry's software, mail, paper. */
export const SEND_CHANNELS = ['document-system', 'ministry-software', 'email', 'paper', 'other'] as const;
export type SendChannel = (typeof SEND_CHANNELS)[number];

export const REPORT_LIMITS = {
  reasonChars: 2_000,
  numberChars: 60,
  noteChars: 2_000,
  /** A signed PDF. */
  fileBytes: 16 * 1024 * 1024,
  differences: 500,
} as const;

/** What is asked for and is not known. Never shown as a number. */
export const NOT_ASSESSED = 'chưa đánh giá';
