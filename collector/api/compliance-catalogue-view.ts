/** Catalogues, questionnaires and overrides as the API and the command line show them. */
import {
  attestationEveryAt,
  builtInCatalogue,
  evaluateCriteria,
  LEVELS,
  type CatalogueControl,
  type Criteria,
  type CriteriaAnswers,
  type OverriddenProfile,
} from '../../rules/compliance/index.ts';
import type { RegistryDb } from '../registry/database.ts';
import { isoTime } from '../registry/iso-time.ts';
import { profileOf, profilesAt, type KeptOverride } from '../registry/compliance/overrides.ts';
import { RefusalError } from '../registry/refusal.ts';
import type {
  ControlListView,
  ControlQuery,
  ControlView,
  CriteriaView,
  EvaluationView,
  OverrideView,
  ProfileListView,
} from './contract-compliance-catalogue.ts';

export async function profileListView(db: RegistryDb, nowMs: number): Promise<ProfileListView> {
  const all = await profilesAt(db, nowMs);
  const profiles = [...all.values()].map(({ profile, applied }) => {
    const { inForce, basis, groups, controls } = profile;
    return {
      profile: profile.profile,
      version: profile.version,
      title: profile.title,
      extends: profile.extends ?? null,
      from: inForce.from,
      to: inForce.to ?? null,
      note: inForce.note ?? null,
      basis: basis.map((each) => ({ ...each, inForce: each.inForce ?? null, note: each.note ?? null })),
      groups: [...groups],
      controls: controls.length,
      digest: profile.digest,
      overrides: applied.length,
    };
  });
  return { profiles };
}

/** @throws RefusalError compliance-profile-unknown */
export async function controlListView(
  db: RegistryDb,
  nowMs: number,
  { profile: name, level, group, mode }: ControlQuery,
): Promise<ControlListView> {
  const found = await overriddenOf(db, nowMs, name);
  const overrides = Map.groupBy(overrideViews(found), ({ control }) => control);
  const controls = found.profile.controls.filter(
    (control) =>
      (level === undefined || control.levels.includes(level)) &&
      (group === undefined || control.group === group) &&
      (mode === undefined || control.mode === mode),
  );
  return {
    profile: name,
    digest: found.profile.digest,
    controls: controls.map((control) => toControlView(control, overrides.get(control.id) ?? [])),
  };
}

/** Of all profiles, with those that have no effect any more. */
export async function overrideListView(
  db: RegistryDb,
  nowMs: number,
): Promise<{ overrides: OverrideView[] }> {
  const all = await profilesAt(db, nowMs);
  return { overrides: [...all.values()].flatMap(overrideViews) };
}

async function overriddenOf(
  db: RegistryDb,
  nowMs: number,
  name: string,
): Promise<OverriddenProfile<KeptOverride>> {
  const found = (await profilesAt(db, nowMs)).get(name);
  return found ?? { profile: profileOf(name), applied: [], refused: [] };
}

function overrideViews({ applied, refused }: OverriddenProfile<KeptOverride>): OverrideView[] {
  const view = (
    { profile, control, field, value, reason, setBy, setMs, version }: KeptOverride,
    shipped: unknown,
    why: string | null,
  ): OverrideView => ({
    profile,
    control,
    field,
    shipped: shipped ?? null,
    value,
    reason,
    setBy,
    setAt: isoTime(setMs),
    version,
    refused: why,
  });
  return [
    ...applied.map(({ override, shipped }) => view(override, shipped, null)),
    ...refused.map(({ override, why }) => view(override, null, why)),
  ];
}

function byLevel<T>(
  values: Readonly<Partial<Record<(typeof LEVELS)[number], T | undefined>>>,
): Record<string, T> {
  return Object.fromEntries(
    LEVELS.flatMap((level) => {
      const value = values[level];
      return value === undefined ? [] : [[String(level), value]];
    }),
  );
}

function toControlView(control: CatalogueControl, overrides: OverrideView[]): ControlView {
  const { id, group, levels, title, requirement, source, confidence, unconfirmed, mode, remedy } = control;
  const every = Object.fromEntries(levels.map((level) => [level, attestationEveryAt(control, level)]));
  return {
    id,
    group,
    levels,
    title,
    requirement,
    source,
    confidence,
    unconfirmed,
    mode,
    remedy,
    overrides,
    clauses: byLevel(control.clauses),
    note: control.note ?? null,
    thresholds: Object.fromEntries(
      Object.entries(control.thresholds).map(([name, values]) => [name, byLevel<unknown>(values)]),
    ),
    evidence: control.evidence.map(({ kind, levels: asked, parameters }) => ({
      kind,
      levels: asked ?? null,
      parameters,
    })),
    attestation:
      control.attestation === undefined
        ? null
        : { every: byLevel<string>(every), documents: control.attestation.documents },
  };
}

/** @throws RefusalError compliance-profile-unknown */
export function criteriaOf(profile: string): Criteria {
  const criteria = builtInCatalogue().criteria.get(profile);
  if (criteria !== undefined) return criteria;
  const known = [...builtInCatalogue().criteria.keys()].join(', ');
  throw new RefusalError(
    'compliance-profile-unknown',
    profile,
    `there is no questionnaire of ${profile}; there are: ${known}`,
  );
}

export function criteriaView({ authority, questions, ...rest }: Criteria): CriteriaView {
  return {
    ...rest,
    questions: questions.map(({ help, when, answers, ...question }) => ({
      ...question,
      help: help ?? null,
      when: when ?? null,
      answers: answers.map(({ id, text, level, clause, confidence }) => ({
        id,
        text,
        level: level ?? null,
        clause: clause ?? question.clause,
        confidence: confidence ?? question.confidence,
      })),
    })),
    authority: LEVELS.map((level) => {
      const { appraisalDays, supplementDays, approvalDays, note, ...who } = authority[level];
      return {
        level,
        ...who,
        appraisalDays: appraisalDays ?? null,
        supplementDays: supplementDays ?? null,
        approvalDays: approvalDays ?? null,
        note: note ?? null,
      };
    }),
  };
}

/** @throws RefusalError compliance-profile-unknown */
export function evaluationView(profile: string, answers: CriteriaAnswers): EvaluationView {
  const { level, isComplete, decided, outweighed, missing, ignored } = evaluateCriteria(
    criteriaOf(profile),
    answers,
  );
  return {
    level: level ?? null,
    isComplete,
    decided: [...decided],
    outweighed: [...outweighed],
    missing: [...missing],
    ignored: [...ignored],
  };
}
