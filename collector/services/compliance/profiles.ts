/** The catalogues as an assessment asks them: controls of each profile with the kinds of evidence that answer them. */
import {
  builtInCatalogue,
  type CatalogueControl,
  type LoadedCatalogue,
  type Profile,
} from '../../../rules/compliance/index.ts';
import { EVIDENCE_KINDS } from '../../compliance/evidence/all-kinds.ts';
import type { AnyEvidenceKind } from '../../compliance/evidence/evidence-kind.ts';
import { linkEvidence, type EvidenceProblem } from '../../compliance/evidence/link-evidence.ts';
import type { AskedProfile } from '../../compliance/gather-evidence.ts';
import { profilesAt } from '../../registry/compliance/overrides.ts';
import type { RegistryDb } from '../../registry/database.ts';
import { LAW_PROFILES, type LawProfile } from '../../registry/tables/agency.ts';

export interface KnownProfile extends AskedProfile {
  readonly controls: readonly CatalogueControl[];
  /** Says with which catalogue something was assessed. */
  readonly digest: string;
  readonly problems: readonly EvidenceProblem[];
}

export type KnownProfiles = ReadonlyMap<LawProfile, KnownProfile>;

/** @param profiles left out: as the product says */
export function linkProfiles(
  catalogue: LoadedCatalogue = builtInCatalogue(),
  kinds: ReadonlyMap<string, AnyEvidenceKind> = EVIDENCE_KINDS,
  profiles: ReadonlyMap<string, Profile> = catalogue.profiles,
): KnownProfiles {
  return new Map(
    LAW_PROFILES.flatMap((name) => {
      const profile = profiles.get(name);
      return profile === undefined ? [] : [[name, linkProfile(catalogue, kinds, profile)] as const];
    }),
  );
}

function linkProfile(
  catalogue: LoadedCatalogue,
  kinds: ReadonlyMap<string, AnyEvidenceKind>,
  { profile: name, controls, digest }: Profile,
): KnownProfile {
  const linked = linkEvidence(controls, kinds, (control, path) => {
    const found = catalogue.problemOf(name, control, path, '');
    const { file, line, field } = found ?? { file: name, line: 1, field: control };
    return { file, line, field };
  });
  return { controls, linked, digest, problems: linked.problems };
}

/** The profiles with what administrators had put in place of doubtful facts at a moment; linked anew only when that changes. */
export function profilesOf(db: RegistryDb): (atMs: number) => Promise<KnownProfiles> {
  let last: { digests: string; known: KnownProfiles } | undefined;
  return async (atMs) => {
    const overridden = await profilesAt(db, atMs);
    const profiles = new Map([...overridden].map(([name, { profile }]) => [name, profile]));
    const digests = [...profiles.values()].map(({ digest }) => digest).join(' ');
    if (last?.digests !== digests) last = { digests, known: linkProfiles(undefined, undefined, profiles) };
    return last.known;
  };
}
