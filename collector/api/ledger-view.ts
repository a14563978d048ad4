/** The ledger's report as the API and the command line show it. */
import type { LedgerNumbers, LedgerQuery, LedgerReport } from '../registry/ledger-report.ts';
import type { LedgerReportView } from './contract-ledger.ts';

type Numbers = LedgerReportView['total'];

const COUNTS = [
  'produced',
  'limited',
  'dropped',
  'stored',
  'rejected',
  'duplicate',
  'uncounted',
  'waiting',
  'untold',
  'named',
  'missing',
] as const satisfies readonly (keyof LedgerNumbers)[];

const iso = (ms: number): string => new Date(ms).toISOString();

function withDerived(numbers: LedgerNumbers): Numbers {
  return {
    ...numbers,
    spooled: numbers.produced - numbers.limited,
    sent: numbers.stored + numbers.rejected + numbers.duplicate,
  };
}

function totalOf(lines: readonly LedgerNumbers[]): Numbers {
  const sums = COUNTS.map((name): [string, number] => [
    name,
    lines.reduce((sum, line) => sum + line[name], 0),
  ]);
  return withDerived(Object.fromEntries(sums) as unknown as LedgerNumbers);
}

export function toLedgerView(
  query: Pick<LedgerQuery, 'fromMs' | 'toMs' | 'by'>,
  report: LedgerReport,
): LedgerReportView {
  return {
    from: iso(query.fromMs),
    to: iso(query.toMs),
    by: query.by,
    balanced: report.unbalanced.length === 0 && report.gaps.length === 0,
    total: totalOf(report.lines),
    lines: report.lines.map((line) => ({ key: line.key, label: line.label, ...withDerived(line) })),
    reasons: report.reasons,
    unbalanced: report.unbalanced.map(({ hourMs, ...cell }) => ({ ...cell, hour: iso(hourMs) })),
    gaps: report.gaps,
    unknownLosses: report.unknownLosses.map(({ hourMs, ...loss }) => ({ ...loss, hour: iso(hourMs) })),
  };
}
