/** The settings cannot be used: which file, which field, and why, in the user's language. */
import { z } from 'zod';
import type { JoinFault } from './join-file.ts';
import type { Messages } from './messages/en.ts';

/** What a check of ours says of a field; zod's own checks speak both languages already. */
export const SETTING_FAULTS = [
  'absolute-path',
  'argument',
  'command-twice',
  'ca-pem',
  'dns-server',
  'event-log-twice',
  'ip-address',
  'line-pattern',
  'maintenance-form',
  'maintenance-order',
  'listener-twice',
  'network',
  'one-pattern',
  'probe-failures',
  'probe-target',
  'probe-twice',
  'proxy-url',
  'time-of-day',
  'time-zone',
  'tls-files',
  'xpath',
] as const;
export type SettingFault = (typeof SETTING_FAULTS)[number];

export type ConfigProblem =
  | { kind: 'unreadable'; file: string; reason: string }
  | { kind: 'fields'; file: string; issues: readonly z.core.$ZodIssue[] }
  | { kind: 'channel'; text: string; channel: string; known: string }
  /** `line` counts from 1; 0: the file as a whole. */
  | { kind: 'join'; file: string; line: number; fault: JoinFault }
  /** HTTPS_PROXY of the environment. */
  | { kind: 'proxy' };

/** `message` is English; describeConfigError() says it in the user's language. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problem: ConfigProblem;

  constructor(problem: ConfigProblem, m: Messages, options?: { cause?: unknown }) {
    super(describeConfigProblem(problem, m), options);
    this.problem = problem;
  }
}

export function describeConfigProblem(problem: ConfigProblem, m: Messages): string {
  switch (problem.kind) {
    case 'unreadable':
      return m.settings.unreadable(problem.file, problem.reason);
    case 'channel':
      return m.settings.channel(problem.text, problem.channel, problem.known);
    case 'join':
      return `${problem.file}${problem.line === 0 ? '' : `:${problem.line}`}: ${m.joinFaults[problem.fault]}`;
    case 'proxy':
      return m.settings.proxy;
    case 'fields': {
      const texts = problem.issues.map((issue) => {
        const field = issue.path.map(String).join('.') || m.settings.topLevel;
        return `${field}: ${describeIssue(issue, m)}`;
      });
      return `${problem.file}: ${texts.join('; ')}`;
    }
  }
}

function describeIssue(issue: z.core.$ZodIssue, m: Messages): string {
  const fault = SETTING_FAULTS.find((name) => issue.code === 'custom' && issue.message === name);
  if (fault !== undefined) return m.settings.faults[fault];
  // A union tells what is wrong by its branches; the deepest one came furthest.
  if (issue.code === 'invalid_union') {
    const deepest = issue.errors.flat().toSorted((a, b) => b.path.length - a.path.length)[0];
    if (deepest !== undefined) return describeIssue(deepest, m);
  }
  const { localeError } = m.settings.locale === 'vi' ? z.locales.vi() : z.locales.en();
  const said = localeError(issue as z.core.$ZodRawIssue);
  return (typeof said === 'string' ? said : said?.message) ?? issue.message;
}
