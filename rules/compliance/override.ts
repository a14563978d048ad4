/**
 * What an administrator puts in place of doubtful facts. Pure. Invariants: only a field that is marked as to be confirmed can
 * be overridden; the shipped value is kept beside the new one; a control is whole and right with it, or it is not applied.
 */
import { createHash } from 'node:crypto';
import { bothLanguagesSchema } from '#protocol/posture-policy.ts';
import { z } from 'zod';
import { checkControl } from './check-control.ts';
import { isUnconfirmed } from './control.ts';
import type { CatalogueControl, Profile } from './load.ts';
import { controlSchema, levelSchema, thresholdValueSchema } from './schema.ts';
import type { Level } from './schema.ts';

export interface ControlOverride {
  control: string;
  /** As dots: `thresholds.keep.2`, `clauses.2`, `levels`, `requirement`, `title`, `remedy`. */
  field: string;
  /** Null takes a threshold away: no demand at that level. */
  value: unknown;
}

export interface AppliedOverride<T extends ControlOverride = ControlOverride> {
  override: T;
  /** What the product says; undefined: nothing. */
  shipped: unknown;
}

export interface RefusedOverride<T extends ControlOverride = ControlOverride> {
  override: T;
  why: string;
}

export interface OverriddenProfile<T extends ControlOverride = ControlOverride> {
  profile: Profile;
  applied: readonly AppliedOverride<T>[];
  /** Of an older catalogue: the control or its mark is gone, or the value no longer fits. They have no effect. */
  refused: readonly RefusedOverride<T>[];
}

const thresholdField = /^thresholds\.([A-Za-z0-9]+)\.([1-5])$/;
const clauseField = /^clauses\.([1-5])$/;
const clauseSchema = z.string().trim().min(1).max(300);
const textFields = new Set(['title', 'requirement', 'remedy', 'note']);

/** Overrides of one profile, in the order given; a later one of the same field counts. */
export function applyOverrides<T extends ControlOverride>(
  profile: Profile,
  overrides: readonly T[],
): OverriddenProfile<T> {
  const controls = new Map(profile.controls.map((control) => [control.id, control]));
  const shipped = new Map(controls);
  const applied: AppliedOverride<T>[] = [];
  const refused: RefusedOverride<T>[] = [];
  for (const override of overrides) {
    const before = shipped.get(override.control);
    const now = controls.get(override.control);
    if (before === undefined || now === undefined) {
      refused.push({ override, why: `there is no control ${override.control}` });
      continue;
    }
    const result = overridden(before, now, override);
    if (typeof result === 'string') {
      refused.push({ override, why: result });
      continue;
    }
    controls.set(override.control, result);
    applied.push({ override, shipped: valueAt(before, override.field) });
  }
  if (applied.length === 0) return { profile, applied, refused };
  const body = { ...profile, controls: [...controls.values()].filter(({ levels }) => levels.length > 0) };
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  return { profile: { ...body, digest }, applied, refused };
}

/** The control with the field changed, or why not. */
function overridden(
  shipped: CatalogueControl,
  now: CatalogueControl,
  { field, value }: ControlOverride,
): CatalogueControl | string {
  if (!isUnconfirmed(shipped, field)) return `${field} is not marked as to be confirmed`;
  const changed = changedAt(now, field, value);
  if (typeof changed === 'string' || changed.levels.length === 0) return changed;
  const { group: _, ...control } = changed;
  const result = controlSchema.safeParse({
    ...control,
    evidence: changed.evidence.map(({ parameters, ...entry }) => ({ ...parameters, ...entry })),
  });
  if (!result.success) return result.error.issues.map(({ message }) => message).join('; ');
  const problems: string[] = [];
  checkControl({ ...result.data, unconfirmed: [] }, (_place, message) => problems.push(message));
  return problems.length > 0 ? problems.join('; ') : changed;
}

function changedAt(control: CatalogueControl, field: string, value: unknown): CatalogueControl | string {
  const threshold = thresholdField.exec(field);
  if (threshold !== null) return withThreshold(control, threshold[1] ?? '', toLevel(threshold[2]), value);
  const clause = clauseField.exec(field);
  if (clause !== null) {
    const text = clauseSchema.safeParse(value);
    const level = toLevel(clause[1]);
    if (!text.success || !control.levels.includes(level)) return `${field} takes the text of a clause`;
    return { ...control, clauses: { ...control.clauses, [level]: text.data } };
  }
  if (field === 'levels') return withLevels(control, value);
  if (!textFields.has(field)) return `${field} cannot be overridden`;
  const both = bothLanguagesSchema.safeParse(value);
  return both.success ? { ...control, [field]: both.data } : `${field} takes { vi, en }`;
}

function toLevel(digit: string | undefined): Level {
  return levelSchema.parse(Number(digit));
}

function withThreshold(
  control: CatalogueControl,
  name: string,
  level: Level,
  value: unknown,
): CatalogueControl | string {
  const values = control.thresholds[name];
  const parsed = thresholdValueSchema.nullable().safeParse(value);
  if (values === undefined) return `there is no threshold ${name}`;
  if (!parsed.success) return `thresholds.${name}.${level}: ${parsed.error.issues[0]?.message ?? ''}`;
  const changed = { ...values, [level]: parsed.data ?? undefined };
  return { ...control, thresholds: { ...control.thresholds, [name]: changed } };
}

/** Fewer levels than the product says, or none: what the catalogue knows no clause of cannot be added. */
function withLevels(control: CatalogueControl, value: unknown): CatalogueControl | string {
  const parsed = z.array(levelSchema).max(5).safeParse(value);
  if (!parsed.success || parsed.data.some((level) => !control.levels.includes(level)))
    return `levels takes some of ${control.levels.join(', ')}, or none`;
  const levels = control.levels.filter((level) => parsed.data.includes(level));
  const kept = <T extends object>(values: T): T => {
    const entries = Object.entries(values).filter(([level]) => levels.includes(toLevel(level)));
    return Object.fromEntries(entries) as T;
  };
  return {
    ...control,
    levels,
    clauses: kept(control.clauses),
    thresholds: Object.fromEntries(
      Object.entries(control.thresholds).map(([name, values]) => [name, kept(values)]),
    ),
    evidence: control.evidence.flatMap((entry) => {
      const asked = entry.levels?.filter((level) => levels.includes(level));
      return asked?.length === 0 ? [] : [{ ...entry, levels: asked }];
    }),
  };
}

function valueAt(control: CatalogueControl, field: string): unknown {
  let at: unknown = control;
  for (const step of field.split('.'))
    at = typeof at === 'object' && at !== null ? Object.getOwnPropertyDescriptor(at, step)?.value : undefined;
  return at;
}
