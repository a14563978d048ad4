/**
 * Who appraises and who approves a dossier, and within how many working days, by level. Decree 331/2026: articles 18, 23 and 24. The
 * older decree 85/2016: article 12, from memory, to be confirmed.
 */
import type { LawProfile } from '../../registry/tables/agency.ts';
import type { Body } from './facts.ts';

export interface Authority {
  appraises: Body;
  approves: Body;
  /** Working days from a complete dossier to its appraisal; null where the law sets none. */
  appraisalDays: number | null;
  /** Working days within which supplements are asked for. */
  supplementDays: number | null;
  /** Working days from appraisal to approval. */
  approvalDays: number | null;
  clause: string;
  /** As in the catalogue: D is to be confirmed. */
  confidence: 'A' | 'B' | 'C' | 'D';
}

const of2026 = (level: number): Authority => ({
  appraises: level <= 3 ? 'specialised-unit' : 'ministry',
  approves: level <= 2 ? 'specialised-unit' : level <= 4 ? 'owner' : 'prime-minister',
  appraisalDays: level <= 2 ? null : level === 3 ? 15 : 25,
  supplementDays: 5,
  approvalDays: 7,
  clause: 'NĐ 331/2026 Đ18, Đ23-24',
  confidence: 'A',
});

const of2022 = (level: number): Authority => ({
  appraises: level <= 3 ? 'specialised-unit' : 'ministry',
  approves: level <= 2 ? 'specialised-unit' : level <= 4 ? 'owner' : 'prime-minister',
  appraisalDays: level <= 2 ? null : level === 3 ? 15 : 30,
  supplementDays: 5,
  approvalDays: 7,
  clause: 'NĐ 85/2016 Đ12',
  confidence: 'D',
});

const LEVELS = { 'vn-2026': of2026, 'vn-2022': of2022 } as const;

/** @param level 1-5 */
export function authorityOf(profile: LawProfile, level: number): Authority {
  return LEVELS[profile](level);
}
