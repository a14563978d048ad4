/**
 * Rule text -> typed syntax trees. Every document of a text becomes a rule, a correlation, a filter or an error with
 * its place; a bad document never spoils its neighbours. What depends on modifiers, placeholders or other rules is
 * checked by `compile`.
 */
import { readCorrelation } from './parse-correlation.ts';
import { readBlock } from './parse-detection.ts';
import { readInfo } from './parse-info.ts';
import { SourceText } from './place.ts';
import { withWarnings } from './format.ts';
import { DocumentError, entry, namesOf, need, textOf } from './read.ts';
import type { ParsedFilter, ParsedRules, Position, SigmaError, Warning } from './types.ts';
import { readYaml } from './yaml.ts';
import type { YamlLimits } from './yaml.ts';
import type { YamlEntry, YamlMap } from './yaml-node.ts';

export interface ParseOptions {
  /** Name used in messages, usually the file's path. */
  source: string;
  limits?: YamlLimits | undefined;
}

/** Reads all documents of a text. Never throws: what is wrong is in `errors`. */
export function parseRules(text: string, { source, limits }: ParseOptions): ParsedRules {
  const parsed: ParsedRules = { rules: [], correlations: [], filters: [], errors: [] };
  const file: RuleFile = { source, written: new SourceText(text) };
  const actions = new Actions();
  for (const { node, error } of readYaml(file.written, limits)) {
    if (error !== undefined) parsed.errors.push({ source, ...error.at, message: error.message });
    if (node === undefined) continue;
    if (node.kind !== 'map') {
      const message = 'a rule must be a mapping with title, logsource and detection';
      parsed.errors.push({ source, ...node.at, message });
      continue;
    }
    guarded(node, file, parsed, () => {
      const document = actions.apply(node);
      if (document !== undefined) guarded(document, file, parsed, () => readDocument(document, file, parsed));
    });
  }
  return parsed;
}

interface RuleFile {
  source: string;
  written: SourceText;
}

/** Values that old collections may copy from document to document, in all of a file. */
const COPIES_MAX = 1_000_000;
const ACTIONS: ReadonlySet<string> = new Set(['global', 'repeat', 'reset']);

/**
 * Documents of the old `action` form build on the ones before them: several global ones add up, a later value wins.
 * Correlations and filters are younger than that form and stay what they are.
 */
class Actions {
  #shared: YamlMap | undefined;
  #previous: YamlMap | undefined;
  #copied = 0;

  /** The whole document; undefined where it only changes what follows. @throws DocumentError */
  apply(node: YamlMap): YamlMap | undefined {
    const stated = entry(node, 'action');
    const action = textOf(stated?.value);
    if (stated !== undefined && (action === undefined || !ACTIONS.has(action)))
      throw new DocumentError('"action" must be global, repeat or reset', stated.value.at);
    if (action === 'reset') this.#shared = undefined;
    if (action === 'reset' && node.entries.length === 1) return undefined;
    if (action === 'global') {
      this.#shared = this.#merged(this.#shared, node);
      this.#previous = this.#shared;
      return undefined;
    }
    if (entry(node, 'correlation') !== undefined || entry(node, 'filter') !== undefined) return node;
    if (action === 'repeat' && this.#previous === undefined)
      throw new DocumentError('"action: repeat" needs a rule before it', stated?.value.at ?? node.at);
    this.#previous = this.#merged(action === 'repeat' ? this.#previous : this.#shared, node);
    return this.#previous;
  }

  /** The later map wins; mappings below merge too. */
  #merged(base: YamlMap | undefined, over: YamlMap): YamlMap {
    if (base === undefined) return over;
    this.#copied += base.entries.length + over.entries.length;
    if (this.#copied > COPIES_MAX) {
      throw new DocumentError(
        `the documents of this file take over more than ${String(COPIES_MAX)} values by "action": split the file`,
        over.at,
      );
    }
    const merged = new Map(base.entries.map((one): [string, YamlEntry] => [one.key, one]));
    for (const one of over.entries) {
      const before = merged.get(one.key)?.value;
      const { value } = one;
      const both = before?.kind === 'map' && value.kind === 'map';
      merged.set(one.key, both ? { ...one, value: this.#merged(before, value) } : one);
    }
    merged.delete('action');
    return { kind: 'map', entries: [...merged.values()], at: over.at };
  }
}

/** What is thrown about a document becomes an entry of `errors`. */
function guarded(document: YamlMap, { source }: RuleFile, parsed: ParsedRules, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    const title = textOf(entry(document, 'title')?.value);
    const ruleId = textOf(entry(document, 'id')?.value) ?? (title === undefined ? title : `title:${title}`);
    const { line, column } = error.at;
    parsed.errors.push({ source, line, column, message: error.message, title, ruleId } satisfies SigmaError);
  }
}

function readDocument(document: YamlMap, { source, written }: RuleFile, parsed: ParsedRules): void {
  const section = sectionOf(document);
  const kind = section.key === 'detection' ? 'rule' : section.key;
  const warnings: Warning[] = [];
  const info = readInfo(document, source, kind, warnings);
  const keyPlaces = new Map(document.entries.map(({ key, keyAt }): [string, Position] => [key, keyAt]));
  if (kind === 'correlation') {
    const correlation = readCorrelation(document, section, withWarnings(info, warnings), written);
    parsed.correlations.push({ ...correlation, keyPlaces });
    return;
  }
  const filtered = kind === 'filter' ? readFilteredRules(section) : undefined;
  const detection = readBlock(section, kind === 'filter' ? 'rules' : undefined, written, warnings);
  const read = { info: withWarnings(info, warnings), keyPlaces, detection };
  if (filtered === undefined) parsed.rules.push(read);
  else parsed.filters.push({ ...read, rules: filtered });
}

type Section = YamlEntry & { key: 'correlation' | 'filter' | 'detection' };

/** The section that makes a document what it is. @throws DocumentError for none and for two */
function sectionOf(document: YamlMap): Section {
  const [first, second] = document.entries.filter(isSection);
  if (second !== undefined) {
    throw new DocumentError(
      `a document has "${first?.key ?? ''}" or "${second.key}", not both: write two documents, with --- between them`,
      second.keyAt,
    );
  }
  if (first !== undefined) return first;
  const message = 'a rule needs a "detection" with selections and a condition';
  return { ...need(document, 'detection', message), key: 'detection' };
}

function isSection(found: YamlEntry): found is Section {
  return found.key === 'correlation' || found.key === 'filter' || found.key === 'detection';
}

/** Ids or names of the rules that a filter narrows. */
function readFilteredRules({ value, keyAt }: Section): ParsedFilter['rules'] {
  if (value.kind !== 'map')
    throw new DocumentError('"filter" must be a mapping of "rules", selections and a "condition"', value.at);
  const stated = need(value, 'rules', 'a filter needs "rules": ids or names, or "any"', keyAt);
  const names = [...namesOf(stated.value, 'the filter\'s "rules"').keys()];
  if (names.length === 0) {
    throw new DocumentError(
      'the filter\'s "rules" is empty: name rules by id or name, or say "any"',
      stated.value.at,
    );
  }
  return stated.value.kind === 'scalar' && names[0]?.toLowerCase() === 'any' ? 'any' : names;
}
