/** The catalogues of graded requirements that come with the product, and the way to read others: this folder's only door. */
import { EndOfLife, loadEndOfLife } from './end-of-life.ts';
import { loadCatalogue } from './load.ts';
import type { LoadedCatalogue } from './load.ts';

export { loadCatalogue } from './load.ts';
export type { CatalogueControl, LoadedCatalogue, Profile } from './load.ts';
export { attestationEveryAt, controlsAt, evidenceAt, isUnconfirmed } from './control.ts';
export { compareProfiles } from './compare-profiles.ts';
export type { ControlDifference, FieldDifference } from './compare-profiles.ts';
export { evaluateCriteria } from './evaluate-criteria.ts';
export type { CriteriaAnswers, CriteriaResult, LedTo } from './evaluate-criteria.ts';
export type { Criteria, CriterionAnswer, CriterionQuestion, LevelAuthority } from './schema-criteria.ts';
export { applyOverrides } from './override.ts';
export type { AppliedOverride, ControlOverride, OverriddenProfile, RefusedOverride } from './override.ts';
export { CONFIDENCES, EVIDENCE_MODES, LEVELS, levelSchema, profileIdSchema } from './schema.ts';
export type {
  Confidence,
  Control,
  ControlGroup,
  Evidence,
  EvidenceMode,
  Level,
  ThresholdValue,
} from './schema.ts';
export { EndOfLife } from './end-of-life.ts';
export type { SupportEnd } from './end-of-life.ts';
export type { DataProblem } from '../files/read-data-file.ts';

export const COMPLIANCE_FOLDER: string = import.meta.dirname;
/** Of systems for which none was chosen. */
export const DEFAULT_PROFILE = 'vn-2026';

let known: LoadedCatalogue | undefined;

/**
 * Those of this folder, read once.
 * @throws Error when one is wrong: the installation is broken
 */
export function builtInCatalogue(): LoadedCatalogue {
  known ??= loadCatalogue(COMPLIANCE_FOLDER);
  const [first] = known.problems;
  if (first !== undefined)
    throw new Error(
      `the catalogues in ${COMPLIANCE_FOLDER} are damaged, install again: ${first.file}:${first.line}: ${first.field}: ${first.message}`,
    );
  return known;
}

let endOfLife: EndOfLife | undefined;

/**
 * The table of this folder, read once.
 * @throws Error when it is wrong: the installation is broken
 */
export function builtInEndOfLife(): EndOfLife {
  if (endOfLife !== undefined) return endOfLife;
  const { table, problems } = loadEndOfLife(COMPLIANCE_FOLDER);
  const [first] = problems;
  if (table === undefined)
    throw new Error(
      `the table in ${COMPLIANCE_FOLDER} is damaged, install again: ${first?.file}:${first?.line}: ${first?.field}: ${first?.message}`,
    );
  endOfLife = new EndOfLife(table);
  return endOfLife;
}
