/**
 * The rules in force: compiled once, immutable; a change is another book. A file or rule that cannot be read is named with
 * its place and left out; the rest load.
 */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { builtInPipelines } from '../../rules/pipelines/index.ts';
import {
  compile,
  compileInSteps,
  type CompileOptions,
  parseRules,
  type Data,
  type Engine,
  type ParsedRules,
  type RuleInfo,
  type SigmaError,
  type Steps,
} from '../../rules/sigma/index.ts';
import type { RulePolicy } from '../alert/alert-policy.ts';
import type { RuleFacts } from '../alert/detection.ts';
import { severitySchema, type RuleSummary, type Severity } from '../api/contract.ts';
import { correlationReach, type CorrelationReach } from './correlation-reach.ts';
import { ownText } from '../content/rule-document.ts';
import type { AlertRules } from './hits.ts';
import { readAhead, ruleFiles } from './rule-files.ts';

/** A rule file above this size is refused: it is not a rule. */
const RULE_FILE_BYTES_MAX = 10 * 1_048_576;
const RULE_FILES_MAX = 50_000;
/** Severity of a rule that names no level. */
const DEFAULT_SEVERITY: Severity = 'medium';

export interface RuleBook extends AlertRules {
  readonly engine: Engine;
  readonly reach: CorrelationReach;
  readonly summaries: readonly RuleSummary[];
  readonly rejected: readonly SigmaError[];
  isTest(ruleId: string): boolean;
  generates(ruleId: string): boolean;
  /** Tells whether a rule is the same in another book; undefined where nobody said. */
  digest(ruleId: string): string | undefined;
}

/** A file's or a document's rules as a book takes them. */
export interface BookRules {
  parsed: ParsedRules;
  isTest?: boolean | undefined;
  digest?: string | undefined;
}

/** What folders of rules hold, before anything is made of it. */
export interface RuleTexts {
  files: { place: string; text: string }[];
  unreadable: SigmaError[];
}

/** A folder of rules that the settings name cannot be read; the message says what to do. */
export class RulesUnreadableError extends Error {
  override readonly name = 'RulesUnreadableError';
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return await ruleFiles(folder);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `rules in ${folder} cannot be read (${why}): correct --rules or VONGGAC_RULES`;
    throw new RulesUnreadableError(message, { cause: error });
  }
}

/** @throws RulesUnreadableError when a folder cannot be read; never because of what a rule file holds. */
export async function readRuleTexts(folders: readonly string[], root = process.cwd()): Promise<RuleTexts> {
  const files: RuleTexts['files'] = [];
  const unreadable: SigmaError[] = [];
  for (const folder of folders) {
    const found = await filesIn(folder);
    if (found.length > RULE_FILES_MAX) {
      const message = `${found.length} rule files: only the first ${RULE_FILES_MAX} are read`;
      unreadable.push({ source: folder, line: 1, column: 1, message });
    }
    for await (const { source, size, text } of readAhead(found.slice(0, RULE_FILES_MAX), readRuleFile)) {
      if (text !== undefined) files.push({ place: nameOf(source, root), text });
      else {
        const message = `file of ${size} bytes is too large for a rule`;
        unreadable.push({ source: nameOf(source, root), line: 1, column: 1, message });
      }
    }
  }
  return { files, unreadable };
}

const without = <T extends { info: RuleInfo }>(list: readonly T[]): T[] =>
  list.filter(({ info }) => info.status !== 'deprecated');

/** The rules of folders, all of them on but those that are deprecated. @throws as `readRuleTexts` */
export async function loadRuleBook(folders: readonly string[], root = process.cwd()): Promise<RuleBook> {
  const { files, unreadable } = await readRuleTexts(folders, root);
  return makeRuleBook(
    files.map(({ place, text }) => {
      const parsed = parseRules(text, { source: place });
      return {
        parsed: { ...parsed, rules: without(parsed.rules), correlations: without(parsed.correlations) },
      };
    }),
    unreadable,
  );
}

async function readRuleFile(file: string): Promise<{ source: string; size: number; text?: string }> {
  const { size } = await stat(file);
  return size > RULE_FILE_BYTES_MAX
    ? { source: file, size }
    : { source: file, size, text: await readFile(file, 'utf8') };
}

/** A file below `root` is named from there. */
function nameOf(file: string, root: string): string {
  const relative = path.relative(root, file);
  return relative.startsWith('..') ? file : relative;
}

export function makeRuleBook(rules: readonly BookRules[], unreadable: readonly SigmaError[] = []): RuleBook {
  const parsed = rules.map((one) => one.parsed);
  return bookOf(compile(parsed, compileOptions()), rules, unreadable);
}

/**
 * The same beside other work. @param breathe is waited for between two steps
 * @param isMatched events are matched by it in this thread
 */
export async function makeRuleBookInSlices(
  rules: readonly BookRules[],
  unreadable: readonly SigmaError[],
  { breathe, isMatched }: { breathe: () => Promise<void>; isMatched: boolean },
): Promise<RuleBook> {
  const parsed = rules.map((one) => one.parsed);
  const engine = await inSlices(compileInSteps(parsed, compileOptions()), breathe);
  if (isMatched) await inSlices(engine.prepare(), breathe);
  return bookOf(engine, rules, unreadable);
}

async function inSlices<T>(steps: Steps<T>, breathe: () => Promise<void>): Promise<T> {
  for (;;) {
    const step = steps.next();
    await breathe();
    if (step.done === true) return step.value;
  }
}

/** Events come under our own names: rules are compiled to ask for these too. */
const compileOptions = (): CompileOptions => ({ pipelines: builtInPipelines() });

function bookOf(engine: Engine, rules: readonly BookRules[], unreadable: readonly SigmaError[]): RuleBook {
  const reach = correlationReach(
    engine,
    rules.flatMap(({ parsed }) => parsed.correlations),
  );
  const states = statesOf(engine, rules);
  const facts = new Map(engine.rules.map((rule) => [rule.id, ruleFacts(rule)]));
  const entities = new Map(engine.rules.map((rule) => [rule.id, entityFields(reach, rule)]));
  const policies = new Map(engine.rules.map((rule) => [rule.id, alertPolicy(rule)]));
  return {
    engine,
    reach,
    ...states,
    rejected: [...unreadable, ...engine.errors],
    summaries: engine.rules.map((rule) => ({
      id: rule.id,
      title: rule.title,
      titleVi: ownText(rule, 'title_vi'),
      kind: rule.kind === 'correlation' ? 'correlation' : 'rule',
      severity: severityOf(rule),
      status: rule.status ?? '',
      tags: [...rule.tags],
      source: `${rule.source}:${rule.line}`,
      ...(states.isTest(rule.id) ? { test: true } : {}),
    })),
    facts: (ruleId) => facts.get(ruleId),
    entityFields: (ruleId) => entities.get(ruleId) ?? [],
    alertPolicy: (ruleId) => policies.get(ruleId),
  };
}

function infosOf({ rules, correlations, filters }: ParsedRules): readonly RuleInfo[] {
  return [...rules, ...correlations, ...filters].map(({ info }) => info);
}

/** A correlation in test uses up no rule: those go on to count by themselves until it is on. */
function statesOf(
  engine: Engine,
  rules: readonly BookRules[],
): Pick<RuleBook, 'isTest' | 'generates' | 'digest'> {
  const inTest = new Set<string>();
  const digests = new Map<string, string>();
  for (const { parsed, isTest, digest } of rules) {
    for (const { id } of infosOf(parsed)) {
      if (isTest === true) inTest.add(id);
      if (digest !== undefined) digests.set(id, digest);
    }
  }
  const names = new Map(engine.rules.map(({ id, name }) => [id, new Set([id, name])]));
  const readers = rules.flatMap(({ parsed, isTest }) => (isTest === true ? [] : parsed.correlations));
  const generates = (ruleId: string): boolean => {
    if (inTest.size === 0 || engine.generates(ruleId)) return engine.generates(ruleId);
    const reading = readers.filter((one) => one.rules.some((name) => names.get(ruleId)?.has(name)));
    return reading.length === 0 || reading.some((one) => one.generate);
  };
  return { isTest: (id) => inTest.has(id), generates, digest: (id) => digests.get(id) };
}

function severityOf(rule: RuleInfo): Severity {
  const parsed = severitySchema.safeParse(rule.level);
  return parsed.success ? parsed.data : DEFAULT_SEVERITY;
}

function ruleFacts(rule: RuleInfo): RuleFacts {
  return {
    ruleId: rule.id,
    title: rule.title,
    titleVi: ownText(rule, 'title_vi'),
    description: rule.description ?? '',
    descriptionVi: ownText(rule, 'description_vi'),
    advice: ownText(rule, 'advice'),
    adviceVi: ownText(rule, 'advice_vi'),
    severity: severityOf(rule),
    tags: [...rule.tags],
    falsePositives: [...rule.falsepositives],
    references: [...rule.references],
  };
}

/** `vonggac: {entity: [field, ...]}`; a correlation that names none is about its group. */
function entityFields(reach: CorrelationReach, rule: RuleInfo): readonly string[] {
  const own = rule.custom['vonggac'];
  const named = isMapping(own) ? own['entity'] : undefined;
  if (Array.isArray(named)) return named.filter((name): name is string => typeof name === 'string');
  return reach.groupBy.get(rule.id) ?? [];
}

const HOUR_MS = 3_600_000;
const WINDOW_HOURS_MAX = 24 * 366;

/** `vonggac: {window-hours: 24, alerts-per-hour: 20, fleet-hosts: 10}`; what is no number above 0 says nothing. */
function alertPolicy(rule: RuleInfo): RulePolicy | undefined {
  const own = rule.custom['vonggac'];
  if (!isMapping(own)) return undefined;
  const above0 = (key: string): number | undefined => {
    const value = own[key];
    return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
  };
  const hours = above0('window-hours');
  return {
    windowMs: hours === undefined ? undefined : Math.min(hours, WINDOW_HOURS_MAX) * HOUR_MS,
    alertsPerHourMax: above0('alerts-per-hour'),
    fleetHostsMin: above0('fleet-hosts'),
  };
}

function isMapping(value: Data | undefined): value is { readonly [key: string]: Data } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
