/**
 * Whether whatever one rule finds another finds, too, by their conditions alone. Invariant: it is said only of rules that are
 * one list of conditions that all hold (exclusions aside) and of log sources of which one lies within the other; of all others nothing is said.
 */
import type { ParsedRule } from '../../rules/sigma/index.ts';

type Detection = ParsedRule['detection']['selections'] extends ReadonlyMap<string, infer T> ? T : never;
type Item = Extract<Detection, { kind: 'item' }>['item'];

interface Flat {
  asks: readonly Item[];
  excludes: number;
}

export type Logic = 'same' | 'within' | undefined;

/** @returns `within` when what `narrow` finds, `wide` finds, too; `same` when that holds both ways */
export function logicOf(narrow: ParsedRule, wide: ParsedRule): Logic {
  const [a, b] = [flatOf(narrow), flatOf(wide)];
  if (a === undefined || b === undefined || !isWithin(narrow, wide)) return undefined;
  if (!implies(a, b)) return undefined;
  return isWithin(wide, narrow) && implies(b, a) ? 'same' : 'within';
}

function isWithin(
  { info: { logsource: inner } }: ParsedRule,
  { info: { logsource: outer } }: ParsedRule,
): boolean {
  return (['product', 'category', 'service'] as const).every(
    (part) => outer[part] === undefined || outer[part] === inner[part],
  );
}

/** Only a rule without exclusions is sure to find all that its conditions say. */
const implies = (narrow: Flat, wide: Flat): boolean =>
  wide.excludes === 0 && wide.asks.every((asked) => narrow.asks.some((given) => entails(given, asked)));

/** `A and B`, `all of x_*`, and `... and not ...`; undefined for anything else. */
function flatOf({ detection }: ParsedRule): Flat | undefined {
  const [condition, other] = detection.conditions;
  if (condition === undefined || other !== undefined) return undefined;
  const parts = condition.text.trim().split(/\s+and\s+/i);
  const asks: Item[] = [];
  let excludes = 0;
  for (const part of parts) {
    if (/^not\s/i.test(part)) {
      excludes += 1;
      continue;
    }
    const names = namesOf(part, [...detection.selections.keys()]);
    if (names === undefined) return undefined;
    for (const name of names) {
      const selection = detection.selections.get(name);
      if (selection?.kind === 'item') asks.push(selection.item);
      else if (selection?.kind === 'all') asks.push(...selection.items);
      else return undefined;
    }
  }
  return asks.length === 0 ? undefined : { asks, excludes };
}

function namesOf(part: string, all: readonly string[]): string[] | undefined {
  if (all.includes(part)) return [part];
  const [, pattern] = /^all\s+of\s+(\S+)$/i.exec(part) ?? [];
  if (pattern === undefined) return undefined;
  if (pattern === 'them') return all.filter((name) => !name.startsWith('_'));
  return pattern.endsWith('*') ? all.filter((name) => name.startsWith(pattern.slice(0, -1))) : undefined;
}

const PARTIAL: readonly string[] = ['contains', 'startswith', 'endswith'];
const PLAIN: ReadonlySet<string> = new Set([...PARTIAL, '']);

/** Every value that satisfies `given` satisfies `asked`. */
function entails(given: Item, asked: Item): boolean {
  if (given.field === undefined || given.field.toLowerCase() !== asked.field?.toLowerCase()) return false;
  const [g, a] = [given.modifiers, asked.modifiers];
  const [gv, av] = [given, asked].map(({ values }) => values.map(({ value }) => String(value).toLowerCase()));
  if (gv === undefined || av === undefined) return false;
  if (g.join('|') === a.join('|') && !g.includes('all') && gv.every((value) => av.includes(value)))
    return true;
  if ([...gv, ...av].some((value) => /[*?\\]\*|[*?]/.test(value))) return false;
  const how = a[0] ?? '';
  if (g.length > 1 || a.length > 1 || !PLAIN.has(g[0] ?? '') || !PLAIN.has(how)) return false;
  return gv.every((value) => av.some((wanted) => covers(g[0] ?? '', value, how, wanted)));
}

function covers(given: string, value: string, how: string, wanted: string): boolean {
  if (how === 'contains') return value.includes(wanted);
  if (how === 'startswith') return (given === '' || given === 'startswith') && value.startsWith(wanted);
  if (how === 'endswith') return (given === '' || given === 'endswith') && value.endsWith(wanted);
  return given === '' && value === wanted;
}
