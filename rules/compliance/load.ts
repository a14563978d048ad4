/**
 * The catalogues of a folder: one folder per profile (profile.yml and a file per group). What is wrong is told with file,
 * line and field. A profile may extend another one; the result is a whole list of controls, whoever wrote which part.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { problemAt, readDataFile, yamlFilesOf } from '../files/read-data-file.ts';
import type { DataFile, DataProblem } from '../files/read-data-file.ts';
import { checkControl } from './check-control.ts';
import { loadCriteria } from './load-criteria.ts';
import type { Criteria } from './schema-criteria.ts';
import { controlSchema, groupFileSchema, overlayFileSchema, profileSchema } from './schema.ts';
import type { Control, ControlGroup, ControlOverlay, Evidence, Level, ProfileHead } from './schema.ts';

export interface Profile extends Omit<ProfileHead, 'groups'> {
  groups: readonly ControlGroup[];
  /** By group, then as they stand in the files. */
  controls: readonly CatalogueControl[];
  /** SHA-256 of all of the above: says with which catalogue something was assessed. */
  digest: string;
}

export interface CatalogueControl extends Control {
  group: string;
}

export interface LoadedCatalogue {
  /** By name: `vn-2026`. */
  profiles: ReadonlyMap<string, Profile>;
  /** Questionnaires of levels, by profile. */
  criteria: ReadonlyMap<string, Criteria>;
  problems: readonly DataProblem[];
  /**
   * A problem found by somebody else (an unknown evidence kind), at its place in the file.
   * @param field from the control: `['evidence', 0, 'keep']`
   */
  problemOf: (
    profile: string,
    control: string,
    field: readonly PropertyKey[],
    message: string,
  ) => DataProblem | undefined;
}

/** Where a control of a profile was written. */
interface Place {
  file: DataFile<unknown>;
  index: number;
}

interface Draft {
  head: DataFile<ProfileHead>;
  controls: CatalogueControl[];
  places: Map<string, Place>;
}

const PROFILE_FILE = 'profile.yml';

/** @throws the file system's error when the folder cannot be read */
export function loadCatalogue(folder: string): LoadedCatalogue {
  const problems: DataProblem[] = [];
  const heads = readHeads(folder, problems);
  const drafts = new Map<string, Draft>();
  const open = new Set<string>();
  const draft = (name: string): Draft | undefined => {
    const head = heads.get(name);
    const known = drafts.get(name);
    if (head === undefined || known !== undefined) return known;
    const { extends: base } = head.value;
    open.add(name);
    if (base !== undefined && (!heads.has(base) || open.has(base)))
      problems.push(
        problemAt(
          head,
          ['extends'],
          open.has(base) ? `${base} extends this profile` : `there is no profile ${base}`,
        ),
      );
    const extended = base === undefined || open.has(base) ? undefined : draft(base);
    open.delete(name);
    const made = readControls(head, extended, problems);
    drafts.set(name, made);
    return made;
  };
  for (const name of heads.keys()) draft(name);
  const profiles = new Map<string, Profile>();
  for (const [name, made] of drafts) profiles.set(name, toProfile(made, drafts, problems));
  const criteria = loadCriteria(folder, new Set(profiles.keys()), problems);
  return {
    profiles,
    criteria,
    problems,
    problemOf: (profile, control, field, message) => {
      const place = drafts.get(profile)?.places.get(control);
      return place && problemAt(place.file, ['controls', place.index, ...field], message);
    },
  };
}

function readHeads(folder: string, problems: DataProblem[]): Map<string, DataFile<ProfileHead>> {
  const heads = new Map<string, DataFile<ProfileHead>>();
  for (const entry of readdirSync(folder, { withFileTypes: true }).toSorted((left, right) =>
    left.name.localeCompare(right.name),
  )) {
    const file = path.join(folder, entry.name, PROFILE_FILE);
    if (!entry.isDirectory() || !existsSync(file)) continue;
    const head = readDataFile(file, profileSchema, problems);
    if (head === undefined) continue;
    if (head.value.profile !== entry.name)
      problems.push(problemAt(head, ['profile'], `must be called as its folder: ${entry.name}`));
    heads.set(head.value.profile, head);
  }
  if (heads.size === 0 && problems.length === 0)
    problems.push({ file: folder, line: 1, field: '', message: `no folder here has a ${PROFILE_FILE}` });
  return heads;
}

function readControls(head: DataFile<ProfileHead>, base: Draft | undefined, problems: DataProblem[]): Draft {
  const controls: CatalogueControl[] = [];
  const places = new Map<string, Place>();
  const schema = head.value.extends === undefined ? groupFileSchema : overlayFileSchema;
  for (const name of yamlFilesOf(path.dirname(head.file))) {
    if (path.basename(name) === PROFILE_FILE) continue;
    const file = readDataFile<{ group: string; controls: (Control | ControlOverlay)[] }>(
      name,
      schema,
      problems,
    );
    if (file === undefined) continue;
    const { group } = file.value;
    for (const [index, written] of file.value.controls.entries()) {
      const tell = (field: readonly PropertyKey[], message: string): void => {
        problems.push(problemAt(file, ['controls', index, ...field], message));
      };
      const owner = places.get(written.id);
      if (owner !== undefined) {
        tell(['id'], `${written.id} stands in ${path.basename(owner.file.file)} too`);
        continue;
      }
      places.set(written.id, { file, index });
      if (!written.id.startsWith(`${group}-`))
        tell(['id'], `a control of group ${group} is called ${group}-NN`);
      const control = whole(written, base, tell);
      if (control === undefined) continue;
      checkControl(control, tell);
      controls.push({ ...control, group });
    }
  }
  return { head, controls, places };
}

/** A control with what it takes over from the profile that is extended. */
function whole(
  written: Control | ControlOverlay,
  base: Draft | undefined,
  tell: (field: readonly PropertyKey[], message: string) => void,
): Control | undefined {
  const taken = base?.controls.find(({ id }) => id === written.id);
  const own = Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined));
  const { group: _, unconfirmed: __, note: ___, ...inherited } = taken ?? { group: '', unconfirmed: [] };
  // A threshold that the other profile names and this one does not say has no value at any level here.
  const nameless = Object.fromEntries(Object.keys(taken?.thresholds ?? {}).map((name) => [name, {}]));
  const evidence = written.evidence ?? withinLevels(taken?.evidence ?? [], written.levels);
  const result = controlSchema.safeParse({
    ...inherited,
    ...own,
    thresholds: { ...nameless, ...written.thresholds },
    // As it stands in a file: the parameters beside the kind.
    evidence: evidence.map(({ parameters, ...entry }) => ({ ...parameters, ...entry })),
  });
  if (result.success) return result.data;
  for (const { path: field, message } of result.error.issues)
    tell(field, taken === undefined ? `${message} (no profile to take it from has ${written.id})` : message);
  return undefined;
}

/** What is looked at where a profile asks the control at other levels. */
function withinLevels(evidence: readonly Evidence[], levels: readonly Level[]): Evidence[] {
  return evidence.flatMap((entry) => {
    const kept = entry.levels?.filter((level) => levels.includes(level));
    return kept?.length === 0 ? [] : [{ ...entry, levels: kept }];
  });
}

function toProfile(
  { head, controls }: Draft,
  drafts: ReadonlyMap<string, Draft>,
  problems: DataProblem[],
): Profile {
  const { groups: own, ...rest } = head.value;
  const base = head.value.extends === undefined ? undefined : drafts.get(head.value.extends);
  const groups = (own ?? base?.head.value.groups ?? []).filter(
    ({ id }) => own !== undefined || controls.some(({ group }) => group === id),
  );
  const order = groups.map(({ id }) => id);
  for (const group of new Set(controls.map((control) => control.group)))
    if (!order.includes(group))
      problems.push(problemAt(head, ['groups'], `group ${group} has no title here`));
  // A file that cannot be read is told already.
  if (problems.length === 0)
    for (const [index, group] of order.entries())
      if (!controls.some((control) => control.group === group))
        problems.push(problemAt(head, ['groups', index], `group ${group} has no controls`));
  const sorted = controls.toSorted((left, right) => order.indexOf(left.group) - order.indexOf(right.group));
  const body = { ...rest, groups, controls: sorted };
  return { ...body, digest: createHash('sha256').update(JSON.stringify(body)).digest('hex') };
}
