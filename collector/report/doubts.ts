/** What reports follow without its text having been seen (confidence D). Invariant: until a person confirms it, it says so. */
import { PERIOD_OF, type ReportKind } from './report-words.ts';

/**
 * `monitoring-form`: the form of circular 31/2017/TT-BTTTT, annex 2. `period-days`: first and last days, and deadlines, of periods
 * other than a year (decree 09/2019/NĐ-CP, article 12).
 */
export const REPORT_DOUBTS = ['monitoring-form', 'period-days'] as const;
export type ReportDoubt = (typeof REPORT_DOUBTS)[number];

/** What is still to be confirmed of a kind of report. */
export function doubtsOf(kind: ReportKind, confirmed: readonly ReportDoubt[]): ReportDoubt[] {
  return REPORT_DOUBTS.filter((doubt) => concerns(doubt, kind) && !confirmed.includes(doubt));
}

function concerns(doubt: ReportDoubt, kind: ReportKind): boolean {
  return doubt === 'monitoring-form' ? kind === 'monitoring' : PERIOD_OF[kind] !== 'year';
}
