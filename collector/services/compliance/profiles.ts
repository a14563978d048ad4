/** The catalogues as an assessment asks them, with what administrators overrode: controls with the kinds of evidence that answer them. */
import { builtInCatalogue, type CatalogueControl, type Profile } from '../../../rules/compliance/index.ts';
import { EVIDENCE_KINDS } from '../../compliance/evidence/all-kinds.ts';
import { linkEvidence, type EvidenceProblem } from '../../compliance/evidence/link-evidence.ts';
import type { AskedProfile } from '../../compliance/gather-evidence.ts';
import { profilesAt } from '../../registry/compliance/overrides.ts';
import type { RegistryDb } from '../../registry/database.ts';
import { LAW_PROFILES, type LawProfile } from '../../registry/tables/agency.ts';

export interface KnownProfile extends AskedProfile {
  readonly controls: readonly CatalogueControl[];
  /** Says with which catalogue something was assessed, overrides included. */
  readonly digest: string;
  readonly problems: readonly EvidenceProblem[];
}

export type KnownProfiles = ReadonlyMap<LawProfile, KnownProfile>;

/** Profiles as they were linked, by digest: overrides change rarely. */
const LINKED_MAX = 8;

/** @returns the profiles with the overrides that held at a moment */
export function knownProfiles(db: RegistryDb): (atMs: number) => Promise<KnownProfiles> {
  const linked = new Map<string, KnownProfile>();
  return async (atMs) => {
    const profiles = await profilesAt(db, atMs);
    return new Map(
      LAW_PROFILES.flatMap((name) => {
        const profile = profiles.get(name)?.profile;
        if (profile === undefined) return [];
        const key = `${name} ${profile.digest}`;
        const known = linked.get(key) ?? linkProfile(name, profile);
        linked.delete(key);
        linked.set(key, known);
        for (const oldest of linked.keys()) {
          if (linked.size <= LINKED_MAX) break;
          linked.delete(oldest);
        }
        return [[name, known] as const];
      }),
    );
  };
}

function linkProfile(name: LawProfile, { controls, digest }: Profile): KnownProfile {
  const { problemOf } = builtInCatalogue();
  const linked = linkEvidence(controls, EVIDENCE_KINDS, (control, path) => {
    const place = problemOf(name, control, path, '');
    return { file: place?.file ?? name, line: place?.line ?? 1, field: place?.field ?? control };
  });
  return { controls, linked, digest, problems: linked.problems };
}
