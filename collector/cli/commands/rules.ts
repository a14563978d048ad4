/** `vonggac rules ...`: rules as content, imports, back-tests and reports. */
import path from 'node:path';
import { z } from 'zod';
import { severitySchema } from '../../api/contract-vocabulary.ts';
import type { RuleContent } from '../../api/contract-rules.ts';
import { importReportSchema } from '../../registry/rules/rule-imports.ts';
import { call, type CommandContext } from '../command.ts';
import type { Language } from '../language.ts';
import type { Messages } from '../messages/en.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { localTime } from '../local-time.ts';
import {
  rulesActivate,
  rulesBackTest,
  rulesDiff,
  rulesImport,
  rulesImportPreview,
  rulesList,
  rulesReport,
  rulesScope,
  rulesShow,
  rulesState,
  rulesVersions,
  rulesWrite,
} from '../operations/rules.ts';
import { printable, printableLines } from '../printable.ts';
import { formatTable } from '../table.ts';
import { readNamedText } from '../named-file.ts';
import { followJob } from './follow-job.ts';

interface Json {
  json?: boolean;
}
export interface RuleFilterFlags extends Json {
  state?: string;
  level?: string;
  origin?: string;
  product?: string;
  category?: string;
  service?: string;
  tag?: string;
  folder?: string;
  text?: string;
  differs?: boolean;
}
export interface RuleListFlags extends RuleFilterFlags {
  limit?: number;
}
type State = RuleContent['state'];
const TITLE_CHARS = 60;
const SHOWN_MAX = 20;

const asJson = (context: CommandContext, value: unknown): void =>
  context.print(JSON.stringify(value, undefined, 2));

/** What people of that language read; English where the rule says nothing else. */
const titleIn = (language: Language, { title, titleVi }: { title: string; titleVi: string | null }): string =>
  printable(language === 'vi' ? (titleVi ?? title) : title);

/** A level that is none of Sigma's is shown as it is written. */
function levelWord({ severities }: Messages, level: string | null): string {
  const known = severitySchema.safeParse(level);
  return known.success ? severities[known.data] : printable(level ?? '-');
}

function printRules({ m, print, language }: CommandContext, rules: readonly RuleContent[]): void {
  formatTable(rules, [
    { title: m.columns.id, value: ({ id }) => printable(id) },
    {
      title: m.columns.state,
      value: ({ state, differsFromShipped }) => m.rules.states[state] + (differsFromShipped ? ' *' : ''),
    },
    { title: m.rules.columns.level, value: ({ level }) => levelWord(m, level) },
    {
      title: m.rules.columns.version,
      value: ({ activeVersion, latestVersion }) => `${activeVersion}/${latestVersion}`,
    },
    { title: m.rules.columns.title, value: (rule) => titleIn(language, rule).slice(0, TITLE_CHARS) },
  ]).forEach(print);
}

export function queryOf({ differs, json: _json, ...words }: RuleFilterFlags): Record<string, string> {
  const asked = { ...words, differs: differs === true ? 'true' : undefined };
  return Object.fromEntries(
    Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

export async function listRulesCommand(context: CommandContext, flags: RuleListFlags): Promise<void> {
  const { json, limit, ...filter } = flags;
  const query = { ...queryOf(filter), limit: String(limit ?? 100) };
  const { rules, next } = await call(context, rulesList, { query });
  if (json === true) return asJson(context, rules);
  if (rules.length === 0) return context.print(context.m.rules.none);
  printRules(context, rules);
  if (next !== null) context.complain(context.m.rules.more);
}

export async function showRuleCommand(context: CommandContext, id: string, { json }: Json): Promise<void> {
  const { m, print } = context;
  const rule = await call(context, rulesShow, { id });
  if (json === true) return asJson(context, rule);
  printRules(context, [rule]);
  if (rule.differsFromShipped) print(m.rules.differs(rule.shippedVersion ?? 0));
  for (const { target, name, on, severity, reason } of rule.scopes)
    print(m.rules.scope(m.rules.targets[target], printable(name), on, severity, printable(reason)));
  print(`\n${printableLines(rule.text)}`);
}

export async function versionsCommand(context: CommandContext, id: string, { json }: Json): Promise<void> {
  const { m, print } = context;
  const { versions } = await call(context, rulesVersions, { id });
  if (json === true) return asJson(context, versions);
  formatTable(versions, [
    { title: m.rules.columns.version, value: ({ number }) => String(number) },
    { title: m.rules.columns.made, value: ({ madeAt }) => localTime(Date.parse(madeAt)) },
    { title: m.rules.columns.by, value: ({ madeBy }) => printable(madeBy) },
    { title: m.rules.columns.why, value: ({ why }) => printable(why) },
  ]).forEach(print);
}

const which = (text: string | undefined): number | 'shipped' | undefined =>
  text === undefined || text === 'shipped' ? text : Number.parseInt(text, 10);

export async function diffCommand(
  context: CommandContext,
  id: string,
  { from, to, json }: Json & { from?: string; to?: string },
): Promise<void> {
  const found = await call(context, rulesDiff, { id, from: which(from), to: which(to) });
  if (json === true) return asJson(context, found);
  for (const { sign, text } of found.lines) context.print(`${sign} ${printable(text)}`);
}

export async function writeRuleCommand(
  context: CommandContext,
  file: string,
  { id, why, activate, json }: Json & { id?: string; why: string; activate?: boolean },
): Promise<void> {
  const text = readNamedText(context, file);
  const rule = await call(context, rulesWrite, { id, text, why, activate: activate === true });
  if (json === true) return asJson(context, rule);
  printRules(context, [rule]);
}

export async function ruleStateCommand(
  context: CommandContext,
  id: string,
  state: State,
  { why, json }: Json & { why: string },
): Promise<void> {
  const rule = await call(context, rulesState, { id, state, why });
  if (json === true) return asJson(context, rule);
  printRules(context, [rule]);
}

export async function activateCommand(
  context: CommandContext,
  id: string,
  version: string,
  { why, json }: Json & { why: string },
): Promise<void> {
  const rule = await call(context, rulesActivate, { id, number: which(version) ?? 'shipped', why });
  if (json === true) return asJson(context, rule);
  printRules(context, [rule]);
}

export interface ScopeFlags extends Json {
  agency?: number;
  group?: string;
  host?: string;
  on?: boolean;
  off?: boolean;
  severity?: 'informational' | 'low' | 'medium' | 'high' | 'critical';
  why: string;
}

export async function scopeCommand(context: CommandContext, id: string, flags: ScopeFlags): Promise<void> {
  const { agency, group, host, on, off, severity = null, why } = flags;
  const decision = {
    agencyId: agency,
    group,
    agentId: host,
    on: off === true ? false : on === true ? true : null,
    severity,
    reason: why,
  };
  const made = await call(context, rulesScope, { id, decision });
  if (flags.json === true) return asJson(context, made);
  const { m, print } = context;
  print(
    m.rules.scope(
      m.rules.targets[made.target],
      printable(made.name),
      made.on,
      made.severity,
      printable(made.reason),
    ),
  );
}

type Report = z.infer<typeof importReportSchema>;

function printReport({ m, print }: CommandContext, report: Report): void {
  print(m.rules.imported(report));
  for (const [state, count] of Object.entries(report.byState))
    print(`  ${m.rules.states[state as State]}: ${count}`);
  const sources = Object.entries(report.byLogsource).toSorted(([, a], [, b]) => b - a);
  for (const [source, count] of sources.slice(0, SHOWN_MAX))
    print(`  ${String(count).padStart(6)}  ${printable(source)}`);
  for (const { place, line, message } of [...report.unsupported, ...report.duplicates].slice(
    0,
    SHOWN_MAX * 5,
  ))
    print(`  ${printable(place)}:${line}: ${printable(message)}`);
}

export async function importRulesCommand(
  context: CommandContext,
  place: string,
  { dryRun, state, json }: Json & { dryRun?: boolean; state: 'auto' | 'draft' | 'test' },
): Promise<ExitCode> {
  const { m, print, complain } = context;
  const input = { place: path.resolve(place), state };
  let report: Report;
  if (dryRun === true) report = await call(context, rulesImportPreview, input);
  else {
    const job = await followJob(context, (await call(context, rulesImport, input)).id);
    if (job.state !== 'done') {
      complain(m.rules.jobEnded(job.state, job.error ?? ''));
      return EXIT.failure;
    }
    report = importReportSchema.parse(job.result);
  }
  if (json === true) asJson(context, report);
  else {
    printReport(context, report);
    if (dryRun === true) print(m.rules.dryRun);
  }
  return EXIT.ok;
}

const backTestSchema = z.object({
  matches: z.number(),
  hosts: z.number(),
  alerts: z.number(),
  held: z.number(),
  alertsPerDay: z.number(),
  days: z.array(z.object({ day: z.string(), matches: z.number(), alerts: z.number() })),
  topHosts: z.array(z.object({ hostname: z.string(), matches: z.number() })),
  examples: z.array(z.object({ timeMs: z.number(), hostname: z.string(), message: z.string() })),
  isWhole: z.boolean(),
  reachedMs: z.number(),
});

export async function backTestCommand(
  context: CommandContext,
  id: string,
  { days, ruleVersion, file, json }: Json & { days: number; ruleVersion?: number; file?: string },
): Promise<ExitCode> {
  const { m, print, complain } = context;
  const text = file === undefined ? undefined : readNamedText(context, file);
  const asked = await call(context, rulesBackTest, { id, days, version: ruleVersion, text });
  const job = await followJob(context, asked.id);
  if (job.state !== 'done') {
    complain(m.rules.jobEnded(job.state, job.error ?? ''));
    return EXIT.failure;
  }
  if (json === true) {
    asJson(context, job.result);
    return EXIT.ok;
  }
  const found = backTestSchema.parse(job.result);
  print(m.rules.backTest(found));
  if (!found.isWhole) print(m.rules.reached(localTime(found.reachedMs)));
  for (const { day, matches, alerts } of found.days) print(m.rules.day(day, matches, alerts));
  for (const { hostname, matches } of found.topHosts)
    print(`  ${String(matches).padStart(8)}  ${printable(hostname)}`);
  for (const { timeMs, hostname, message } of found.examples)
    print(`  ${localTime(timeMs)}  ${printable(hostname)}  ${printable(message).slice(0, 120)}`);
  return EXIT.ok;
}

export async function ruleReportCommand(
  context: CommandContext,
  kind: 'stats' | 'noisy' | 'dead' | 'coverage',
  { days, limit, json }: Json & { days: number; limit: number },
): Promise<void> {
  const { m, print, language } = context;
  const { rules, techniques } = await call(context, rulesReport, { kind, days, limit });
  if (json === true) return asJson(context, kind === 'coverage' ? techniques : rules);
  if (kind === 'coverage') {
    formatTable(techniques, [
      { title: m.rules.columns.technique, value: ({ technique }) => technique },
      { title: m.rules.columns.tactics, value: ({ tactics }) => tactics.join(', ') },
      { title: m.rules.columns.withData, value: ({ withData }) => String(withData), align: 'right' },
      { title: m.rules.columns.withoutData, value: ({ withoutData }) => String(withoutData), align: 'right' },
    ]).forEach(print);
    return;
  }
  if (rules.length === 0) return print(m.rules.none);
  formatTable(rules, [
    { title: m.columns.id, value: ({ id }) => printable(id) },
    { title: m.columns.state, value: ({ state }) => m.rules.states[state] },
    { title: m.rules.columns.matches, value: ({ matches }) => String(matches), align: 'right' },
    {
      title: m.rules.columns.alertsPerDay,
      value: ({ alertsPerDay }) => String(alertsPerDay),
      align: 'right',
    },
    {
      title: m.rules.columns.falseShare,
      value: ({ falseShare }) => (falseShare === null ? '-' : `${Math.round(falseShare * 100)} %`),
      align: 'right',
    },
    { title: m.rules.columns.throttled, value: ({ throttled }) => String(throttled), align: 'right' },
    { title: m.rules.columns.data, value: ({ hasData }) => (hasData ? m.rules.yes : m.rules.no) },
    { title: m.rules.columns.title, value: (stat) => titleIn(language, stat).slice(0, TITLE_CHARS) },
  ]).forEach(print);
}
