/**
 * What a condition makes of its selections: unused ones, patterns that say more than they do, and conditions that hold
 * always or never whatever the selections find (all combinations of up to NAMES_MAX selections are tried).
 */
import { parseCondition } from './condition.ts';
import type { Condition } from './condition.ts';
import type { ReportAt } from './lint-detection.ts';
import { fits } from './rule.ts';
import type { DetectionBlock } from './types.ts';

const NAMES_MAX = 12;

/** The block has been parsed and compiled, so its conditions are sound. */
export function checkCondition(block: DetectionBlock, report: ReportAt): void {
  const [at] = block.conditions.map((condition) => condition.at);
  if (at === undefined) return;
  const names = [...block.selections.keys()];
  const conditions = block.conditions.map(({ text }) => parseCondition(text));
  const used = new Set(conditions.flatMap((condition) => namesIn(condition, names)));
  for (const [name, detection] of block.selections) {
    if (used.has(name)) continue;
    const place = detection.kind === 'item' ? detection.item.at : undefined;
    const first = detection.kind === 'all' ? detection.items[0]?.at : undefined;
    report('selection-unused', place ?? first ?? at, name);
  }
  for (const [index, { at: place }] of block.conditions.entries()) {
    const condition = conditions[index];
    if (condition !== undefined)
      checkPatterns(condition, names, (code, ...args) => report(code, place, ...args));
  }
  const variables = [...used];
  if (variables.length > NAMES_MAX) return;
  let [always, never] = [true, true];
  for (let combination = 0; combination < 2 ** variables.length; combination += 1) {
    const held = new Set(variables.filter((_, bit) => Math.floor(combination / 2 ** bit) % 2 === 1));
    if (conditions.some((condition) => holds(condition, held, names))) never = false;
    else always = false;
  }
  if (never) report('condition-never', at);
  if (always) report('condition-always', at);
}

function fitting(pattern: string, names: readonly string[]): readonly string[] {
  return names.filter((name) => !name.startsWith('_') && fits(pattern, name));
}

function namesIn(condition: Condition, names: readonly string[]): readonly string[] {
  switch (condition.kind) {
    case 'name':
      return [condition.name];
    case 'of':
      return fitting(condition.pattern, names);
    case 'not':
      return namesIn(condition.of, names);
    case 'and':
    case 'or':
      return condition.of.flatMap((part) => namesIn(part, names));
  }
}

function holds(condition: Condition, held: ReadonlySet<string>, names: readonly string[]): boolean {
  switch (condition.kind) {
    case 'name':
      return held.has(condition.name);
    case 'of': {
      const found = fitting(condition.pattern, names);
      return condition.quantifier === 'all'
        ? found.every((name) => held.has(name))
        : found.some((name) => held.has(name));
    }
    case 'not':
      return !holds(condition.of, held, names);
    case 'and':
      return condition.of.every((part) => holds(part, held, names));
    case 'or':
      return condition.of.some((part) => holds(part, held, names));
  }
}

function checkPatterns(
  condition: Condition,
  names: readonly string[],
  report: (code: 'condition-them' | 'condition-of-single', ...args: string[]) => void,
): void {
  if (condition.kind === 'not') checkPatterns(condition.of, names, report);
  if (condition.kind === 'and' || condition.kind === 'or')
    for (const part of condition.of) checkPatterns(part, names, report);
  if (condition.kind !== 'of') return;
  const { pattern, quantifier } = condition;
  const text = `${quantifier === 'all' ? 'all' : '1'} of ${pattern}`;
  const [only, second] = fitting(pattern, names);
  // A pattern with "*" may have more than one selection tomorrow; a name and "them" of one selection say nothing.
  if (only !== undefined && second === undefined && !pattern.includes('*'))
    report('condition-of-single', text, only);
  else if (pattern === 'them' && quantifier === 'all') report('condition-them', text);
}
