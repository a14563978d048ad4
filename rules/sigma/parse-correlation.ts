/** The `correlation` section of a document -> ParsedCorrelation. Types and references are checked by `compile`. */
import { ConditionError, parseCondition } from './condition.ts';
import { ExpressionError, referencesOf } from './correlation/expression.ts';
import { parseNumber } from './fold.ts';
import { DocumentError, entry, need, textList, textOf } from './read.ts';
import { COMPARISONS } from './types.ts';
import type { Comparison, ParsedCorrelation, Position, RuleInfo } from './types.ts';
import type { YamlEntry, YamlMap, YamlNode } from './yaml.ts';

const KEYS = new Set(['type', 'rules', 'group-by', 'timespan', 'condition', 'aliases', 'generate']);

/** Milliseconds; a month is 30 days and a year 365. */
const UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_592_000_000,
  y: 31_536_000_000,
};

/** @throws DocumentError */
export function readCorrelation(document: YamlMap, info: RuleInfo): ParsedCorrelation {
  const section = need(document, 'correlation', 'a correlation needs a "correlation" section');
  const node = section.value;
  if (node.kind !== 'map') throw new DocumentError('"correlation" must be a mapping', section.keyAt);
  for (const { key, keyAt } of node.entries) {
    if (!KEYS.has(key))
      throw new DocumentError(
        `unknown key "${key}" in "correlation"; known are: ${[...KEYS].join(', ')}`,
        keyAt,
      );
  }
  const type = textOf(need(node, 'type', 'the correlation needs a "type" such as event_count').value);
  if (type === undefined)
    throw new DocumentError('the correlation needs a "type" such as event_count', node.at);
  const rules = entry(node, 'rules');
  const { tests, valueFields, percentile, expression } = readCondition(entry(node, 'condition'));
  const listed = textList(rules?.value);
  // A condition over rules names them itself.
  const references =
    listed.length > 0 || expression === undefined ? listed : namesIn(expression.text, expression.at);
  if (references.length === 0) {
    throw new DocumentError(
      'the correlation needs "rules": ids or names of the rules it counts',
      rules?.keyAt ?? node.at,
    );
  }
  const timespan = entry(node, 'timespan');
  return {
    info,
    type,
    rules: [...new Set(references)],
    groupBy: [...new Set(textList(entry(node, 'group-by')?.value))],
    timespanMs: timespan === undefined ? undefined : readTimespan(timespan),
    tests,
    valueFields,
    percentile,
    expression,
    aliases: readAliases(entry(node, 'aliases')),
    generate: readFlag(entry(node, 'generate')) || readFlag(entry(document, 'generate')),
    at: section.keyAt,
  };
}

function readFlag(flag: YamlEntry | undefined): boolean {
  if (flag === undefined) return false;
  if (flag.value.kind === 'scalar' && typeof flag.value.value === 'boolean') return flag.value.value;
  throw new DocumentError(`"${flag.key}" must be true or false`, flag.value.at);
}

function readTimespan(timespan: YamlEntry): number {
  const found = /^([0-9]{1,9})([smhdwMy])$/.exec(textOf(timespan.value) ?? '');
  const unit = UNITS[found?.[2] ?? ''];
  const count = Number(found?.[1]);
  if (unit === undefined || !(count > 0)) {
    throw new DocumentError(
      '"timespan" must be a number above 0 and a unit s, m, h, d, w, M or y, such as 15m',
      timespan.value.at,
    );
  }
  return count * unit;
}

type ReadCondition = Pick<ParsedCorrelation, 'tests' | 'valueFields' | 'percentile' | 'expression'>;

function readCondition(condition: YamlEntry | undefined): ReadCondition {
  const read: ReadCondition = { tests: [], valueFields: [], percentile: undefined, expression: undefined };
  if (condition === undefined) return read;
  const node = condition.value;
  if (node.kind === 'scalar') {
    const text = textOf(node) ?? '';
    checkExpression(text, node);
    return { ...read, expression: { text, at: node.at } };
  }
  if (node.kind !== 'map')
    throw new DocumentError(
      '"condition" must be a mapping such as {gte: 10}, or an expression over rules',
      node.at,
    );
  const tests: { op: Comparison; value: number }[] = [];
  for (const { key, keyAt, value } of node.entries) {
    const op = COMPARISONS.find((known) => known === key);
    if (op !== undefined) tests.push({ op, value: readNumber(value, key) });
    else if (key === 'field') read.valueFields = readFields(value);
    else if (key === 'percentile') read.percentile = readNumber(value, key);
    else {
      const message = `unknown key "${key}" in the condition; known are: ${COMPARISONS.join(', ')}, field, percentile`;
      throw new DocumentError(message, keyAt);
    }
  }
  return { ...read, tests };
}

function checkExpression(text: string, node: YamlNode): void {
  try {
    parseCondition(text);
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    throw new DocumentError(error.message, node.at, { cause: error });
  }
}

function namesIn(text: string, at: Position): string[] {
  try {
    return referencesOf(text);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new DocumentError(error.message, at, { cause: error });
  }
}

function readNumber(node: YamlNode, key: string): number {
  const number = parseNumber(textOf(node));
  if (number === undefined) throw new DocumentError(`"${key}" needs a number`, node.at);
  return number;
}

function readFields(node: YamlNode): readonly string[] {
  const fields = textList(node);
  if (fields.length === 0) throw new DocumentError('"field" needs the name of a field', node.at);
  return fields;
}

function readAliases(aliases: YamlEntry | undefined): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const result = new Map<string, ReadonlyMap<string, string>>();
  if (aliases === undefined) return result;
  if (aliases.value.kind !== 'map')
    throw new DocumentError('"aliases" must map each alias to {rule: field}', aliases.value.at);
  for (const { key, value } of aliases.value.entries) {
    if (value.kind !== 'map')
      throw new DocumentError(`the alias "${key}" must be a mapping of rule to field`, value.at);
    const fields = new Map<string, string>();
    for (const mapped of value.entries) {
      const field = textOf(mapped.value);
      if (field === undefined)
        throw new DocumentError(
          `the alias "${key}" needs a field for the rule "${mapped.key}"`,
          mapped.value.at,
        );
      fields.set(mapped.key, field);
    }
    result.set(key, fields);
  }
  return result;
}
