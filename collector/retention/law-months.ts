/**
 * How long logs are kept at least, in months, by the security level of the information system they come from.
 * Invariant: what a province sets may be longer than the law's number, never shorter.
 */
import type { LawProfile } from '../registry/tables/agency.ts';

export const LEVELS = [1, 2, 3, 4, 5] as const;
/** Security level (cấp độ) of an information system. */
export type Level = (typeof LEVELS)[number];

/** What the months are counted by: a level under a law, or that the level is not known. */
export type RetentionBasis = 'unknown' | `${LawProfile}/${Level}`;

export interface LawMonths {
  /** Null where the standard states no number. */
  months: number | null;
  /** Clause it stands in. */
  source: string;
  /** `read`: in a careful paraphrase with clause numbers. `recalled`: not read in any text, but the successor agrees. */
  certainty: 'read' | 'recalled';
}

const TCVN_14423 = 'TCVN 14423:2026';
const TCVN_11930 = 'TCVN 11930:2017';

/**
 * TCVN 14423:2026, clause x.8.2.1 a (levels 1-5 are sections 3-7): 1, 3, 6 and 12 months at levels 2-5; level 1 states
 * none. Read in a paraphrase that gives clause numbers; the standard itself is not public. Profile vn-2026
 * (decree 331/2026/NĐ-CP).
 * TCVN 11930:2017: level 3 "at least 03 months" for servers and devices (7.2.2.3, 7.2.1.4) was read in two public
 * sources; 1, 6 and 12 months at levels 2, 4 and 5 are from memory, and agree with the successor. Profile vn-2022
 * (decree 85/2016/NĐ-CP, circular 12/2022/TT-BTTTT, which has no numbers of its own).
 */
export const LAW_MONTHS: Readonly<Record<LawProfile, Readonly<Record<Level, LawMonths>>>> = {
  'vn-2026': {
    1: { months: null, source: `${TCVN_14423} 3.8`, certainty: 'read' },
    2: { months: 1, source: `${TCVN_14423} 4.8.2.1 a`, certainty: 'read' },
    3: { months: 3, source: `${TCVN_14423} 5.8.2.1 a`, certainty: 'read' },
    4: { months: 6, source: `${TCVN_14423} 6.8.2.1 a`, certainty: 'read' },
    5: { months: 12, source: `${TCVN_14423} 7.8.2.1 a`, certainty: 'read' },
  },
  'vn-2022': {
    1: { months: null, source: TCVN_11930, certainty: 'recalled' },
    2: { months: 1, source: `${TCVN_11930} 6.2`, certainty: 'recalled' },
    3: { months: 3, source: `${TCVN_11930} 7.2.2.3`, certainty: 'read' },
    4: { months: 6, source: `${TCVN_11930} 8.2`, certainty: 'recalled' },
    5: { months: 12, source: `${TCVN_11930} 9.2`, certainty: 'recalled' },
  },
};

/** Where the law states no number: our own choice, the shortest that it states elsewhere. */
const UNSTATED_MONTHS = 1;
export const MONTHS_MAX = 240;

const PROFILES = ['vn-2026', 'vn-2022'] as const satisfies readonly LawProfile[];

export const BASES: readonly RetentionBasis[] = [
  ...PROFILES.flatMap((profile) => LEVELS.map((level): RetentionBasis => `${profile}/${level}`)),
  'unknown',
];

/** The basis that a text names, e.g. `vn-2026/3`. */
export function basisOf(text: string): RetentionBasis | undefined {
  return BASES.find((basis) => basis === text);
}

/** The basis of a system's level; a level outside 1-5 or none is unknown. */
export function basisOfLevel(profile: LawProfile, level: number | null): RetentionBasis {
  return basisOf(`${profile}/${level ?? ''}`) ?? 'unknown';
}

/** The law's own number for a level, with its source; undefined when the level is not known. */
export function lawMonthsOf(basis: RetentionBasis): LawMonths | undefined {
  for (const profile of PROFILES) {
    for (const level of LEVELS) if (basis === `${profile}/${level}`) return LAW_MONTHS[profile][level];
  }
  return undefined;
}

/** What may be set at least. An unknown level could turn out to be any, so it has the largest. */
export function monthsMin(basis: RetentionBasis): number {
  if (basis !== 'unknown') return lawMonthsOf(basis)?.months ?? UNSTATED_MONTHS;
  return Math.max(...BASES.map((known) => lawMonthsOf(known)?.months ?? 0));
}

/** Months in force by basis. */
export type MonthsInForce = ReadonlyMap<RetentionBasis, number>;

/**
 * What was set, never below the minimum; an unknown level keeps as long as the longest of all.
 * @param set months by basis, as far as the province has set them
 */
export function monthsInForce(set: ReadonlyMap<RetentionBasis, number>): MonthsInForce {
  const months = new Map<RetentionBasis, number>();
  for (const basis of BASES) months.set(basis, Math.max(set.get(basis) ?? 0, monthsMin(basis)));
  return months.set('unknown', Math.max(...months.values()));
}
