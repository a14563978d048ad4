/**
 * What a rule says about itself, against the SigmaHQ conventions. Each check is given one document and reports by code;
 * nothing here looks at detections.
 */
import { ATTACK_VERSION, FORMER_TACTICS, successorOf, TACTICS, tacticsOfTechnique } from './attack.ts';
import type { LintCode } from './lint-codes.ts';
import type { RuleInfo } from './types.ts';

/** `key` is the document's key at fault; its place is where the finding points. */
export type Report = (code: LintCode, key: string, ...args: string[]) => void;

const TITLE_CHARS_MAX = 120;
const DESCRIPTION_CHARS_MIN = 16;
const SHOWN_CHARS_MAX = 60;

const STATUSES = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'];
const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'];
const RELATIONS = ['derived', 'obsolete', 'merged', 'renamed', 'similar'];
const RETIRED = new Set(['deprecated', 'unsupported']);

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Words that title casing leaves in lower case. */
const SMALL_WORDS = new Set(
  (
    'a an and as at but by for from if in into its nor of off on or over per so than that the then to up upon versus ' +
    'via vs when with without yet new'
  ).split(' '),
);

const TACTIC_NAMES: ReadonlySet<string> = new Set([...TACTICS, ...FORMER_TACTICS.keys()]);

const TECHNIQUE = /^t\d{4}(?:\.\d{3})?$/;

interface Namespace {
  fits: (name: string) => boolean;
  wanted: string;
}

const oneOf = (...names: string[]): Namespace => ({
  fits: (name) => names.includes(name),
  wanted: names.join(', '),
});
const like = (pattern: RegExp, wanted: string): Namespace => ({
  fits: (name) => pattern.test(name),
  wanted,
});

/** Tags by their namespace, as in the appendix on tags of the specification. */
const NAMESPACES: ReadonlyMap<string, Namespace> = new Map([
  [
    'attack',
    {
      fits: (name) =>
        TACTIC_NAMES.has(name.replaceAll('_', '-')) ||
        /^(?:t\d{4}(?:\.\d{3})?|g\d{4}|s\d{4}|ds\d{4}|m\d{4}|a\d{4}|c\d{4})$/.test(name),
      wanted: 'a tactic such as initial-access, or t1234, t1234.001, g1234, s1234, ds1234, m1234, a1234',
    },
  ],
  ['car', like(/^\d{4}-\d{2}-\d{3}$/, 'car.2016-04-005')],
  ['cve', like(/^\d{4}-\d{4,}$/, 'cve.2021-44228')],
  [
    'd3fend',
    like(
      /^(?:d3-[a-z-]+|d3f-[A-Za-z-]+|model|harden|detect|isolate|deceive|evict)$/,
      'd3-am, d3f-WindowsNtOpenFile or a tactic',
    ),
  ],
  ['detection', oneOf('dfir', 'emerging-threats', 'threat-hunting')],
  ['stp', like(/^[1-5][auk]?$/, 'stp.1 to stp.5, with a, u or k')],
  ['tlp', oneOf('red', 'amber', 'amber-strict', 'green', 'clear')],
]);

const FALSE_POSITIVES_BANNED =
  /^(?:none|no|n\/a|pen(?:etration )?-?test(?:ing|s|er|ers)?|red ?team(?:ing|s)?)\.?$/i;
const FALSE_POSITIVES_TYPOS =
  /\b(?:unkown|unknow|unkonwn|ligitimate|legitim|legitmate|legitimeate|legimate)\b/i;

/** All checks of one document's metadata. */
export function checkMetadata(info: RuleInfo, report: Report): void {
  checkTitle(info, report);
  checkIdentity(info, report);
  checkChoices(info, report);
  checkDescription(info, report);
  checkDates(info, report);
  checkReferences(info, report);
  checkTags(info, report);
  checkFalsePositives(info, report);
}

function checkTitle({ title }: RuleInfo, report: Report): void {
  if (title === '') {
    report('title-missing', 'title');
    return;
  }
  const { length } = title;
  if (length > TITLE_CHARS_MAX) report('title-length', 'title', String(length), String(TITLE_CHARS_MAX));
  if (title.endsWith('.')) report('title-dot', 'title');
  const verb = /^Detect(?:s|ion of)?\b(?= )/i.exec(title)?.[0];
  if (verb !== undefined) report('title-detects', 'title', verb);
  // Names of programs, paths, options and versions keep their own case.
  const small = title.split(/\s+/).filter((word) => /^\p{Ll}+$/u.test(word) && !SMALL_WORDS.has(word));
  if (small.length > 0) report('title-case', 'title', small.join(' '));
}

function checkIdentity({ id, title, source, line, related }: RuleInfo, report: Report): void {
  if (id === `title:${title}` || id === `${source}:${String(line)}`) report('id-missing', 'title');
  else if (!UUID_V4.test(id)) report(UUID.test(id) ? 'id-version' : 'id-form', 'id', id);
  for (const one of related) {
    if (!UUID.test(one.id) || one.type === '') report('related-form', 'related', one.id);
    else if (!RELATIONS.includes(one.type)) report('related-type', 'related', one.type, RELATIONS.join(', '));
  }
}

function checkChoices({ kind, status, level }: RuleInfo, report: Report): void {
  if (status === undefined) report('status-missing', 'title', STATUSES.join(', '));
  else if (!STATUSES.includes(status)) report('status-unknown', 'status', status, STATUSES.join(', '));
  else if (RETIRED.has(status)) report('status-retired', 'status', status);
  if (kind === 'filter') return; // a filter has the level of the rules it narrows
  if (level === undefined) report('level-missing', 'title', LEVELS.join(', '));
  else if (!LEVELS.includes(level)) report('level-unknown', 'level', level, LEVELS.join(', '));
}

function checkDescription({ description, author }: RuleInfo, report: Report): void {
  const text = description?.trim() ?? '';
  if (text === '') report('description-missing', 'title');
  else if (text.length < DESCRIPTION_CHARS_MIN)
    report('description-length', 'description', String(text.length), String(DESCRIPTION_CHARS_MIN));
  if (/\bhttps?:\/\//i.test(text)) report('description-link', 'description');
  if ((author?.trim() ?? '') === '') report('author-missing', 'title');
}

function checkDates({ date, modified }: RuleInfo, report: Report): void {
  if (date === undefined) report('date-missing', 'title');
  else if (!isDate(date)) report('date-form', 'date', 'date', date);
  if (modified === undefined) return;
  if (!isDate(modified)) report('date-form', 'modified', 'modified', modified);
  else if (date !== undefined && isDate(date) && modified < date)
    report('date-order', 'modified', modified, date);
}

function isDate(text: string): boolean {
  const at = DATE.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

function checkReferences({ kind, references }: RuleInfo, report: Report): void {
  if (references.length === 0 && kind === 'rule') report('references-missing', 'title');
  const seen = new Set<string>();
  for (const link of references) {
    if (seen.has(link)) report('reference-duplicate', 'references', link);
    seen.add(link);
    if (/^https?:\/\/attack\.mitre\.org\//i.test(link)) report('reference-attack', 'references', link);
    // Only a permanent link still shows what the author saw.
    if (
      /^https?:\/\/(?:www\.)?git(?:hub|lab)\.com\/[^#?]*\/(?:blob|tree|raw)\/(?:main|master)(?:\/|$)/i.test(
        link,
      )
    )
      report('reference-branch', 'references', link);
  }
}

function checkTags({ kind, tags }: RuleInfo, report: Report): void {
  if (tags.length === 0 && kind === 'rule') report('tags-missing', 'title');
  const seen = new Set<string>();
  for (const tag of tags) {
    if (seen.has(tag)) report('tag-duplicate', 'tags', tag);
    seen.add(tag);
    const dot = tag.indexOf('.');
    const [prefix, name] = [tag.slice(0, dot), tag.slice(dot + 1)];
    const isCased = tag !== tag.toLowerCase() && prefix !== 'd3fend';
    if (dot < 1 || name === '' || isCased || /\s/.test(tag)) {
      report('tag-form', 'tags', tag);
      continue;
    }
    const namespace = NAMESPACES.get(prefix);
    if (namespace === undefined) report('tag-namespace', 'tags', tag, [...NAMESPACES.keys()].join(', '));
    else if (!namespace.fits(name)) report('tag-unknown', 'tags', tag, namespace.wanted);
  }
  checkAttack(tags, report);
}

/** Tactics and techniques against the version of ATT&CK known here. A rule without tactics is left alone: the table has them. */
function checkAttack(tags: readonly string[], report: Report): void {
  const names = tags.flatMap((tag) => (tag.startsWith('attack.') ? [tag.slice('attack.'.length)] : []));
  const tactics = names.map((name) => name.replaceAll('_', '-')).filter((name) => TACTIC_NAMES.has(name));
  for (const tactic of new Set(tactics)) {
    const now = FORMER_TACTICS.get(tactic);
    if (now !== undefined) report('tactic-former', 'tags', tactic, ATTACK_VERSION, now.join(', '));
  }
  const named = new Set(tactics.flatMap((tactic) => FORMER_TACTICS.get(tactic) ?? [tactic]));
  for (const name of new Set(names)) {
    if (!TECHNIQUE.test(name)) continue;
    const technique = name.toUpperCase();
    const belongs = tacticsOfTechnique(technique);
    const now = successorOf(technique);
    if (belongs === undefined) report('technique-unknown', 'tags', technique, ATTACK_VERSION);
    else if (now !== undefined) report('technique-revoked', 'tags', technique, now, ATTACK_VERSION);
    if (belongs === undefined || named.size === 0 || belongs.some((tactic) => named.has(tactic))) continue;
    report('technique-tactic', 'tags', technique, belongs.join(', '));
  }
}

function checkFalsePositives({ kind, falsepositives }: RuleInfo, report: Report): void {
  if (falsepositives.length === 0 && kind !== 'filter') report('falsepositives-missing', 'title');
  for (const text of falsepositives) {
    const shown = text.slice(0, SHOWN_CHARS_MAX);
    if (FALSE_POSITIVES_BANNED.test(text.trim())) report('falsepositives-banned', 'falsepositives', shown);
    else if (/^\p{Ll}+(?:\s|$)/u.test(text)) report('falsepositives-case', 'falsepositives', shown);
    const typo = FALSE_POSITIVES_TYPOS.exec(text)?.[0];
    if (typo !== undefined) report('falsepositives-typo', 'falsepositives', typo);
  }
}
