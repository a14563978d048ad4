/**
 * Evidence entries of a catalogue with the kinds that answer them, level by level. Invariants: an entry whose kind does
 * not exist makes the control not assessed and is told as a gap; one whose parameters a kind refuses is a problem of the
 * catalogue, told with file, line and field, and not assessed either.
 */
import { LEVELS, type AnyEvidenceKind, type Level, type Parameters, type Reason } from './evidence-kind.ts';

export interface EvidenceEntry {
  readonly kind: string;
  /** At which levels it is asked; left out: at all of the control. */
  readonly levels?: readonly number[] | undefined;
  /** A value each, or `{ threshold: NAME }`. */
  readonly parameters: Parameters;
}

type ThresholdValue = string | number | boolean | readonly (string | number)[];

/** What linking needs of a control; that of rules/compliance fits. */
export interface LinkableControl {
  readonly id: string;
  readonly levels: readonly number[];
  /** Name -> level -> value. */
  readonly thresholds: Readonly<Record<string, Readonly<Partial<Record<Level, ThresholdValue | undefined>>>>>;
  readonly evidence: readonly EvidenceEntry[];
}

export interface EvidencePlace {
  file: string;
  line: number;
  field: string;
}

export interface EvidenceProblem extends EvidencePlace {
  control: string;
  message: string;
  /** `unknown-kind`: nobody has written the source yet; the catalogue itself may be right. */
  kind: 'unknown-kind' | 'parameters' | 'threshold';
}

/** What one entry asks at one level. */
export type LinkedEvidence =
  | { state: 'asked'; kind: AnyEvidenceKind; params: Parameters }
  | { state: 'not-applicable' | 'not-assessed'; name: string; reason: Reason };

export interface LinkedCatalogue {
  /** Of a control at a level; empty for a control without evidence entries, or that the level does not have. */
  evidenceOf(control: string, level: Level): readonly LinkedEvidence[];
  problems: readonly EvidenceProblem[];
}

/** @param placeOf where a value of a control stands, e.g. of `['evidence', 0, 'keep']` */
export function linkEvidence(
  controls: readonly LinkableControl[],
  kinds: ReadonlyMap<string, AnyEvidenceKind>,
  placeOf: (control: string, path: readonly PropertyKey[]) => EvidencePlace,
): LinkedCatalogue {
  const problems = new Map<string, EvidenceProblem>();
  const linked = new Map<string, readonly LinkedEvidence[]>();
  for (const control of controls) {
    const tell = (kind: EvidenceProblem['kind'], path: readonly PropertyKey[], message: string): void => {
      const place = placeOf(control.id, path);
      // What is wrong at each level is one problem.
      problems.set(`${place.file}:${place.line}:${place.field}:${message}`, {
        ...place,
        control: control.id,
        kind,
        message,
      });
    };
    for (const level of LEVELS)
      if (control.levels.includes(level))
        linked.set(
          `${control.id} ${level}`,
          control.evidence.map((entry, index) => linkEntry(control, { entry, index, level }, kinds, tell)),
        );
  }
  return {
    evidenceOf: (control, level) => linked.get(`${control} ${level}`) ?? [],
    problems: [...problems.values()],
  };
}

function linkEntry(
  control: LinkableControl,
  { entry, index, level }: { entry: EvidenceEntry; index: number; level: Level },
  kinds: ReadonlyMap<string, AnyEvidenceKind>,
  tell: (kind: EvidenceProblem['kind'], path: readonly PropertyKey[], message: string) => void,
): LinkedEvidence {
  const { kind: name, parameters } = entry;
  const unasked: LinkedEvidence = {
    state: 'not-applicable',
    name,
    reason: { code: 'no-threshold', args: { level } },
  };
  const noSource: LinkedEvidence = {
    state: 'not-assessed',
    name,
    reason: { code: 'no-source', args: { kind: name } },
  };
  const kind = kinds.get(name);
  if (kind === undefined) {
    tell('unknown-kind', ['evidence', index, 'kind'], `there is no evidence of kind ${name}`);
    return noSource;
  }
  if (entry.levels !== undefined && !entry.levels.includes(level)) return unasked;
  const params: Record<string, unknown> = {};
  let isUnasked = false;
  for (const [parameter, value] of Object.entries(parameters)) {
    const threshold = thresholdOf(value);
    if (threshold === undefined) {
      params[parameter] = value;
      continue;
    }
    const byLevel = control.thresholds[threshold];
    if (byLevel === undefined) {
      tell('threshold', ['evidence', index, parameter], `there is no threshold ${threshold}`);
      return noSource;
    }
    const resolved = byLevel[level];
    if (resolved === undefined) isUnasked = true;
    else params[parameter] = resolved;
  }
  const issues = kind.check(params);
  if (issues.length === 0) return { state: 'asked', kind, params };
  if (isUnasked) return unasked;
  for (const issue of issues) tell('parameters', ['evidence', index, ...issue.path], issue.message);
  return noSource;
}

function thresholdOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('threshold' in value)) return undefined;
  return typeof value.threshold === 'string' ? value.threshold : undefined;
}
