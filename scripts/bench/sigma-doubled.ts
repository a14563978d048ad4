/**
 * As many rules again, like the given ones but looking for other things: letters of their texts are turned into others.
 * Short texts, numbers and values of modifiers that are not plain text stay.
 */
import type { DetectionAst, ItemAst, ParsedRule, ParsedRules, ValueAst } from '../../rules/sigma/types.ts';

const PLAIN = new Set(['contains', 'startswith', 'endswith', 'all', 'cased', 'windash']);
const SHORT = 4;

export function otherRules(parsed: readonly ParsedRules[]): ParsedRules[] {
  return parsed.map(({ rules }) => ({
    rules: rules.map(other),
    correlations: [],
    filters: [],
    errors: [],
  }));
}

function other({ info, detection }: ParsedRule): ParsedRule {
  const selections = new Map([...detection.selections].map(([name, ast]) => [name, turned(ast)]));
  return { info: { ...info, id: `other-${info.id}` }, detection: { ...detection, selections } };
}

function turned(ast: DetectionAst): DetectionAst {
  switch (ast.kind) {
    case 'all':
      return { kind: 'all', items: ast.items.map(turnedItem) };
    case 'any':
      return { kind: 'any', of: ast.of.map(turned) };
    case 'item':
      return { kind: 'item', item: turnedItem(ast.item) };
  }
}

function turnedItem(item: ItemAst): ItemAst {
  if (!item.modifiers.every((name) => PLAIN.has(name))) return item;
  return { ...item, values: item.values.map(turnedValue) };
}

function turnedValue(value: ValueAst): ValueAst {
  if (typeof value.value !== 'string' || value.value.length < SHORT) return value;
  const text = value.value.replace(/[a-z]/gi, turnLetter);
  return { ...value, value: text, raw: text };
}

/** Seven letters on, in the same case. */
function turnLetter(letter: string): string {
  const code = letter.charCodeAt(0);
  const base = code >= 97 ? 97 : 65;
  return String.fromCharCode(base + ((code - base + 7) % 26));
}
