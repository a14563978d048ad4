/** Who appraises and who approves a dossier, and within how many working days, by level: as the questionnaires' data says. */
import { builtInCatalogue, type Confidence } from '../../../rules/compliance/index.ts';
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
  /** D is to be confirmed. */
  confidence: Confidence;
}

const LEVELS = [1, 2, 3, 4, 5] as const;

/**
 * @param level 1-5
 * @throws RangeError for another one
 */
export function authorityOf(profile: LawProfile, level: number): Authority {
  const known = LEVELS.find((each) => each === level);
  const authority = known && builtInCatalogue().criteria.get(profile)?.authority[known];
  if (authority === undefined) throw new RangeError(`there is no level ${level} in ${profile}`);
  const { appraises, approves, appraisalDays, supplementDays, approvalDays, clause, confidence } = authority;
  return {
    appraises,
    approves,
    appraisalDays: appraisalDays ?? null,
    supplementDays: supplementDays ?? null,
    approvalDays: approvalDays ?? null,
    clause,
    confidence,
  };
}
