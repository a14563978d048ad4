/**
 * What a kind of evidence is: how facts of all hosts are gathered once, and how they are judged for one system, purely.
 * Invariants: what is not known is `not-assessed`, never `met`; a finding's time is that of the observation, not of the
 * look; texts stand beside the kind, by code, in both languages.
 */
import type { z } from 'zod';
import type { BothLanguages } from '../../protocol/posture-policy.ts';
import type { LawProfile } from '../../registry/tables/agency.ts';
import type { CommonReason } from './common-reasons.ts';
import type { EvidenceSources } from './evidence-sources.ts';

export const RESULTS = ['met', 'not-met', 'not-applicable', 'not-assessed'] as const;
export type Result = (typeof RESULTS)[number];

export const LEVELS = [1, 2, 3, 4, 5] as const;
export type Level = (typeof LEVELS)[number];

/** A host as of the moment of the assessment. Times are milliseconds since 1970. */
export interface AssessedHost {
  /** Of its agent. */
  id: string;
  hostname: string;
  agencyId: number;
  /** As the agent says it: `linux`, `win32` ... */
  platform: string;
  osName: string;
  osVersion: string;
  enrolledMs: number;
  /** Last sign of life up to the moment; undefined: none. */
  seenMs: number | undefined;
  /** Host clock minus collector clock; undefined where it is not known for the moment. */
  clockSkewMs: number | undefined;
}

/** A system with a level, as of the moment of the assessment; one without is asked nothing. */
export interface AssessedSystem {
  id: number;
  name: string;
  /** Of its owner. */
  agencyId: number;
  level: Level;
  profile: LawProfile;
  /** By id. A host in two systems stands in both. */
  hosts: readonly AssessedHost[];
  /** How many it has by its dossier or else the list of machines, with an agent or without; undefined: neither says. */
  expectedHosts?: number | undefined;
}

export interface Moment {
  /** Facts up to it count: milliseconds since 1970. */
  atMs: number;
  /** When the look is taken; later than `atMs` for a past moment. */
  nowMs: number;
}

export type Subject =
  | { kind: 'host'; id: string; hostname: string }
  | { kind: 'system' }
  /** The monitoring centre itself: the same answer for every system. */
  | { kind: 'centre' };

/** Why a finding is as it is: `code` names a text of the kind or a common one, `args` fill its `{places}`. */
export interface Reason<R extends string = string> {
  code: R | CommonReason;
  args: Readonly<Record<string, string | number>>;
}

export interface Excepted {
  /** In the register of exceptions; null: the agent's own policy says so. */
  id: number | null;
  expiresMs: number;
}

export interface Finding<R extends string = string> {
  subject: Subject;
  result: Result;
  reason: Reason<R>;
  /** What was seen, at most 200 characters, as it would be shown. */
  observed?: string | undefined;
  /** Of the observation. */
  atMs: number;
  /** Of a host that is not met: what accepts it, and until when. */
  excepted?: Excepted | undefined;
  /** It stands for so many hosts that are not known one by one; left out: for its subject alone. */
  hosts?: number | undefined;
}

export interface GatherScope<P> extends Moment {
  /** All hosts of all systems assessed, each once, by id. */
  hosts: readonly AssessedHost[];
  systems: readonly AssessedSystem[];
  /** Each different set of parameters that is asked for, thresholds resolved. */
  params: readonly P[];
}

/**
 * @template P parameters @template F facts of all hosts @template R reason codes of its own
 */
export interface EvidenceKind<P, F, R extends string> {
  /** As the catalogue names it, e.g. `agent-reporting`. */
  readonly kind: string;
  /**
   * `events`: a past moment is asked like the present one. `now`: only the present is known; a past moment is answered
   * by the snapshot of its day, and otherwise not assessed.
   */
  readonly history: 'events' | 'now';
  /**
   * Parameters of the catalogue but `kind`, thresholds resolved to the values of the system's level. A parameter whose
   * threshold says nothing at that level is left out: where the schema then refuses, the level makes no demand.
   */
  readonly schema: z.ZodType<P>;
  /** Texts of its reasons, with `{places}` for their arguments. */
  readonly reasons: Readonly<Record<R, BothLanguages>>;
  /**
   * The same of findings about the centre, for whoever sees a part of it only: without counts, names and moments of the
   * centre. A reason whose own text has no places needs none.
   */
  readonly outside?: Readonly<Partial<Record<R, BothLanguages>>> | undefined;
  /** Called once per assessment for all systems, never per system. What can be kept between runs, the sources keep. */
  gather(sources: EvidenceSources, scope: GatherScope<P>): Promise<F>;
  /** Pure. A finding per host of the system, or one for the system or the centre. */
  judge(params: P, facts: F, system: AssessedSystem, moment: Moment): readonly Finding<R>[];
  /** How the findings of a system count together; left out: all must be met (status.ts). */
  fold?(params: P, findings: readonly Finding[]): Result | 'partly' | undefined;
  /** What was asked, for the evidence page: a query or command that can be repeated, in words. */
  explain(params: P): BothLanguages;
}

export type Parameters = Readonly<Record<string, unknown>>;

/** A kind with its types inside, so that kinds of all types stand in one table. */
export interface AnyEvidenceKind {
  readonly kind: string;
  readonly history: 'events' | 'now';
  readonly reasons: Readonly<Record<string, BothLanguages>>;
  readonly outside: Readonly<Record<string, BothLanguages | undefined>>;
  /** What is wrong with parameters; empty when nothing is. */
  check(params: Parameters): readonly { path: readonly PropertyKey[]; message: string }[];
  explain(params: Parameters): BothLanguages;
  /**
   * @param asked different sets of parameters, each of which `check` has nothing against
   * @returns what judges for `asked[index]`
   */
  gather(
    sources: EvidenceSources,
    scope: Omit<GatherScope<never>, 'params'>,
    asked: readonly Parameters[],
  ): Promise<JudgeOne>;
}

export interface JudgeOne {
  judge(index: number, system: AssessedSystem): readonly Finding[];
  fold(index: number, findings: readonly Finding[]): Result | 'partly' | undefined;
}

/** One kind of evidence as the table of kinds takes it. */
export function defineKind<P, F, R extends string>(kind: EvidenceKind<P, F, R>): AnyEvidenceKind {
  return {
    kind: kind.kind,
    history: kind.history,
    reasons: kind.reasons,
    outside: kind.outside ?? {},
    check: (params) => kind.schema.safeParse(params).error?.issues ?? [],
    explain: (params) => kind.explain(kind.schema.parse(params)),
    async gather(sources, scope, asked) {
      const params = asked.map((one) => kind.schema.parse(one));
      const facts = await kind.gather(sources, { ...scope, params });
      const moment = { atMs: scope.atMs, nowMs: scope.nowMs };
      const at = (index: number): P => {
        const one = params[index];
        if (one === undefined) throw new RangeError(`${kind.kind} was not asked for ${index}`);
        return one;
      };
      return {
        judge: (index, system) => kind.judge(at(index), facts, system, moment),
        fold: (index, findings) => kind.fold?.(at(index), findings),
      };
    },
  };
}
