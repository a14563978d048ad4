/** `vonggac compliance list | show | diff | lint`: the catalogues themselves; none of these needs a collector. */
import {
  attestationEveryAt,
  builtInCatalogue,
  COMPLIANCE_FOLDER,
  compareProfiles,
  isUnconfirmed,
  loadCatalogue,
} from '../../../rules/compliance/index.ts';
import type {
  CatalogueControl,
  ControlDifference,
  EvidenceMode,
  Level,
  LoadedCatalogue,
  Profile,
} from '../../../rules/compliance/index.ts';
import { EVIDENCE_KINDS } from '../../compliance/evidence/all-kinds.ts';
import { linkEvidence, type EvidenceProblem } from '../../compliance/evidence/link-evidence.ts';
import type { CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { printable, printableJson } from '../printable.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';

type Context = Pick<CommandContext, 'm' | 'language' | 'print' | 'complain'>;

export interface CatalogueFlags {
  profile: string;
  level?: Level;
  group?: string;
  mode?: EvidenceMode;
  json?: boolean;
}

/** @throws UsageError when there is no such profile */
export function profileNamed({ m }: Pick<Context, 'm'>, name: string): Profile {
  const { profiles } = builtInCatalogue();
  const profile = profiles.get(name);
  if (profile !== undefined) return profile;
  throw new UsageError(m.complianceCatalogue.noProfile(printable(name), [...profiles.keys()].join(', ')));
}

export function complianceListCommand(context: Context, flags: CatalogueFlags): void {
  const { m, language, print } = context;
  const t = m.complianceCatalogue;
  const { profile: name, groups, controls } = profileNamed(context, flags.profile);
  const { level, group, mode } = flags;
  if (group !== undefined && !groups.some(({ id }) => id === group))
    throw new UsageError(t.noGroup(printable(group), groups.map(({ id }) => id).join(', ')));
  const shown = controls.filter(
    (control) =>
      (level === undefined || control.levels.includes(level)) &&
      (group === undefined || control.group === group) &&
      (mode === undefined || control.mode === mode),
  );
  if (flags.json === true) return print(printableJson(shown));
  formatTable(shown, [
    { title: t.columns.control, value: ({ id }) => id },
    { title: t.columns.levels, value: ({ levels }) => levels.join(' ') },
    { title: t.columns.mode, value: (control) => t.modes[control.mode] },
    {
      title: t.columns.confidence,
      value: ({ confidence, unconfirmed }) => (unconfirmed.length > 0 ? `${confidence} ?` : confidence),
    },
    { title: t.columns.title, value: ({ title }) => title[language] },
  ]).forEach(print);
  print(t.counted(shown.length, name));
}

export function complianceShowCommand(context: Context, id: string, flags: CatalogueFlags): void {
  const { m, print } = context;
  const { profile: name, controls } = profileNamed(context, flags.profile);
  const control = controls.find((each) => each.id === id);
  if (control === undefined) throw new UsageError(m.complianceCatalogue.noControl(printable(id), name));
  const { level } = flags;
  if (level !== undefined && !control.levels.includes(level))
    throw new UsageError(m.complianceCatalogue.notAtLevel(id, level));
  if (flags.json === true) return print(printableJson(control));
  print(`${control.id}: ${control.title[context.language]}`);
  print('');
  const rows = factsOf(context, control, level);
  const width = Math.max(...rows.map(([label]) => label.length));
  for (const [label, text] of rows) print(`${label.padEnd(width)}  ${printable(text)}`);
}

/** Label and text; a label that repeats is left empty. */
function factsOf(
  { m, language }: Context,
  control: CatalogueControl,
  level: Level | undefined,
): [string, string][] {
  const { modes, fields, confidences, unconfirmed, level: levelText } = m.complianceCatalogue;
  const levels = level === undefined ? control.levels : [level];
  const doubt = (field: string): string => (isUnconfirmed(control, field) ? ` (${unconfirmed})` : '');
  const each = <T>(label: string, items: readonly T[], text: (item: T) => string): [string, string][] =>
    items.map((item, index) => [index === 0 ? label : '', text(item)]);
  const thresholds = Object.entries(control.thresholds).flatMap(([name, values]) =>
    levels.flatMap((at) => {
      const value = values[at];
      return value === undefined
        ? []
        : [`${name}, ${levelText(at)}: ${String(value)}${doubt(`thresholds.${name}.${at}`)}`];
    }),
  );
  const attested = levels.map((at) => attestationEveryAt(control, at) ?? '');
  const every = new Set(attested).size === 1 ? attested[0] : attested.map((text) => text || '-').join(', ');
  const { attestation, note } = control;
  return [
    [fields.levels, `${control.levels.join(', ')}${doubt('levels')}`],
    [fields.mode, modes[control.mode]],
    [fields.requirement, `${control.requirement[language]}${doubt('requirement')}`],
    ...each(
      fields.clause,
      levels,
      (at) => `${levelText(at)}: ${control.clauses[at] ?? ''}${doubt(`clauses.${at}`)}`,
    ),
    [fields.source, control.source[language]],
    [fields.confidence, confidences[control.confidence]],
    ...each(fields.note, note === undefined ? [] : [note], (text) => text[language]),
    ...each(fields.threshold, thresholds, (text) => text),
    ...each(fields.evidence, control.evidence, ({ kind, parameters }) =>
      `${kind} ${Object.keys(parameters).length === 0 ? '' : JSON.stringify(parameters)}`.trim(),
    ),
    ...each(fields.attestation, attestation === undefined ? [] : [attestation], ({ documents }) =>
      every ? `${documents[language]} (${fields.every}: ${every})` : documents[language],
    ),
    [fields.remedy, control.remedy[language]],
  ];
}

export function complianceDiffCommand(
  context: Context,
  before: string,
  after: string,
  flags: Pick<CatalogueFlags, 'level' | 'json'>,
): void {
  const { m, language, print } = context;
  const t = m.complianceCatalogue;
  const [left, right] = [profileNamed(context, before), profileNamed(context, after)];
  const found = compareProfiles(left, right, flags.level);
  if (flags.json === true) return print(printableJson(found));
  const titles = new Map([...left.controls, ...right.controls].map(({ id, title }) => [id, title[language]]));
  for (const { control, kind, fields } of found) {
    print(`${control}  ${t.differences[kind](before, after)}  ${titles.get(control) ?? ''}`);
    for (const { field, before: was, after: is } of fields)
      print(`    ${field}: ${printable(shown(was))} -> ${printable(shown(is))}`);
  }
  const count = (kind: ControlDifference['kind']): number =>
    found.filter((each) => each.kind === kind).length;
  print(t.compared(count('changed'), count('only-before'), count('only-after'), [before, after]));
}

function shown(value: unknown): string {
  if (value === undefined) return '-';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function complianceLintCommand(
  { m, print, complain }: Context,
  folder: string | undefined,
  options: { json?: boolean },
): ExitCode {
  const t = m.complianceCatalogue;
  const place = folder ?? COMPLIANCE_FOLDER;
  let loaded;
  try {
    loaded = loadCatalogue(place);
  } catch (error) {
    complain(t.cannotRead(place, error instanceof Error ? error.message : String(error)));
    return EXIT.failure;
  }
  const linked = [...loaded.profiles.values()].flatMap((profile) => linkProblems(loaded, profile));
  const missing = linked.filter(({ kind }) => kind === 'unknown-kind');
  const problems = [...loaded.problems, ...linked.filter(({ kind }) => kind !== 'unknown-kind')];
  for (const { file, line, field, message } of [...problems, ...missing]) {
    if (options.json === true) print(printableJson({ file, line, field, message }));
    else print(printable(`${file}:${line}: ${field === '' ? '' : `${field}: `}${message}`));
  }
  const controls = [...loaded.profiles.values()].reduce((sum, profile) => sum + profile.controls.length, 0);
  const unknown = new Set(missing.map(({ message }) => message)).size;
  if (options.json !== true) print(t.linted(loaded.profiles.size, controls, problems.length, unknown));
  return problems.length === 0 ? EXIT.ok : EXIT.failure;
}

function linkProblems(loaded: LoadedCatalogue, { profile, controls }: Profile): readonly EvidenceProblem[] {
  return linkEvidence(controls, EVIDENCE_KINDS, (control, field) => {
    const found = loaded.problemOf(profile, control, field, '');
    return found ?? { file: COMPLIANCE_FOLDER, line: 1, field: control };
  }).problems;
}
