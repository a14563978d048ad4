/**
 * Pipelines in YAML -> `Pipeline`. A document is one pipeline or a list of them. A wrong pipeline is an entry of
 * `errors` with its place and is left out whole; nothing is thrown. The format is described in `../pipelines/README.md`.
 */
import { parseNumber } from './fold.ts';
import type { NumberRange, Pipeline, Route, RouteConditions, RouteValue, ValueMap } from './pipeline.ts';
import { DocumentError, need, textOf } from './read.ts';
import { routeProblem } from './route-tree.ts';
import type { LogSource, Scalar, SigmaError } from './types.ts';
import { readYaml } from './yaml.ts';
import type { YamlEntry, YamlLimits, YamlMap, YamlNode } from './yaml.ts';

export interface ParsedPipelines {
  pipelines: Pipeline[];
  errors: SigmaError[];
}

export interface ParsePipelinesOptions {
  /** Name used in messages, usually the file's path. */
  source: string;
  limits?: YamlLimits | undefined;
}

/** Reads all documents of a text. Never throws: what is wrong is in `errors`. */
export function parsePipelines(text: string, { source, limits }: ParsePipelinesOptions): ParsedPipelines {
  const parsed: ParsedPipelines = { pipelines: [], errors: [] };
  const refuse = (error: DocumentError): void => {
    parsed.errors.push({ source, ...error.at, message: error.message });
  };
  for (const { node, error } of readYaml(text, limits)) {
    if (error !== undefined) parsed.errors.push({ source, ...error.at, message: error.message });
    if (node === undefined) continue;
    for (const one of node.kind === 'list' ? node.items : [node]) {
      try {
        const pipeline = readPipeline(one);
        if (parsed.pipelines.some(({ name }) => name === pipeline.name)) {
          throw new DocumentError(
            `the name "${pipeline.name}" is taken by another pipeline of this file: give this one its own`,
            one.at,
          );
        }
        parsed.pipelines.push(pipeline);
      } catch (wrong) {
        if (!(wrong instanceof DocumentError)) throw wrong;
        refuse(wrong);
      }
    }
  }
  return parsed;
}

type Key = Exclude<keyof Pipeline, 'name'>;
type Reader<Value> = (node: YamlNode, where: string) => Value;

const READERS: { readonly [K in Key]: Reader<NonNullable<Pipeline[K]>> } = {
  description: readText,
  order: readOrder,
  side: readSide,
  logsource: readLogSources,
  not: readLogSources,
  fields: (node, where) => readRecord(node, where, 'rule field: event field', readNames),
  values: (node, where) => readRecord(node, where, 'event field: {map, prefix, suffix}', readValueMap),
  placeholders: (node, where) => readRecord(node, where, 'name: value or list of values', readScalars),
  known: (node, where) => [...new Set(readKnown(node, where))],
  routes: (node, where) => listOf(node, where, 'routes').map((route) => readRoute(route)),
};
const KEYS = ['name', ...Object.keys(READERS)];
const CONTENT: readonly Key[] = ['fields', 'values', 'placeholders', 'known', 'routes'];

function readPipeline(node: YamlNode): Pipeline {
  if (node.kind !== 'map') {
    throw new DocumentError(`a pipeline must be a mapping with ${KEYS.join(', ')}`, node.at);
  }
  checkKeys(node, KEYS, 'a pipeline');
  const name = readText(placed(need(node, 'name', 'a pipeline needs a "name"')), '"name"');
  const pipeline: Partial<Record<Key, unknown>> = {};
  for (const entry of node.entries) {
    const { key } = entry;
    if (isKey(key)) pipeline[key] = READERS[key](placed(entry), `"${key}"`);
  }
  if (!CONTENT.some((key) => pipeline[key] !== undefined)) {
    throw new DocumentError(`a pipeline needs at least one of ${CONTENT.join(', ')}`, node.at);
  }
  const made = { name, ...pipeline } as Pipeline;
  if (made.side === 'events' && made.routes === undefined) {
    throw new DocumentError(
      'a pipeline with "side: events" needs "routes": they say which events get the other names',
      node.at,
    );
  }
  return Object.freeze(made);
}

function isKey(key: string): key is Key {
  return Object.hasOwn(READERS, key);
}

function checkKeys(map: YamlMap, known: readonly string[], what: string): void {
  const stranger = map.entries.find(({ key }) => !known.includes(key));
  if (stranger !== undefined) {
    throw new DocumentError(
      `unknown key "${stranger.key}" in ${what}; known are: ${known.join(', ')}`,
      stranger.keyAt,
    );
  }
}

function readText(node: YamlNode, where: string): string {
  const text = textOf(node);
  if (text === undefined || text.trim() === '') throw new DocumentError(`${where} must be text`, node.at);
  return text;
}

function readOrder(node: YamlNode, where: string): number {
  const order = parseNumber(textOf(node));
  if (order === undefined || !Number.isSafeInteger(order))
    throw new DocumentError(`${where} must be a whole number`, node.at);
  return order;
}

function readSide(node: YamlNode, where: string): 'rules' | 'events' {
  const side = textOf(node);
  if (side !== 'rules' && side !== 'events')
    throw new DocumentError(`${where} must be "rules" or "events"`, node.at);
  return side;
}

function mapOf(node: YamlNode, where: string, form: string): readonly YamlEntry[] {
  if (node.kind !== 'map' || node.entries.length === 0)
    throw new DocumentError(`${where} must be a mapping of ${form}`, node.at);
  return node.entries;
}

function listOf(node: YamlNode, where: string, of: string): readonly YamlNode[] {
  if (node.kind !== 'list' || node.items.length === 0)
    throw new DocumentError(`${where} must be a list of ${of}`, node.at);
  return node.items;
}

/** What is left empty in YAML has no place of its own: its key's is told. */
function placed({ keyAt, value }: YamlEntry): YamlNode {
  return value.kind === 'scalar' && value.value === null && value.raw === ''
    ? { ...value, at: keyAt }
    : value;
}

/** One node or the nodes of a list, at least one. */
function oneOrMore(node: YamlNode, where: string): readonly YamlNode[] {
  if (node.kind !== 'list') return [node];
  if (node.items.length === 0) throw new DocumentError(`${where} is an empty list`, node.at);
  return node.items;
}

/** Without prototype: a file's `__proto__` is a name like others. */
function readRecord<Value>(
  node: YamlNode,
  where: string,
  form: string,
  read: Reader<Value>,
): Readonly<Record<string, Value>> {
  const record = Object.create(null) as Record<string, Value>;
  for (const entry of mapOf(node, where, form))
    record[entry.key] = read(placed(entry), `"${entry.key}" in ${where}`);
  return Object.freeze(record);
}

const LOG_SOURCE_KEYS = ['product', 'category', 'service'] as const;

function readLogSources(node: YamlNode, where: string): readonly LogSource[] {
  return oneOrMore(node, where).map((item) => {
    const form = `{${LOG_SOURCE_KEYS.join(', ')}}, or a list of such`;
    if (item.kind !== 'map' || item.entries.length === 0)
      throw new DocumentError(`${where} must be a mapping of ${form}`, item.at);
    checkKeys(item, LOG_SOURCE_KEYS, where);
    const source: LogSource = {};
    for (const entry of item.entries) {
      source[entry.key as (typeof LOG_SOURCE_KEYS)[number]] = readText(
        placed(entry),
        `"${entry.key}" in ${where}`,
      );
    }
    return Object.freeze(source);
  });
}

function readNames(node: YamlNode, where: string): readonly string[] {
  return [...new Set(oneOrMore(node, where).map((item) => readText(item, where)))];
}

function readScalar(node: YamlNode, where: string): Exclude<Scalar, null> {
  if (node.kind !== 'scalar' || node.value === null)
    throw new DocumentError(`${where} must be text, a number or true or false`, node.at);
  return node.value;
}

function readScalars(node: YamlNode, where: string): readonly Scalar[] {
  return oneOrMore(node, where).map((item) => readScalar(item, where));
}

const VALUE_KEYS = ['map', 'prefix', 'suffix'] as const;

function readValueMap(node: YamlNode, where: string): ValueMap {
  const entries = mapOf(node, where, VALUE_KEYS.join(', '));
  if (node.kind === 'map') checkKeys(node, VALUE_KEYS, where);
  const made: ValueMap = {};
  for (const { key, value } of entries) {
    const inner = `"${key}" of ${where}`;
    if (key === 'map') made.map = readRecord(value, inner, "rule's value: event's value", readScalars);
    else made[key === 'prefix' ? 'prefix' : 'suffix'] = readAffixes(value, inner);
  }
  return Object.freeze(made);
}

function readAffixes(node: YamlNode, where: string): Readonly<Record<string, string>> {
  const empty = mapOf(node, where, "rule's text: event's text").find(({ key }) => key === '');
  if (empty !== undefined) throw new DocumentError(`${where} cannot replace the empty text`, empty.keyAt);
  return readRecord(node, where, "rule's text: event's text", readText);
}

/** Lists in the list are flattened, so that anchors can be put together. */
function readKnown(node: YamlNode, where: string): string[] {
  return listOf(node, where, 'field names').flatMap((item) =>
    item.kind === 'list' ? readKnown(item, where) : [readText(item, where)],
  );
}

function readRoute(node: YamlNode): Route {
  if (node.kind !== 'map')
    throw new DocumentError('a route must be a mapping of when, unless, logsource', node.at);
  checkKeys(node, ['when', 'unless', 'logsource'], 'a route');
  const when = need(node, 'when', 'a route needs "when": conditions on fields of the event');
  const logsource = need(node, 'logsource', 'a route needs "logsource": where such events belong');
  const unless = node.entries.find(({ key }) => key === 'unless');
  const route: Route = {
    when: readConditions(when),
    unless: unless === undefined ? undefined : readConditions(unless),
    logsource: readLogSources(logsource.value, '"logsource"'),
  };
  const problem = routeProblem(route);
  if (problem !== undefined) throw new DocumentError(problem, when.keyAt);
  return Object.freeze(route);
}

function readConditions({ key, value }: YamlEntry): RouteConditions {
  return readRecord(value, `"${key}"`, 'event field: value or list of values', (node, where) =>
    oneOrMore(node, where).map((item) => readRouteValue(item, where)),
  );
}

function readRouteValue(node: YamlNode, where: string): RouteValue {
  if (node.kind !== 'map') return readScalar(node, where);
  checkKeys(node, ['from', 'to'], `the range of ${where}`);
  const end = (key: keyof NumberRange): number =>
    readOrder(need(node, key, `the range of ${where} needs "from" and "to"`).value, `"${key}" of ${where}`);
  return Object.freeze({ from: end('from'), to: end('to') });
}
