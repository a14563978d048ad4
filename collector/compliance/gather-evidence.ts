/**
 * Evidence of all systems of an assessment, each kind asked once. Invariant: a source that cannot be read makes its
 * findings not assessed and keeps nothing else from being judged.
 */
import type { LawProfile } from '../registry/tables/agency.ts';
import type {
  AnyEvidenceKind,
  AssessedSystem,
  Finding,
  JudgeOne,
  Level,
  Moment,
  Parameters,
  Reason,
} from './evidence/evidence-kind.ts';
import type { EvidenceSources } from './evidence/evidence-sources.ts';
import type { LinkedCatalogue, LinkedEvidence } from './evidence/link-evidence.ts';

/** What an assessment needs of a control. */
export interface AskedControl {
  readonly id: string;
  readonly levels: readonly Level[];
  readonly mode: 'auto' | 'partial' | 'manual';
}

export interface AskedProfile {
  readonly controls: readonly AskedControl[];
  readonly linked: LinkedCatalogue;
}

/** Facts of all systems; answers for one system and control at a time. */
export interface Gathered {
  judge(
    evidence: LinkedEvidence & { state: 'asked' },
    system: AssessedSystem,
  ): { findings: readonly Finding[]; foldOf: (findings: readonly Finding[]) => ReturnType<JudgeOne['fold']> };
}

/** Kinds wait for the store, so a few are asked at once. */
const KINDS_AT_ONCE = 3;

/** A moment longer ago than this is past: what is known of the present only says nothing about it. */
const PRESENT_MS = 3_600_000;

/**
 * @param profiles those of the systems
 * @param onFault told of each source that could not be read
 */
export async function gatherEvidence(
  {
    profiles,
    systems,
    sources,
    moment,
    controls,
  }: {
    profiles: ReadonlyMap<LawProfile, AskedProfile>;
    systems: readonly AssessedSystem[];
    sources: EvidenceSources;
    moment: Moment;
    /** Only these; left out: all. */
    controls?: ReadonlySet<string> | undefined;
  },
  onFault: (kind: string, error: unknown) => void,
): Promise<Gathered> {
  const asked = new Map<AnyEvidenceKind, Map<string, { index: number; params: Parameters }>>();
  for (const { profile, level } of systems)
    for (const control of profiles.get(profile)?.controls ?? []) {
      if (controls !== undefined && !controls.has(control.id)) continue;
      for (const evidence of profiles.get(profile)?.linked.evidenceOf(control.id, level) ?? []) {
        if (evidence.state !== 'asked') continue;
        const sets = asked.get(evidence.kind) ?? new Map<string, { index: number; params: Parameters }>();
        asked.set(evidence.kind, sets);
        const key = JSON.stringify(evidence.params);
        if (!sets.has(key)) sets.set(key, { index: sets.size, params: evidence.params });
      }
    }
  const hosts = [
    ...new Map(systems.flatMap((system) => system.hosts.map((host) => [host.id, host]))).values(),
  ];
  const scope = { ...moment, hosts, systems };
  const judges = new Map<AnyEvidenceKind, JudgeOne | Reason>();
  const gather = async (kind: AnyEvidenceKind, params: readonly Parameters[]): Promise<JudgeOne | Reason> => {
    if (kind.history === 'now' && moment.nowMs - moment.atMs > PRESENT_MS)
      return { code: 'only-now', args: {} };
    try {
      return await kind.gather(sources, scope, params);
    } catch (error) {
      onFault(kind.kind, error);
      const said = error instanceof Error ? error.message : String(error);
      return { code: 'source-failed', args: { error: said.slice(0, 200) } };
    }
  };
  const waiting = [...asked];
  const takeTurns = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [kind, sets] = next;
      judges.set(
        kind,
        await gather(
          kind,
          [...sets.values()].map(({ params }) => params),
        ),
      );
    }
  };
  await Promise.all(Array.from({ length: KINDS_AT_ONCE }, takeTurns));
  return {
    judge({ kind, params }, system) {
      const index = asked.get(kind)?.get(JSON.stringify(params))?.index;
      const judge = judges.get(kind);
      if (index === undefined || judge === undefined)
        throw new RangeError(`${kind.kind} was not gathered for system ${system.id}`);
      if ('code' in judge) {
        const finding: Finding = {
          subject: { kind: 'system' },
          result: 'not-assessed',
          reason: judge,
          atMs: moment.atMs,
        };
        return { findings: [finding], foldOf: () => undefined };
      }
      return { findings: judge.judge(index, system), foldOf: (all) => judge.fold(index, all) };
    },
  };
}
