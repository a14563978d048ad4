/** The head of a document -> RuleInfo: identity, log source and metadata; what is off but harmless is a warning. */
import { at1, DocumentError, entry, textList, textOf } from './read.ts';
import { withWarnings } from './format.ts';
import { checkHead, KNOWN_KEYS } from './validate.ts';
import { didYouMean } from './suggest.ts';
import type { Data, LogSource, RelatedRule, RuleInfo, Warning } from './types.ts';
import { toData } from './yaml-node.ts';
import type { YamlMap, YamlNode } from './yaml-node.ts';

/** @throws DocumentError where identity or log source cannot be told */
export function readInfo(
  document: YamlMap,
  source: string,
  kind: RuleInfo['kind'],
  warnings: Warning[],
): RuleInfo {
  const text = (key: string): string | undefined => textOf(entry(document, key)?.value);
  const list = (key: string): string[] => textList(entry(document, key)?.value);
  const title = text('title') ?? '';
  const stated = identity(document, 'id');
  const id = stated ?? (title === '' ? `${source}:${String(document.at.line)}` : `title:${title}`);
  const custom: Record<string, Data> = Object.create(null) as Record<string, Data>;
  for (const { key, value } of document.entries) if (!KNOWN_KEYS.has(key)) custom[key] = toData(value);
  const info: RuleInfo = Object.freeze({
    kind,
    id,
    name: identity(document, 'name'),
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
    logsource: readLogSource(document, warnings),
    custom,
    source,
    line: document.at.line,
    column: document.at.column,
    warnings: [],
    warningsAt: [],
  });
  checkHead(document, kind, warnings);
  return withWarnings(info, warnings);
}

/** `id` or `name`: what other documents refer to must be beyond doubt. */
function identity(document: YamlMap, key: string): string | undefined {
  const value = entry(document, key)?.value;
  if (value !== undefined && value.kind !== 'scalar')
    throw new DocumentError(`"${key}" must be one text, not a list or a mapping`, value.at);
  return textOf(value) || undefined;
}

const PARTS = ['product', 'category', 'service'] as const;
const LOG_SOURCE_KEYS: ReadonlySet<string> = new Set([...PARTS, 'definition']);

function readLogSource(document: YamlMap, warnings: Warning[]): RuleInfo['logsource'] {
  const node = entry(document, 'logsource')?.value;
  const parts: LogSource = { product: undefined, category: undefined, service: undefined };
  if (node === undefined || (node.kind === 'scalar' && node.value === null))
    return { ...parts, definition: undefined };
  if (node.kind !== 'map')
    throw new DocumentError('logsource must be a mapping of product, category, service', node.at);
  for (const part of PARTS) {
    const value = entry(node, part)?.value;
    if (value === undefined) continue;
    if (value.kind !== 'scalar') {
      const message = `"${part}" of the log source must be one text: write a rule for each, or leave it out`;
      throw new DocumentError(message, value.at);
    }
    parts[part] = textOf(value) || undefined;
    if (parts[part] === undefined)
      warnings.push({ at: at1(value.at), message: `"${part}" of the log source is empty: leave it out` });
  }
  for (const { key, keyAt } of node.entries) {
    const meant = LOG_SOURCE_KEYS.has(key) ? '' : didYouMean(key, LOG_SOURCE_KEYS);
    if (meant !== '')
      warnings.push({ at: at1(keyAt), message: `the log source has no part "${key}"${meant}` });
  }
  return { ...parts, definition: textOf(entry(node, 'definition')?.value) };
}

function readRelated(node: YamlNode | undefined): RelatedRule[] {
  if (node?.kind !== 'list') return [];
  return node.items.flatMap((item) => {
    if (item.kind !== 'map') return [];
    const [id, type] = [textOf(entry(item, 'id')?.value), textOf(entry(item, 'type')?.value)];
    return id === undefined ? [] : [{ id, type: type ?? '' }];
  });
}
