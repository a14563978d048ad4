/**
 * The head of a document against the JSON schemas of the specification. Nothing here changes what a rule matches, so
 * nothing here rejects it: every finding is a warning at the value it is about.
 */
import { at1, entry } from './read.ts';
import { closest, didYouMean } from './suggest.ts';
import type { Position, RuleInfo, Warning } from './types.ts';
import type { YamlEntry, YamlMap, YamlNode, YamlScalar } from './yaml-node.ts';

/** Tells about the value of one key. */
type Check = (entry: YamlEntry, warn: (at: Position, message: string) => void) => void;

const TITLE_MAX = 256;
const DESCRIPTION_MAX = 65_535;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DATE = /^([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/;
// The names of D3FEND artifacts have capital letters.
const TAG = /^(?:[a-z0-9_-]+\.[a-z0-9._-]+|d3fend\.d3f-[A-Za-z0-9._-]+)$/;
const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'];
const STATUSES = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'];
const RELATIONS = ['derived', 'obsolete', 'merged', 'renamed', 'similar'];

const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['title', text(TITLE_MAX)],
  ['id', text(TITLE_MAX, isUuid)],
  ['related', related],
  ['name', text(TITLE_MAX)],
  ['taxonomy', text(TITLE_MAX, knownTaxonomy)],
  ['status', text(TITLE_MAX, oneOf(STATUSES))],
  ['description', text(DESCRIPTION_MAX)],
  ['license', text(TITLE_MAX)],
  ['references', list()],
  ['author', text(DESCRIPTION_MAX)],
  ['date', text(TITLE_MAX, isDate)],
  ['modified', text(TITLE_MAX, isDate)],
  ['fields', list()],
  ['falsepositives', list({ lengthMin: 2 })],
  ['level', text(TITLE_MAX, oneOf(LEVELS))],
  ['tags', list({ check: isTag })],
  ['scope', list({ lengthMin: 2 })],
]);

/** Top-level keys that Sigma defines; all others are custom. */
export const KNOWN_KEYS: ReadonlySet<string> = new Set([
  ...CHECKS.keys(),
  'logsource',
  'detection',
  'correlation',
  'filter',
  'generate',
  'action',
]);

/** Adds a warning for everything in the head of the document that the schemas do not allow. */
export function checkHead(document: YamlMap, kind: RuleInfo['kind'], warnings: Warning[]): void {
  const warn = (at: Position, message: string): void => void warnings.push({ at: at1(at), message });
  if (entry(document, 'title') === undefined) warn(document.at, 'the rule has no title');
  if (kind !== 'correlation' && logSourceIsEmpty(document)) {
    const { keyAt: at } = entry(document, 'logsource') ?? { keyAt: document.at };
    warn(at, 'no log source: name a product, category or service, or the rule is tried on every event');
  }
  for (const found of document.entries) CHECKS.get(found.key)?.(found, warn);
  for (const { key, keyAt } of document.entries.slice(0, GUESSES_MAX)) {
    const meant = KNOWN_KEYS.has(key) ? undefined : meantKey(key);
    if (meant !== undefined && entry(document, meant) === undefined)
      warn(keyAt, `"${key}" is no key of Sigma; did you mean "${meant}"?`);
  }
}

/** Keys of a document that are looked at for slips of the pen. */
const GUESSES_MAX = 200;
/** Rules of one author share their own keys, so what was found of a word is kept. */
const REMEMBERED_MAX = 1_000;
const remembered = new Map<string, string | undefined>();

function meantKey(key: string): string | undefined {
  if (!remembered.has(key)) {
    if (remembered.size >= REMEMBERED_MAX) remembered.clear();
    remembered.set(key, closest(key, KNOWN_KEYS));
  }
  return remembered.get(key);
}

function logSourceIsEmpty(document: YamlMap): boolean {
  const node = entry(document, 'logsource')?.value;
  if (node?.kind !== 'map') return true;
  return !node.entries.some(
    ({ key, value }) =>
      ['product', 'category', 'service'].includes(key) && value.kind === 'scalar' && value.value !== null,
  );
}

/** One text; `check` says what is wrong with it. */
function text(lengthMax: number, check?: (text: string) => string | undefined): Check {
  return ({ key, value }, warn) => {
    if (value.kind !== 'scalar') warn(value.at, `"${key}" should be one text, not a list or a mapping`);
    else if (value.value === null || value.raw === '') warn(value.at, `"${key}" is empty: leave it out`);
    else if (value.raw.length > lengthMax) {
      const length = String(value.raw.length);
      warn(value.at, `"${key}" has ${length} characters, more than ${String(lengthMax)}: shorten it`);
    } else {
      const problem =
        check?.(value.raw) ?? (typeof value.value === 'string' ? undefined : 'should be text: quote it');
      if (problem !== undefined) warn(value.at, `"${key}" ${problem}`);
    }
  };
}

interface ListOptions {
  lengthMin?: number;
  check?: (text: string) => string | undefined;
}

/** A list of texts without repeats. */
function list({ lengthMin = 1, check }: ListOptions = {}): Check {
  return ({ key, value }, warn) => {
    if (value.kind === 'scalar' && value.value === null) {
      warn(value.at, `"${key}" is empty: leave it out`);
      return;
    }
    if (value.kind !== 'list') warn(value.at, `"${key}" should be a list`);
    const seen = new Set<string>();
    for (const item of value.kind === 'list' ? value.items : [value]) {
      if (!isText(item)) {
        warn(item.at, `an item of "${key}" should be text`);
        continue;
      }
      const shown = clip(item.raw);
      if (item.raw.length < lengthMin) warn(item.at, `"${shown}" in "${key}" is too short`);
      if (seen.has(item.raw)) warn(item.at, `"${shown}" stands twice in "${key}"`);
      seen.add(item.raw);
      const problem = check?.(item.raw);
      if (problem !== undefined) warn(item.at, `"${shown}" in "${key}" ${problem}`);
    }
  };
}

function isText(node: YamlNode): node is YamlScalar {
  return node.kind === 'scalar' && node.value !== null && node.raw !== '';
}

function related({ value }: YamlEntry, warn: (at: Position, message: string) => void): void {
  if (value.kind !== 'list') {
    warn(value.at, '"related" should be a list of mappings with "id" and "type"');
    return;
  }
  for (const item of value.items) {
    const [id, type] = item.kind === 'map' ? [entry(item, 'id')?.value, entry(item, 'type')?.value] : [];
    if (id === undefined || !isText(id)) {
      warn(item.at, 'an item of "related" needs "id" and "type", and is left out');
      continue;
    }
    const problem = isUuid(id.raw);
    if (problem !== undefined) warn(id.at, `"id" in "related" ${problem}`);
    if (type === undefined || !isText(type))
      warn(item.at, `an item of "related" needs "type": ${RELATIONS.join(', ')}`);
    else {
      const unknown = oneOf(RELATIONS)(type.raw);
      if (unknown !== undefined) warn(type.at, `"type" in "related" ${unknown}`);
    }
  }
}

function isUuid(id: string): string | undefined {
  return UUID.test(id) ? undefined : `should be a UUID, found "${clip(id)}": make one with "uuidgen"`;
}

function isDate(date: string): string | undefined {
  const [, year, month, day] = DATE.exec(date) ?? [];
  const time = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (time.getUTCDate() === Number(day)) return undefined;
  return `should be a date such as 2026-01-31, found "${clip(date)}"`;
}

function isTag(tag: string): string | undefined {
  return TAG.test(tag) ? undefined : 'should be "namespace.name" in lower case, such as attack.t1059';
}

function knownTaxonomy(taxonomy: string): string | undefined {
  return taxonomy === 'sigma'
    ? undefined
    : `is "${clip(taxonomy)}": field names are used as they are written`;
}

function oneOf(known: readonly string[]): (text: string) => string | undefined {
  return (word) =>
    known.includes(word)
      ? undefined
      : `should be one of ${known.join(', ')}, found "${clip(word)}"${didYouMean(word, known)}`;
}

function clip(word: string): string {
  return word.length > 60 ? `${word.slice(0, 60)}...` : word;
}
