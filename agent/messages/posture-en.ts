/** What `vonggac-agent posture` says, in English. The Vietnamese part has the same shape. */
import type { PostureSeverity } from '#protocol/posture-policy.ts';
import type { PostureResult } from '#protocol/posture-record.ts';

const results: Record<PostureResult, string> = {
  pass: 'pass',
  fail: 'fail',
  'not-applicable': 'not applicable',
  'not-assessed': 'not assessed',
  excepted: 'excepted',
};
const severities: Record<PostureSeverity, string> = {
  critical: 'CRITICAL',
  high: 'HIGH',
  medium: 'MEDIUM',
  low: 'LOW',
};

export const postureEn = {
  help: {
    posture: 'configuration assessment of this host',
    run: 'assess this host now and say what fails and how to mend it; exit code 1 when something fails',
    look: 'what the agent itself asks for: JSON in and out',
    policy: 'policy that comes with the agent, or a JSON file; repeatable (default: those for this host)',
    all: 'list what passes and what does not apply too',
  },
  language: 'en' as 'en' | 'vi',
  results,
  severities,
  noPolicy: (name: string, known: string) =>
    `there is no policy "${name}" and no such file; with the agent come: ${known}`,
  badPolicy: (file: string, reason: string) => `${file} is no policy: ${reason}`,
  left: (name: string, reason: string) => `${name}: not run: ${reason}`,
  found: 'found',
  expected: 'expected',
  mend: 'mend',
  why: 'why not',
  by: (who: string, until: string, reason: string) => `by ${who} until ${until}: ${reason}`,
  others: (count: number, reason: string) => `${count} not applicable: ${reason}`,
  codes: {
    unreadable: 'cannot be read',
    forbidden: 'holds secrets',
    'too-large': 'too large',
    'command-absent': 'program missing',
    'command-failed': 'program failed',
    'not-tellable': 'cannot be told',
    defect: 'defect of the agent',
  } as Readonly<Record<string, string>>,
  on: 'the configuration of this host is assessed; "vonggac-agent posture run" shows how it stands',
  nothing: 'no policy concerns this host',
  moreRights: 'Run as root to assess what this user may not read.',
};

export type PostureAgentMessages = typeof postureEn;
