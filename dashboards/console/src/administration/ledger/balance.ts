/**
 * The ledger's numbers as a sum that people can add up themselves. Invariant: the parts of `balanceOf` add up to what was
 * read, whatever the numbers are, as the contract says.
 */
import type { LedgerReportView } from '../../../../../collector/api/contract-ledger.ts';

type Numbers = LedgerReportView['total'];

export type Part = 'stored' | 'waiting' | 'lost' | 'missing';
export const parts: readonly Part[] = ['stored', 'waiting', 'lost', 'missing'];

/** What was read, in four parts. */
export function balanceOf(numbers: Numbers): Readonly<Record<Part, number>> {
  const { stored, rejected, uncounted, untold, waiting, limited, dropped, named, missing } = numbers;
  return {
    stored: stored + rejected - uncounted - untold,
    waiting,
    lost: limited + dropped + named,
    missing,
  };
}

export const detailNames = [
  'stored',
  'rejected',
  'uncounted',
  'untold',
  'waiting',
  'limited',
  'dropped',
  'named',
  'missing',
] as const satisfies readonly (keyof Numbers)[];
export type DetailName = (typeof detailNames)[number];

/** Those that are taken off. */
export const takenOff: ReadonlySet<DetailName> = new Set(['uncounted', 'untold']);

/** Reason codes with how many, the most first. */
export function reasonsOf(
  record: Readonly<Record<string, number>>,
): readonly { readonly reason: string; readonly count: number }[] {
  return Object.entries(record)
    .map(([reason, count]) => ({ reason, count }))
    .filter(({ count }) => count !== 0)
    .toSorted((a, b) => b.count - a.count);
}
