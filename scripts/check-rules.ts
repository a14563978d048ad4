/**
 * Lints our detection rules: all that `vonggac sigma check` finds, and what we ask of every rule beyond it (both
 * languages, advice, an entity that exists, a test file). Usage: `node scripts/check-rules.ts [FOLDER]`; exit 1 when there is a finding.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { normalize } from '../collector/normalize/normalize.ts';
import { recordSchema } from '../collector/protocol/record.ts';
import { OWN_LOG_SOURCES } from '../collector/detect/log-sources.ts';
import {
  compile,
  lint,
  lintMessage,
  parseRules,
  type Data,
  type LintCode,
  type ParsedRules,
  type RuleInfo,
} from '../rules/sigma/index.ts';
import { buildRecord, parseRuleTest, type RuleTest } from '../rules/testing/rule-test-file.ts';

export interface Finding {
  source: string;
  line: number;
  message: string;
}

export interface RuleReport {
  findings: Finding[];
  rules: readonly RuleInfo[];
}

const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'];
/** Conventions of the public rules that ours do not follow: titles are sentences, files are named in kebab-case. */
const NOT_OURS: ReadonlySet<LintCode> = new Set([
  'title-case',
  'filename-form',
  'filename-prefix',
  'reference-attack',
  'regex-inline-flag',
  'wildcard-affix',
]);
/** Letters that Vietnamese has and English has not. */
const VIETNAMESE = /[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]/iu;
const TITLE_CHARS_MAX = 100;
const TEST_MS = Date.UTC(2025, 5, 15, 2, 0, 0);

function textOf(value: Data | undefined): string {
  return typeof value === 'string' ? value : '';
}

function entityOf(rule: RuleInfo): string[] | undefined {
  const own = rule.custom['vonggac'];
  if (typeof own !== 'object' || own === null || !('entity' in own)) return undefined;
  const { entity } = own;
  return Array.isArray(entity) ? entity.map(String) : undefined;
}

/** What a rule must say about itself. */
function fieldFindings(rule: RuleInfo): string[] {
  const { custom } = rule;
  const messages: [wrong: boolean, message: string][] = [
    [rule.title.length > TITLE_CHARS_MAX, `title is longer than ${TITLE_CHARS_MAX} characters`],
    [!rule.tags.some((tag) => /^attack\.t\d{4}/.test(tag)), 'tags name no ATT&CK technique (attack.tNNNN)'],
    [!VIETNAMESE.test(textOf(custom['title_vi'])), 'title_vi is missing or not Vietnamese'],
    [!VIETNAMESE.test(textOf(custom['description_vi'])), 'description_vi is missing or not Vietnamese'],
  ];
  if (rule.level !== 'informational') {
    messages.push(
      [textOf(custom['advice']) === '', 'advice is missing: what should the reader do?'],
      [!VIETNAMESE.test(textOf(custom['advice_vi'])), 'advice_vi is missing or not Vietnamese'],
    );
  }
  return messages.filter(([wrong]) => wrong).map(([, message]) => message);
}

/** The entity must be there whenever the rule matches. */
function entityFindings(rule: RuleInfo, test: RuleTest, groupBy: readonly string[] | undefined): string[] {
  const entity = entityOf(rule);
  if (entity === undefined || entity.length === 0)
    return ['vonggac.entity is missing: name the fields an alert groups by'];
  if (groupBy !== undefined) {
    const strangers = entity.filter((field) => !groupBy.includes(field));
    return strangers.map((field) => `the entity "${field}" is not in group-by, so a hit does not have it`);
  }
  if (!('match' in test)) return [];
  return test.match.flatMap(({ name, record }) => {
    const parsed = recordSchema.safeParse(buildRecord(record, TEST_MS));
    if (!parsed.success) return [`the test "${name}" holds a record that no agent can send`];
    const { fields } = normalize(parsed.data, {
      hostname: 'host',
      timeZone: 'Asia/Ho_Chi_Minh',
      receivedMs: TEST_MS,
    });
    return entity
      .filter((field) => !fields.has(field))
      .map((field) => `the event of the test "${name}" has no field "${field}", which the entity names`);
  });
}

function testFindings(file: string, parsed: ParsedRules): { test: RuleTest | undefined; messages: string[] } {
  const testFile = file.replace(/\.ya?ml$/, '.test.yml');
  if (!existsSync(testFile))
    return { test: undefined, messages: [`there is no test beside it: ${path.basename(testFile)}`] };
  try {
    const test = parseRuleTest(readFileSync(testFile, 'utf8'), path.basename(testFile));
    const ids = [...parsed.rules, ...parsed.correlations].map(({ info }) => info.id);
    const messages = ids.includes(test.rule) ? [] : [`its test is for the rule ${test.rule}`];
    const isCorrelation = parsed.correlations.length > 0;
    if (isCorrelation !== 'sequences' in test)
      messages.push(`its test needs ${isCorrelation ? 'sequences' : 'match and near_miss'}`);
    if ('sequences' in test && !test.sequences.some(({ fires }) => fires.length === 0))
      messages.push('no sequence of its test is a near miss');
    return { test, messages };
  } catch (error) {
    return { test: undefined, messages: [error instanceof Error ? error.message : String(error)] };
  }
}

/** Names and ids that correlations use; an informational rule that none uses tells nobody anything. */
function usedBy(all: readonly ParsedRules[]): Set<string> {
  return new Set(all.flatMap(({ correlations }) => correlations.flatMap(({ rules }) => rules)));
}

/** A correlation that goes on cannot count what a rule finds that is taken out of force. */
function usedByLiving(all: readonly ParsedRules[]): Set<string> {
  const living = (file: ParsedRules): ParsedRules['correlations'] =>
    file.correlations.filter(({ info }) => info.status !== 'deprecated');
  return usedBy(all.map((file) => ({ ...file, correlations: living(file) })));
}

/** Every finding in the rules below `folder`; an empty list means that all is well. */
export function checkRules(folder: string): RuleReport {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .sort();
  const ruleNames = names.filter((name) => !name.endsWith('.test.yml'));
  const parsed = ruleNames.map((name) =>
    parseRules(readFileSync(path.join(folder, name), 'utf8'), { source: name }),
  );
  const findings: Finding[] = lint(parsed, { logsources: OWN_LOG_SOURCES })
    .filter(({ code }) => !NOT_OURS.has(code))
    .map((finding) => ({ source: finding.source, line: finding.line, message: lintMessage(finding) }));
  const used = usedBy(parsed);
  const usedLater = usedByLiving(parsed);
  const add = (source: string, line: number, messages: readonly string[]): void => {
    for (const message of messages) findings.push({ source, line, message });
  };
  for (const [index, name] of ruleNames.entries()) {
    const file = parsed[index];
    if (file === undefined) continue;
    const documents = [...file.rules, ...file.correlations];
    if (documents.length !== 1) add(name, 1, [`holds ${documents.length} rules: one rule, one file`]);
    const { test, messages } = testFindings(path.join(folder, name), file);
    add(name, 1, messages);
    for (const document of documents) {
      const { info } = document;
      add(name, info.line, fieldFindings(info));
      if (test !== undefined)
        add(
          name,
          info.line,
          entityFindings(info, test, 'groupBy' in document ? document.groupBy : undefined),
        );
      const isUsed = used.has(info.id) || (info.name !== undefined && used.has(info.name));
      const isUsedLater = usedLater.has(info.id) || (info.name !== undefined && usedLater.has(info.name));
      if (info.status === 'deprecated' && isUsedLater)
        add(name, info.line, ['is deprecated, and a correlation that is not counts what it finds']);
      if (info.level === 'informational' && !isUsed)
        add(name, info.line, ['is informational and no correlation uses it']);
      if (isUsed && info.level !== 'informational')
        add(name, info.line, ['only feeds a correlation, so its level must be informational']);
    }
  }
  for (const name of names.filter((name) => name.endsWith('.test.yml'))) {
    if (!ruleNames.includes(name.replace(/\.test\.yml$/, '.yml'))) add(name, 1, ['is a test without a rule']);
  }
  return { findings, rules: compile(parsed).rules };
}

function main(): void {
  const folder = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '..', 'rules', 'detections'));
  const { findings, rules } = checkRules(folder);
  for (const { source, line, message } of findings)
    console.error(`${path.join(folder, source)}:${line}: ${message}`);
  const levels = LEVELS.map(
    (level) => `${rules.filter((rule) => rule.level === level).length} ${level}`,
  ).join(', ');
  console.log(`${rules.length} rules (${levels}), ${findings.length} findings`);
  if (findings.length > 0) process.exitCode = 1;
}

if (import.meta.main) main();
