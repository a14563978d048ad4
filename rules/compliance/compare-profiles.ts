/** What two profiles ask differently of the controls they share, and which each has alone. */
import type { CatalogueControl, Profile } from './load.ts';
import { LEVELS } from './schema.ts';
import type { Level } from './schema.ts';

/** One field of a control; undefined where one of the two says nothing. */
export interface FieldDifference {
  /** As dots: `thresholds.keep.3`, `requirement.vi`. */
  field: string;
  before: unknown;
  after: unknown;
}

export interface ControlDifference {
  control: string;
  kind: 'only-before' | 'only-after' | 'changed';
  fields: readonly FieldDifference[];
}

/** Where a text was read differs always, and says nothing about what is asked. */
const COMPARED = ['levels', 'mode', 'title', 'requirement', 'clauses', 'thresholds', 'attestation'] as const;

/** @param level only what is asked at this level; undefined: at any */
export function compareProfiles(before: Profile, after: Profile, level?: Level): ControlDifference[] {
  const left = asked(before, level);
  const right = asked(after, level);
  const ids = [...new Set([...right.keys(), ...left.keys()])].toSorted(byPlace(after, before));
  return ids.flatMap((control): ControlDifference[] => {
    const [one, other] = [left.get(control), right.get(control)];
    if (one === undefined) return [{ control, kind: 'only-after', fields: [] }];
    if (other === undefined) return [{ control, kind: 'only-before', fields: [] }];
    const fields = COMPARED.flatMap((field) =>
      differences(field, atLevel(one, level)[field], atLevel(other, level)[field]),
    );
    return fields.length === 0 ? [] : [{ control, kind: 'changed', fields }];
  });
}

function asked({ controls }: Profile, level: Level | undefined): Map<string, CatalogueControl> {
  return new Map(
    controls
      .filter(({ levels }) => level === undefined || levels.includes(level))
      .map((control) => [control.id, control]),
  );
}

/** Controls as the catalogues order them. */
function byPlace(...profiles: readonly Profile[]): (left: string, right: string) => number {
  const place = new Map(
    profiles.flatMap(({ controls }) => controls.map(({ id }) => id)).map((id, index) => [id, index]),
  );
  return (left, right) => (place.get(left) ?? 0) - (place.get(right) ?? 0);
}

function atLevel(control: CatalogueControl, level: Level | undefined): CatalogueControl {
  if (level === undefined) return control;
  const only = <T extends Partial<Record<Level, unknown>>>(values: T): T => {
    const kept = { ...values };
    for (const other of LEVELS) if (other !== level) delete kept[other];
    return kept;
  };
  return {
    ...control,
    levels: [level],
    clauses: only(control.clauses),
    thresholds: Object.fromEntries(
      Object.entries(control.thresholds).map(([name, values]) => [name, only(values)]),
    ),
  };
}

function differences(field: string, before: unknown, after: unknown): FieldDifference[] {
  if (isMap(before) || isMap(after)) {
    const [left, right] = [isMap(before) ? before : {}, isMap(after) ? after : {}];
    return [...new Set([...Object.keys(left), ...Object.keys(right)])]
      .toSorted()
      .flatMap((key) => differences(`${field}.${key}`, left[key], right[key]));
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ field, before, after }];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
