/**
 * What the linter can find: stable codes, each with its severity and its English text (what is wrong, what to do).
 * Codes are a public interface: they are added, never renamed or given another meaning.
 */
import type { Position } from './types.ts';

/** error: the rule cannot be used. warning: it does not do what its author meant, or costs much. hint: convention. */
export type Severity = 'error' | 'warning' | 'hint';

export interface Finding extends Position {
  code: LintCode;
  severity: Severity;
  /** The name given to `parseRules`, usually a path. */
  source: string;
  ruleId?: string | undefined;
  title?: string | undefined;
  /** What the text names, in the order of the code's text. */
  args: readonly string[];
}

/** A code's text, by the arguments of the finding. */
export type LintText = (first: string, second: string, third: string) => string;

interface Entry {
  severity: Severity;
  text: LintText;
}

const hint = (text: LintText): Entry => ({ severity: 'hint', text });
const warning = (text: LintText): Entry => ({ severity: 'warning', text });
const error = (text: LintText): Entry => ({ severity: 'error', text });

const TABLE = {
  rejected: error((reason) => reason),
  'engine-warning': warning((text) => text),

  'title-missing': warning(() => 'the rule has no title: say in a few words what it finds'),
  'title-length': hint((length, max) => `the title has ${length} characters: use at most ${max}`),
  'title-case': hint((words) => `the title has words in lower case: capitalise "${words}"`),
  'title-dot': hint(() => 'the title ends with a dot: leave it out'),
  'title-detects': hint(
    (word) => `the title begins with "${word}": name what is found, and leave the word out`,
  ),
  'title-duplicate': warning((where) => `the title is also that of ${where}: say what is different`),
  'id-missing': warning(
    () => 'the rule has no id: give it a random UUID, so that alerts and correlations can name it',
  ),
  'id-form': warning((id) => `the id "${id}" is no UUID: make a random one (version 4)`),
  'id-version': hint((id) => `the UUID "${id}" is not random (version 4), so it may not be the only one`),
  'related-form': warning((what) => `"${what}" in related: expected the UUID of a rule and a type`),
  'related-type': warning((type, known) => `the type "${type}" in related is unknown; known are: ${known}`),
  'status-missing': warning((known) => `the rule has no status: use one of ${known}`),
  'status-unknown': warning((status, known) => `the status "${status}" is unknown; known are: ${known}`),
  'status-retired': hint((status) => `the rule is "${status}": take it out of the rules in use`),
  'level-missing': warning((known) => `the rule has no level: use one of ${known}`),
  'level-unknown': warning((level, known) => `the level "${level}" is unknown; known are: ${known}`),
  'description-missing': hint(() => 'the rule has no description: say what it finds and why that matters'),
  'description-length': hint(
    (length, min) => `the description has ${length} characters: use at least ${min}`,
  ),
  'description-link': hint(() => 'the description holds a link: put it into references'),
  'author-missing': hint(() => 'the rule has no author'),
  'date-missing': hint(() => 'the rule has no date: write YYYY-MM-DD'),
  'date-form': warning((key, text) => `${key} "${text}" is no date of the form YYYY-MM-DD`),
  'date-order': warning((modified, date) => `modified (${modified}) is before date (${date})`),
  'references-missing': hint(
    () => 'the rule has no references: give one that others can read, if there is any',
  ),
  'reference-attack': hint((link) => `${link}: say this with a tag (attack.tNNNN) instead`),
  'reference-branch': hint((link) => `${link} changes with its branch: link to a commit`),
  'reference-duplicate': hint((link) => `${link} is listed twice`),
  'tags-missing': hint(() => 'the rule has no tags: name at least an ATT&CK technique (attack.tNNNN)'),
  'tag-form': warning((tag) => `the tag "${tag}" is not of the form namespace.name in lower case`),
  'tag-namespace': hint((tag, known) => `the tag "${tag}" has an unknown namespace; known are: ${known}`),
  'tag-unknown': warning((tag, wanted) => `the tag "${tag}" is none of its namespace: expected ${wanted}`),
  'tag-duplicate': hint((tag) => `the tag "${tag}" is listed twice`),
  'tactic-former': hint(
    (tactic, version, now) => `the tactic "${tactic}" is not in ATT&CK ${version}: use ${now}`,
  ),
  'technique-unknown': hint((technique, version) => `ATT&CK ${version} has no technique ${technique}`),
  'technique-revoked': hint(
    (technique, now, version) => `ATT&CK ${version} has ${now} in place of ${technique}`,
  ),
  'technique-tactic': hint(
    (technique, tactics) => `${technique} belongs to ${tactics}, and the rule names no such tactic`,
  ),
  'falsepositives-missing': hint(
    () => 'falsepositives is missing: say what else looks like this, or "Unknown"',
  ),
  'falsepositives-banned': hint(
    (text) => `"${text}" in falsepositives says nothing: use "Unknown" or "Unlikely"`,
  ),
  'falsepositives-case': hint((text) => `"${text}" in falsepositives begins in lower case: capitalise it`),
  'falsepositives-typo': hint((word) => `"${word}" in falsepositives is misspelt`),
  'filename-form': hint(
    (name) => `the file name "${name}" should be 10 to 90 of a-z, 0-9 and _, ending in .yml`,
  ),
  'filename-prefix': hint(
    (name, prefix) => `the file name "${name}" of this log source should begin with ${prefix}`,
  ),

  'logsource-missing': warning(() => 'the rule has no log source: it is tried on every event of every kind'),
  'logsource-unknown': warning(
    (source) => `nothing is known to give the log source ${source}: check its spelling`,
  ),
  'field-unknown': hint(
    (field, source) => `no pipeline knows the field "${field}" of ${source}: check its spelling`,
  ),
  'field-space': hint(
    (field) => `the field "${field}" has a space in it: check that events really name it so`,
  ),

  'all-single-value': warning((item) => `${item}: "all" on a single value changes nothing`),
  'value-duplicate': warning(
    (item, value) => `${item}: the value "${value}" is listed twice (case does not count)`,
  ),
  'wildcard-affix': hint(
    (item, modifier) => `${item}: use the modifier "${modifier}" instead of "*" at the edge`,
  ),
  'wildcard-needless': hint(
    (item, value) => `${item}: the "*" at the edge of "${value}" is what the modifier adds`,
  ),
  'wildcard-double': hint((item, value) => `${item}: "**" in "${value}" is no more than "*"`),
  'escape-needless': hint(
    (item, value) => `${item}: "\\\\" in "${value}" is one backslash, as "\\" is: write one`,
  ),
  'regex-inline-flag': hint((item, flag) => `${item}: use the modifier "${flag}" instead of "(?${flag})"`),
  'regex-edge': hint(
    (item, value) => `${item}: ".*" at the edge of "${value}" is needless, since "re" is not anchored`,
  ),
  'keyword-logsource': warning(
    (source) => `keywords search the whole event, but ${source} has fields: name one`,
  ),

  'selection-unused': warning(
    (name) => `the selection "${name}" is not used by the condition: use it or delete it`,
  ),
  'condition-them': hint(
    (text) => `"${text}": name the selections by a pattern, so that a new one does not slip in`,
  ),
  'condition-of-single': hint(
    (text, name) => `"${text}" is only "${name}": write that, or give the pattern a "*"`,
  ),
  'condition-never': warning(() => 'the condition contradicts itself: the rule can never match'),
  'field-never': warning(
    (field, values) =>
      `the rule can never match: ${field} would have to be ${values}, and what else is asked of it excludes that`,
  ),
  'field-part-never': warning(
    (field, values) =>
      `a part of the rule can never hold: ${field} would have to be ${values}, and what else is asked of it excludes that`,
  ),
  'condition-always': warning(
    () => 'the condition holds whatever the selections find: the rule matches every event',
  ),
  'no-witness': warning(
    () =>
      'nothing must be present in an event for this rule to match, so it is evaluated for all of its log source',
  ),

  'detection-duplicate': warning((where) => `the detection is the same as that of ${where}: keep one`),
  'correlation-dead': warning((rule) => `the correlation counts "${rule}", which can never match`),
  'correlation-group': hint(
    () => 'the correlation has no group-by: it counts over all hosts and users together',
  ),
} as const satisfies Record<string, Entry>;

export type LintCode = keyof typeof TABLE;

export const LINT_CODES = Object.keys(TABLE) as readonly LintCode[];

export function severityOf(code: LintCode): Severity {
  return TABLE[code].severity;
}

/** The finding in English, without its place. */
export function lintMessage({ code, args }: Pick<Finding, 'code' | 'args'>): string {
  const { text }: { text: LintText } = TABLE[code];
  const [first = '', second = '', third = ''] = args;
  return text(first, second, third);
}
