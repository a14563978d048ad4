/**
 * The lines of a rule's selections: values and modifiers that do nothing, or not what they seem to. Reads the syntax
 * tree alone, so that each finding has the place of its line.
 */
import type { LintCode } from './lint-codes.ts';
import { hasFields, logSourceKey } from './lint-source.ts';
import { ANY_RUN, parseTokens } from './text.ts';
import type { Tokens } from './text.ts';
import type { DetectionAst, ItemAst, LogSource, Position } from './types.ts';

export type ReportAt = (code: LintCode, at: Position, ...args: string[]) => void;

const SHOWN_CHARS_MAX = 60;
const AFFIXES = new Set(['contains', 'startswith', 'endswith']);
/** Modifiers beside which an affix may stand, and that leave wildcards what they are. */
const BESIDE_AFFIXES = new Set(['all', 'cased', 'windash', 'neq', 'expand']);
/** Values of these are not text with wildcards. */
const NO_TEXT = new Set(['re', 'cidr', 'exists', 'fieldref', 'lt', 'lte', 'gt', 'gte']);
const CASE_COUNTS = new Set(['cased', 're', 'base64', 'base64offset']);

export function itemsOf(detection: DetectionAst): readonly ItemAst[] {
  switch (detection.kind) {
    case 'item':
      return [detection.item];
    case 'all':
      return detection.items;
    case 'any':
      return detection.of.flatMap(itemsOf);
  }
}

/** A line as the rule wrote it: `field|modifier`. */
function itemName({ field, modifiers }: ItemAst): string {
  return [field ?? '', ...modifiers].join('|') || 'keywords';
}

export function checkItem(item: ItemAst, logsource: LogSource, report: ReportAt): void {
  const name = itemName(item);
  const { field, modifiers, values, at } = item;
  if (field === undefined) {
    if (hasFields(logsource)) report('keyword-logsource', at, logSourceKey(logsource));
  } else if (/\s/.test(field)) report('field-space', at, field);
  if (modifiers.includes('all') && values.length < 2) report('all-single-value', at, name);
  checkDuplicates(item, name, report);
  if (modifiers.includes('re')) checkRegexes(item, name, report);
  else if (!modifiers.some((modifier) => NO_TEXT.has(modifier))) checkWildcards(item, name, report);
}

function checkDuplicates({ modifiers, values }: ItemAst, name: string, report: ReportAt): void {
  const isCased = modifiers.some((modifier) => CASE_COUNTS.has(modifier));
  const seen = new Set<string>();
  for (const { raw, at } of values) {
    const key = isCased ? raw : raw.toLowerCase();
    if (seen.has(key)) report('value-duplicate', at, name, shown(raw));
    seen.add(key);
  }
}

function checkRegexes({ modifiers, values }: ItemAst, name: string, report: ReportAt): void {
  for (const { raw, at } of values) {
    const flag = /^\(\?([ims])\)/.exec(raw)?.[1];
    if (flag !== undefined) report('regex-inline-flag', at, name, flag);
    const isEdged = /^(?:\(\?[ims]+\))?\.\*(?![?+{])/.test(raw) || /(?<!\\)(?:\\\\)*\.\*$/.test(raw);
    if (isEdged && !modifiers.includes('neq')) report('regex-edge', at, name, shown(raw));
  }
}

function checkWildcards({ modifiers, values, field, at }: ItemAst, name: string, report: ReportAt): void {
  const texts = values.filter(({ value }) => typeof value === 'string');
  const affix = modifiers.find((modifier) => AFFIXES.has(modifier));
  const suggestions = new Set<string | undefined>();
  for (const { raw, at: place } of texts) {
    const tokens = parseTokens(raw);
    if (tokens.some((token, index) => token === ANY_RUN && tokens[index + 1] === ANY_RUN))
      report('wildcard-double', place, name, shown(raw));
    // Three backslashes or more, or one before a wildcard, say something else.
    if (/(?<!\\)\\\\(?![\\*?]|$)/.test(raw)) report('escape-needless', place, name, shown(raw));
    if (affix !== undefined && tokens.length > 1 && isOpen(tokens, affix))
      report('wildcard-needless', place, name, shown(raw));
    suggestions.add(affixOf(tokens));
  }
  const [suggested] = suggestions;
  const isPlain = modifiers.every((modifier) => BESIDE_AFFIXES.has(modifier));
  if (field === undefined || !isPlain || suggestions.size !== 1 || suggested === undefined) return;
  if (texts.length === values.length) report('wildcard-affix', at, name, suggested);
}

/** The modifier that says what `*` at the edges of an otherwise plain text says. */
function affixOf(tokens: Tokens): string | undefined {
  const [first, second, third] = tokens;
  if (tokens.length === 2 && first === ANY_RUN && typeof second === 'string') return 'endswith';
  if (tokens.length === 2 && typeof first === 'string' && second === ANY_RUN) return 'startswith';
  const isMiddle =
    tokens.length === 3 && first === ANY_RUN && typeof second === 'string' && third === ANY_RUN;
  return isMiddle ? 'contains' : undefined;
}

function isOpen(tokens: Tokens, affix: string): boolean {
  const [isBefore, isBehind] = [tokens[0] === ANY_RUN, tokens.at(-1) === ANY_RUN];
  if (affix === 'startswith') return isBehind;
  return affix === 'endswith' ? isBefore : isBefore || isBehind;
}

function shown(text: string): string {
  return text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}...` : text;
}
