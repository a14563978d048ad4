/** What a control must hold beyond the form of its fields: levels agree, names are known, its mode has what it needs. */
import { LEVELS, thresholdReferenceSchema } from './schema.ts';
import type { Control } from './schema.ts';

type Tell = (field: readonly PropertyKey[], message: string) => void;

export function checkControl(control: Control, tell: Tell): void {
  checkLevels(control, tell);
  checkMode(control, tell);
  checkReferences(control, tell);
  checkDoubts(control, tell);
}

function checkLevels({ levels, clauses, thresholds, evidence }: Control, tell: Tell): void {
  for (const [index, level] of levels.entries()) {
    if (levels.indexOf(level) !== index) tell(['levels', index], `level ${level} stands here twice`);
    if (clauses[level] === undefined) tell(['clauses'], `level ${level} has no clause`);
  }
  for (const level of LEVELS) {
    if (levels.includes(level)) continue;
    if (clauses[level] !== undefined)
      tell(['clauses', String(level)], `the control is not asked at level ${level}`);
    for (const [name, values] of Object.entries(thresholds))
      if (values[level] !== undefined)
        tell(['thresholds', name, String(level)], `the control is not asked at level ${level}`);
  }
  for (const [index, entry] of evidence.entries())
    for (const [place, level] of (entry.levels ?? []).entries())
      if (!levels.includes(level))
        tell(['evidence', index, 'levels', place], `the control is not asked at level ${level}`);
}

function checkMode({ mode, levels, evidence, attestation }: Control, tell: Tell): void {
  if (mode === 'manual' && evidence.length > 0)
    tell(['evidence'], 'a manual control rests on its attestation alone: make it partial, or leave this out');
  if (mode !== 'auto' && attestation === undefined)
    tell(['attestation'], `a control of mode ${mode} needs an attestation`);
  if (mode === 'manual') return;
  for (const level of levels)
    if (!evidence.some((entry) => entry.levels?.includes(level) ?? true))
      tell(['evidence'], `nothing is looked at on level ${level}: a control of mode ${mode} needs evidence`);
}

function checkReferences({ thresholds, evidence, attestation }: Control, tell: Tell): void {
  const known = (value: unknown, field: readonly PropertyKey[]): void => {
    if (typeof value !== 'object' || value === null || !('threshold' in value)) return;
    const reference = thresholdReferenceSchema.safeParse(value);
    if (!reference.success) tell(field, 'must be { threshold: NAME } and nothing else');
    else if (thresholds[reference.data.threshold] === undefined)
      tell(field, `there is no threshold ${reference.data.threshold} in this control`);
  };
  for (const [index, { parameters }] of evidence.entries())
    for (const [name, value] of Object.entries(parameters)) known(value, ['evidence', index, name]);
  known(attestation?.every, ['attestation', 'every']);
}

/** A mark must mark something. */
function checkDoubts(control: Control, tell: Tell): void {
  for (const [index, field] of control.unconfirmed.entries()) {
    let at: unknown = control;
    for (const step of field.split('.'))
      at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[step] : undefined;
    if (at === undefined) tell(['unconfirmed', index], `the control has no field ${field}`);
  }
}
