/**
 * Rule text -> typed syntax trees. Every document of a text becomes a rule, a correlation, a filter or an error with
 * its place; a bad document never spoils its neighbours. What depends on modifiers, placeholders or other rules is
 * checked by `compile`.
 */
import { ConditionError, parseCondition } from './condition.ts';
import { readCorrelation } from './parse-correlation.ts';
import { at1, DocumentError, entry, entries, need, textList, textOf } from './read.ts';
import type {
  DetectionAst,
  DetectionBlock,
  ItemAst,
  ParsedFilter,
  ParsedRule,
  ParsedRules,
  Position,
  RelatedRule,
  RuleInfo,
  SigmaError,
  ValueAst,
} from './types.ts';
import { readYaml, toData } from './yaml.ts';
import type { YamlEntry, YamlLimits, YamlMap, YamlNode } from './yaml.ts';

const KNOWN_KEYS = new Set(
  [
    'title, id, related, name, taxonomy, status, description, license, references, author, date, modified, logsource',
    'detection, fields, falsepositives, level, tags, scope, correlation, filter, generate, action',
  ].flatMap((line) => line.split(', ')),
);

export interface ParseOptions {
  /** Name used in messages, usually the file's path. */
  source: string;
  limits?: YamlLimits | undefined;
}

/** Reads all documents of a text. Never throws: what is wrong is in `errors`. */
export function parseRules(text: string, { source, limits }: ParseOptions): ParsedRules {
  const parsed: ParsedRules = { rules: [], correlations: [], filters: [], errors: [] };
  let shared: YamlMap | undefined;
  let previous: YamlMap | undefined;
  for (const { node, error } of readYaml(text, limits)) {
    if (error !== undefined) parsed.errors.push({ source, ...error.at, message: error.message });
    if (node === undefined) continue;
    if (node.kind !== 'map') {
      parsed.errors.push({
        source,
        ...node.at,
        message: 'a rule must be a mapping with title, logsource and detection',
      });
      continue;
    }
    // Documents of the old `action` form build on the ones before them.
    const action = textOf(entry(node, 'action')?.value);
    if (action === 'reset') shared = undefined;
    if (action === 'reset' && !hasContent(node)) continue;
    if (action === 'global') {
      shared = node;
      continue;
    }
    const base = action === 'repeat' ? previous : shared;
    const document = base === undefined ? node : mergeMaps(base, node);
    previous = document;
    readDocument(document, source, parsed);
  }
  return parsed;
}

function hasContent(map: YamlMap): boolean {
  return map.entries.some(({ key }) => key !== 'action');
}

/** The later map wins; mappings below merge too. */
function mergeMaps(base: YamlMap, over: YamlMap): YamlMap {
  const merged = new Map(base.entries.map((one): [string, YamlEntry] => [one.key, one]));
  for (const one of over.entries) {
    const before = merged.get(one.key)?.value;
    const { value } = one;
    const both = before?.kind === 'map' && value.kind === 'map';
    merged.set(one.key, both ? { ...one, value: mergeMaps(before, value) } : one);
  }
  merged.delete('action');
  return { kind: 'map', entries: [...merged.values()], at: over.at };
}

function readDocument(document: YamlMap, source: string, parsed: ParsedRules): void {
  const where: { ruleId?: string; title?: string } = {};
  try {
    const kind = entry(document, 'correlation')
      ? 'correlation'
      : entry(document, 'filter')
        ? 'filter'
        : 'rule';
    const info = readInfo(document, source, kind);
    where.ruleId = info.id;
    where.title = info.title;
    const places = new Map(document.entries.map(({ key, keyAt }): [string, Position] => [key, at1(keyAt)]));
    if (kind === 'correlation') parsed.correlations.push({ ...readCorrelation(document, info), places });
    else if (kind === 'filter') parsed.filters.push({ ...readFilter(document, info), places });
    else parsed.rules.push({ ...readRule(document, info), places });
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    const title = textOf(entry(document, 'title')?.value);
    const ruleId = textOf(entry(document, 'id')?.value);
    parsed.errors.push({
      source,
      ...error.at,
      message: error.message,
      title,
      ruleId,
      ...where,
    } satisfies SigmaError);
  }
}

function readInfo(document: YamlMap, source: string, kind: RuleInfo['kind']): RuleInfo {
  const text = (key: string): string | undefined => textOf(entry(document, key)?.value);
  const list = (key: string): string[] => textList(entry(document, key)?.value);
  const title = text('title') ?? '';
  const id = text('id') ?? (title === '' ? `${source}:${String(document.at.line)}` : `title:${title}`);
  const logsource = entry(document, 'logsource')?.value;
  if (logsource !== undefined && logsource.kind !== 'map') {
    throw new DocumentError('logsource must be a mapping of product, category, service', logsource.at);
  }
  const source_ = (key: string): string | undefined =>
    logsource === undefined ? undefined : textOf(entry(logsource, key)?.value) || undefined;
  const custom: Record<string, ReturnType<typeof toData>> = Object.create(null) as Record<
    string,
    ReturnType<typeof toData>
  >;
  for (const { key, value } of document.entries) if (!KNOWN_KEYS.has(key)) custom[key] = toData(value);
  return Object.freeze({
    kind,
    id,
    name: text('name'),
    title,
    level: text('level'),
    status: text('status'),
    description: text('description'),
    author: text('author'),
    date: text('date'),
    modified: text('modified'),
    license: text('license'),
    taxonomy: text('taxonomy'),
    tags: list('tags'),
    references: list('references'),
    falsepositives: list('falsepositives'),
    fields: list('fields'),
    scope: list('scope'),
    related: readRelated(entry(document, 'related')?.value),
    logsource: {
      product: source_('product'),
      category: source_('category'),
      service: source_('service'),
      definition: source_('definition'),
    },
    custom,
    source,
    line: document.at.line,
    column: document.at.column,
    warnings: title === '' ? ['the rule has no title'] : [],
  });
}

function readRelated(node: YamlNode | undefined): RelatedRule[] {
  if (node?.kind !== 'list') return [];
  return node.items.flatMap((item) => {
    if (item.kind !== 'map') return [];
    const [id, type] = [textOf(entry(item, 'id')?.value), textOf(entry(item, 'type')?.value)];
    return id === undefined ? [] : [{ id, type: type ?? '' }];
  });
}

function readRule(document: YamlMap, info: RuleInfo): ParsedRule {
  const detection = need(document, 'detection', 'a rule needs a "detection" with selections and a condition');
  return { info, detection: readBlock(detection.value, detection.keyAt, new Set()) };
}

function readFilter(document: YamlMap, info: RuleInfo): ParsedFilter {
  const filter = need(document, 'filter', 'a filter needs a "filter" section');
  const rules = filter.value.kind === 'map' ? entry(filter.value, 'rules') : undefined;
  if (rules === undefined)
    throw new DocumentError('a filter needs "rules": ids or names, or "any"', filter.keyAt);
  const names = textList(rules.value);
  if (names.length === 0)
    throw new DocumentError(
      'the filter\'s "rules" is empty: name rules by id or name, or say "any"',
      rules.keyAt,
    );
  return {
    info,
    rules: rules.value.kind === 'scalar' && names[0]?.toLowerCase() === 'any' ? 'any' : names,
    detection: readBlock(filter.value, filter.keyAt, new Set(['rules'])),
  };
}

/** `timeframe` belonged to the removed aggregations; without them it has no meaning. */
const NO_SELECTION = new Set(['condition', 'timeframe']);

function readBlock(node: YamlNode, at: Position, skip: ReadonlySet<string>): DetectionBlock {
  if (node.kind !== 'map')
    throw new DocumentError('expected a mapping of selections and a condition', node.at);
  const selections = new Map<string, DetectionAst>();
  for (const { key, keyAt, value } of node.entries) {
    if (NO_SELECTION.has(key) || skip.has(key)) continue;
    selections.set(key, readDetection(value, key, keyAt));
  }
  const condition = entry(node, 'condition');
  if (condition === undefined) throw new DocumentError('the "condition" is missing', at);
  const nodes = condition.value.kind === 'list' ? condition.value.items : [condition.value];
  if (nodes.length === 0) throw new DocumentError('the list of conditions is empty', condition.keyAt);
  const conditions = nodes.map((item) => {
    const text = textOf(item);
    if (text === undefined) throw new DocumentError('a condition must be text', item.at);
    checkCondition(text, item.at);
    return { text, at: at1(item.at) };
  });
  if (selections.size === 0) throw new DocumentError('the detection has no selections', at);
  return { selections, conditions };
}

function checkCondition(text: string, at: Position): void {
  try {
    parseCondition(text);
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    throw new DocumentError(error.message, at, { cause: error });
  }
}

function readDetection(node: YamlNode, name: string, at: Position): DetectionAst {
  switch (node.kind) {
    case 'map':
      return readMapping(node, name);
    case 'list': {
      if (node.items.length === 0) throw new DocumentError(`the selection "${name}" is an empty list`, at);
      return { kind: 'any', of: node.items.map((item) => readListItem(item, name)) };
    }
    case 'scalar':
      return { kind: 'item', item: keyword(node, name) };
  }
}

function readListItem(node: YamlNode, name: string): DetectionAst {
  if (node.kind === 'list')
    throw new DocumentError(`the selection "${name}" has a list inside a list`, node.at);
  return node.kind === 'map' ? readMapping(node, name) : { kind: 'item', item: keyword(node, name) };
}

function keyword(node: YamlNode, name: string): ItemAst {
  const values = readValues(node, `the selection "${name}"`);
  if (values.some(({ value }) => value === null)) {
    throw new DocumentError(
      `the selection "${name}" has an empty value: a keyword must be text or a number`,
      node.at,
    );
  }
  return { field: undefined, modifiers: [], values, at: node.at };
}

function readMapping(map: YamlMap, name: string): DetectionAst {
  if (map.entries.length === 0) throw new DocumentError(`the selection "${name}" is empty`, map.at);
  return {
    kind: 'all',
    items: entries(map).map(({ key, keyAt, value }): ItemAst => {
      const [field, ...modifiers] = key.split('|');
      return {
        field: field === undefined || field === '' ? undefined : field,
        modifiers,
        values: readValues(value, `"${key}"`),
        at: keyAt,
      };
    }),
  };
}

function readValues(node: YamlNode, what: string): ValueAst[] {
  if (node.kind === 'scalar') return [{ value: node.value, raw: node.raw, at: node.at }];
  if (node.kind === 'map')
    throw new DocumentError(`${what} needs a value or a list of values, not a mapping`, node.at);
  return node.items.map((item) => {
    if (item.kind !== 'scalar') throw new DocumentError(`${what} needs a flat list of values`, item.at);
    if (item.value === null) {
      throw new DocumentError(
        `${what} has null in a list: write a selection of its own for "absent", and "1 of"`,
        item.at,
      );
    }
    return { value: item.value, raw: item.raw, at: item.at };
  });
}
