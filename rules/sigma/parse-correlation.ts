/** The `correlation` section of a document -> ParsedCorrelation. Types and references are checked by `compile`. */
import { ExpressionError, referencesOf } from './correlation/expression.ts';
import { PERCENTILE_DEFAULT } from './correlation/types.ts';
import { parseNumber } from './fold.ts';
import { withWarnings } from './format.ts';
import { readConditionText } from './parse-detection.ts';
import { placeIn } from './place.ts';
import type { SourceText } from './place.ts';
import { DocumentError, entry, namesOf, need, textOf } from './read.ts';
import { didYouMean } from './suggest.ts';
import { COMPARISONS } from './types.ts';
import type { Comparison, ConditionText, ParsedCorrelation, Position, RuleInfo } from './types.ts';
import type { YamlEntry, YamlMap, YamlNode } from './yaml-node.ts';

const KEYS = new Set(['type', 'rules', 'group-by', 'timespan', 'condition', 'aliases', 'generate']);
const CONDITION_KEYS = [...COMPARISONS, 'field', 'percentile', 'spread'];

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
export function readCorrelation(
  document: YamlMap,
  section: YamlEntry,
  info: RuleInfo,
  written: SourceText,
): ParsedCorrelation {
  const node = section.value;
  if (node.kind !== 'map') throw new DocumentError('"correlation" must be a mapping', node.at);
  for (const { key, keyAt } of node.entries) {
    if (!KEYS.has(key)) throw new DocumentError(unknownKey(key, '"correlation"', [...KEYS]), keyAt);
  }
  const typeEntry = need(node, 'type', NEEDS_TYPE, section.keyAt);
  const type = textOf(typeEntry.value);
  if (type === undefined) throw new DocumentError(NEEDS_TYPE, typeEntry.value.at);
  const condition = entry(node, 'condition');
  const { tests, valueFields, percentile, spread, expression } = readCondition(condition, written);
  const rules = readReferences(entry(node, 'rules'), expression, section.keyAt);
  const timespan = entry(node, 'timespan');
  const groupBy = entry(node, 'group-by');
  const aliases = entry(node, 'aliases');
  const isOpen = type === 'value_percentile' && percentile === undefined;
  const message = `"percentile" is missing: ${String(PERCENTILE_DEFAULT)} is taken; say which one you mean`;
  return {
    info: isOpen ? withWarnings(info, [{ at: condition?.keyAt ?? section.keyAt, message }]) : info,
    type,
    rules: [...rules.keys()],
    groupBy: groupBy === undefined ? [] : [...namesOf(groupBy.value, '"group-by"').keys()],
    timespanMs: timespan === undefined ? undefined : readTimespan(timespan),
    tests,
    valueFields,
    percentile,
    spread,
    expression,
    aliases: readAliases(aliases),
    generate: readFlag(entry(node, 'generate')) || readFlag(entry(document, 'generate')),
    at: section.keyAt,
    places: {
      type: typeEntry.value.at,
      rules,
      condition: condition?.value.at,
      aliases: new Map(
        aliases?.value.kind === 'map' ? aliases.value.entries.map(({ key, keyAt }) => [key, keyAt]) : [],
      ),
    },
  };
}

const NEEDS_TYPE = 'the correlation needs a "type" such as event_count';

function unknownKey(key: string, where: string, known: readonly string[]): string {
  return `unknown key "${key}" in ${where}${didYouMean(key, known)}; known are: ${known.join(', ')}`;
}

/** The rules named, and where; a condition over rules names them itself. */
function readReferences(
  rules: YamlEntry | undefined,
  expression: ConditionText | undefined,
  at: Position,
): ReadonlyMap<string, Position> {
  const listed =
    rules === undefined ? new Map<string, Position>() : namesOf(rules.value, 'the correlation\'s "rules"');
  if (rules?.value.kind === 'list' && listed.size < rules.value.items.length)
    throw new DocumentError('the correlation names one rule twice: name it once', rules.value.at);
  if (listed.size > 0) return listed;
  if (expression !== undefined) return namesIn(expression);
  throw new DocumentError(
    'the correlation needs "rules": ids or names of the rules it counts',
    rules?.value.at ?? at,
  );
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

type ReadCondition = Pick<
  ParsedCorrelation,
  'tests' | 'valueFields' | 'percentile' | 'spread' | 'expression'
>;

function readCondition(condition: YamlEntry | undefined, written: SourceText): ReadCondition {
  const read: ReadCondition = {
    tests: [],
    valueFields: [],
    percentile: undefined,
    spread: undefined,
    expression: undefined,
  };
  if (condition === undefined) return read;
  const node = condition.value;
  if (node.kind === 'scalar') return { ...read, expression: readConditionText(node, written) };
  if (node.kind !== 'map')
    throw new DocumentError(
      '"condition" must be a mapping such as {gte: 10}, or an expression over rules',
      node.at,
    );
  const tests: { op: Comparison; value: number }[] = [];
  for (const { key, keyAt, value } of node.entries) {
    const op = COMPARISONS.find((known) => known === key);
    if (op !== undefined) tests.push({ op, value: readNumber(value, key) });
    else if (key === 'field') read.valueFields = [...namesOf(value, '"field"').keys()];
    else if (key === 'percentile' || key === 'spread') read[key] = readNumber(value, key);
    else throw new DocumentError(unknownKey(key, 'the condition', CONDITION_KEYS), keyAt);
  }
  return { ...read, tests };
}

function namesIn(expression: ConditionText): ReadonlyMap<string, Position> {
  try {
    return new Map(
      referencesOf(expression.text).map(({ name, offset }) => [name, placeIn(expression, offset)]),
    );
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new DocumentError(error.message, placeIn(expression, error.offset), { cause: error });
  }
}

function readNumber(node: YamlNode, key: string): number {
  const number = parseNumber(textOf(node));
  if (number === undefined) throw new DocumentError(`"${key}" needs a number`, node.at);
  return number;
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
