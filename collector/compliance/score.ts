/**
 * The score of a system with its arithmetic: met controls by those that apply, a control that is partly met for half.
 * Invariant: what is not assessed or excepted counts as not met; how much is assessed stands beside it, never in it.
 */
import type { Status } from './status.ts';

export interface Score {
  /** How many controls stand how; they add up to `total`. */
  met: number;
  partly: number;
  notMet: number;
  excepted: number;
  notAssessed: number;
  notApplicable: number;
  provider: number;
  total: number;
  /** 100 * (met + provider + partly / 2) / (total - notApplicable), to one decimal; null when nothing applies. */
  percent: number | null;
  /** Share of the applicable controls that could be assessed at all, to one decimal. */
  coveragePercent: number | null;
}

const PLACE = {
  met: 'met',
  partly: 'partly',
  'not-met': 'notMet',
  excepted: 'excepted',
  'not-assessed': 'notAssessed',
  'not-applicable': 'notApplicable',
  provider: 'provider',
} as const satisfies Record<Status, keyof Score>;

export function scoreOf(statuses: Iterable<Status>): Score {
  const counts = {
    met: 0,
    partly: 0,
    notMet: 0,
    excepted: 0,
    notAssessed: 0,
    notApplicable: 0,
    provider: 0,
  };
  for (const status of statuses) counts[PLACE[status]] += 1;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const applicable = total - counts.notApplicable;
  return {
    ...counts,
    total,
    percent: percentOf(counts.met + counts.provider + counts.partly / 2, applicable),
    coveragePercent: percentOf(applicable - counts.notAssessed, applicable),
  };
}

/** To one decimal, and 100 only when all of it is. */
function percentOf(part: number, whole: number): number | null {
  if (whole === 0) return null;
  const rounded = Math.round((1000 * part) / whole) / 10;
  return part < whole ? Math.min(rounded, 99.9) : rounded;
}

/** The sum as it is shown, e.g. `(12 + 0 + 3/2) / (40 - 5) = 38.6 %`. */
export function scoreArithmetic({ met, provider, partly, total, notApplicable, percent }: Score): string {
  const said = percent === null ? '-' : `${percent} %`;
  return `(${met} + ${provider} + ${partly}/2) / (${total} - ${notApplicable}) = ${said}`;
}
