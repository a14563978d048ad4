/** `vonggac-agent posture run`: assesses this host and shows failures first, with what was found and how to mend it. */
import fs from 'node:fs';
import { z } from 'zod';
import { POSTURE_SEVERITIES, posturePolicySchema, type PosturePolicy } from '#protocol/posture-policy.ts';
import { POSTURE_RESULTS, type PostureResult } from '#protocol/posture-record.ts';
import { loadConfig } from '../config.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { formatTime } from '../format.ts';
import { thisHost } from '../host/host.ts';
import type { PostureAgentMessages } from '../messages/posture-en.ts';
import { assess, type CheckResult, type PolicyResults } from '../posture/assess.ts';
import { readPolicies } from '../posture/read-policies.ts';
import { shippedPolicyNames } from '../posture/shipped-policies.ts';
import { printable } from '../printable.ts';
import type { CommandContext, CommandResult } from './command.ts';

export interface PostureRunOptions {
  state?: string;
  config?: string;
  policy?: string[];
  json?: boolean;
  all?: boolean;
}

export async function postureRunCommand(options: PostureRunOptions, context: CommandContext): CommandResult {
  const { print, complain, signal } = context;
  const m = context.m.posture;
  const { posture } = loadConfig({ stateDir: options.state, file: options.config });
  const asked: (string | PosturePolicy)[] = [];
  for (const name of options.policy ?? []) {
    const chosen = choosePolicy(name, m);
    if (typeof chosen === 'object' && 'complaint' in chosen) {
      complain(chosen.complaint);
      return EXIT.usage;
    }
    asked.push(chosen);
  }
  const runs: PolicyResults[] = [];
  for await (const run of assess({
    host: thisHost,
    policies: options.policy === undefined ? readPolicies(posture.policies) : asked,
    exceptions: posture.exceptions,
    now: Date.now,
    signal,
    onUnknown: (name) => complain(m.noPolicy(name, shippedPolicyNames().join(', '))),
  }))
    runs.push(run);
  if (options.json === true) print(JSON.stringify({ at: Date.now(), policies: runs.map(toJson) }));
  else for (const line of describeRuns(runs, m, options.all === true)) print(printable(line));
  const failed = runs.some(({ results }) => results.some(({ result }) => result === 'fail'));
  return exitCode(failed);
}

function exitCode(failed: boolean): ExitCode {
  return failed ? EXIT.failure : EXIT.ok;
}

function choosePolicy(name: string, m: PostureAgentMessages): string | PosturePolicy | { complaint: string } {
  if (shippedPolicyNames().includes(name)) return name;
  let text: string;
  try {
    text = fs.readFileSync(name, 'utf8');
  } catch {
    // Neither a policy nor a file: said as one.
    return { complaint: m.noPolicy(name, shippedPolicyNames().join(', ')) };
  }
  try {
    return posturePolicySchema.parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    return { complaint: m.badPolicy(name, reason) };
  }
}

function toJson({ policy, left, results }: PolicyResults): object {
  return {
    policy: policy.policy,
    version: policy.version,
    ...(left === undefined ? {} : { left }),
    results: results.map(({ check, exception, ...rest }) => ({
      check: check.id,
      title: check.title,
      severity: check.severity,
      controls: check.controls,
      ...rest,
      ...(rest.result === 'fail' ? { remediation: check.remediation } : {}),
      ...(exception === undefined ? {} : { exception }),
    })),
  };
}

/** Text for people: counts, failures by severity, then what was not assessed, excepted and left out. */
export function describeRuns(
  runs: readonly PolicyResults[],
  m: PostureAgentMessages,
  all: boolean,
): string[] {
  const ran = runs.filter(({ left }) => left === undefined);
  const lines = ran.flatMap((run) => [...describeRun(run, m, all), '']);
  if (ran.length === 0) lines.push(m.nothing, '');
  for (const { policy, left } of runs)
    if (left !== undefined) lines.push(m.left(policy.policy, left[m.language]));
  const isShort = ran.some(({ results }) =>
    results.some(
      ({ reasonCode, reason }) => reasonCode === 'unreadable' && /permission/.test(reason?.en ?? ''),
    ),
  );
  if (isShort) lines.push(m.moreRights);
  return lines;
}

function describeRun({ policy, results }: PolicyResults, m: PostureAgentMessages, all: boolean): string[] {
  const of = (wanted: PostureResult): CheckResult[] => results.filter(({ result }) => result === wanted);
  const counts = POSTURE_RESULTS.map((result) => `${of(result).length} ${m.results[result]}`).join(', ');
  const { language } = m;
  const lines = [`${policy.policy} ${policy.version}: ${policy.title[language]}`, counts];
  const failed = of('fail').toSorted((left, right) => rank(right) - rank(left));
  for (const { check, observed, expected } of failed) {
    lines.push(
      '',
      `[${m.severities[check.severity]}] ${check.id}: ${check.title[language]} (${check.controls.join(', ')})`,
    );
    lines.push(
      `    ${m.found}: ${observed}`,
      `    ${m.expected}: ${expected}`,
      `    ${m.mend}: ${check.remediation[language]}`,
    );
  }
  for (const result of ['not-assessed', 'excepted'] as const) {
    const found = of(result);
    if (found.length > 0) lines.push('', `${m.results[result]}:`);
    for (const { check, reason, reasonCode, exception } of found) {
      const why = reason?.[language] ?? '';
      const said =
        exception === undefined
          ? `${m.codes[reasonCode ?? ''] ?? ''}: ${why}`
          : m.by(exception.by, formatTime(exception.untilMs), why);
      lines.push(`  ${check.id}: ${said}`);
    }
  }
  const reasons = Map.groupBy(of('not-applicable'), ({ reason }) => reason?.[language] ?? '');
  if (reasons.size > 0) lines.push('');
  for (const [reason, checks] of reasons) {
    lines.push(m.others(checks.length, reason));
    if (all) lines.push(...checks.map(({ check }) => `  ${check.id}: ${check.title[language]}`));
  }
  if (all && of('pass').length > 0) {
    lines.push('', `${m.results.pass}:`);
    lines.push(...of('pass').map(({ check, observed }) => `  ${check.id}: ${observed}`));
  }
  return lines;
}

function rank({ check }: CheckResult): number {
  return POSTURE_SEVERITIES.indexOf(check.severity);
}
