/** The catalogues as an assessment asks them: controls of each profile with the kinds of evidence that answer them. */
import {
  builtInCatalogue,
  type CatalogueControl,
  type LoadedCatalogue,
} from '../../../rules/compliance/index.ts';
import { EVIDENCE_KINDS } from '../../compliance/evidence/all-kinds.ts';
import type { AnyEvidenceKind } from '../../compliance/evidence/evidence-kind.ts';
import { linkEvidence, type EvidenceProblem } from '../../compliance/evidence/link-evidence.ts';
import type { AskedProfile } from '../../compliance/gather-evidence.ts';
import { LAW_PROFILES, type LawProfile } from '../../registry/tables/agency.ts';

export interface KnownProfile extends AskedProfile {
  readonly controls: readonly CatalogueControl[];
  /** Says with which catalogue something was assessed. */
  readonly digest: string;
  readonly problems: readonly EvidenceProblem[];
}

export type KnownProfiles = ReadonlyMap<LawProfile, KnownProfile>;

export function linkProfiles(
  catalogue: LoadedCatalogue = builtInCatalogue(),
  kinds: ReadonlyMap<string, AnyEvidenceKind> = EVIDENCE_KINDS,
): KnownProfiles {
  return new Map(
    LAW_PROFILES.flatMap((name) => {
      const profile = catalogue.profiles.get(name);
      if (profile === undefined) return [];
      const { controls, digest } = profile;
      const linked = linkEvidence(controls, kinds, (control, path) => {
        const { file, line, field } = catalogue.problemOf(name, control, path, '') ?? {
          file: name,
          line: 1,
          field: control,
        };
        return { file, line, field };
      });
      return [[name, { controls, linked, digest, problems: linked.problems }] as const];
    }),
  );
}
