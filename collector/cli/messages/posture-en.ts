/** What the posture commands say, in English. The Vietnamese part has the same shape. */
import type { PostureSeverity } from '#protocol/posture-policy.ts';
import type { PostureResult } from '#protocol/posture-record.ts';

const many = (count: number, one: string, several = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : several}`;

const severities: Record<PostureSeverity, string> = {
  low: 'low',
  medium: 'medium',
  high: 'high',
  critical: 'critical',
};

export const postureEn = {
  severities,
  columns: {
    policy: 'POLICY',
    version: 'VERSION',
    checks: 'CHECKS',
    title: 'TITLE',
    platforms: 'SYSTEMS',
    check: 'CHECK',
    severity: 'SEVERITY',
    controls: 'CONTROLS',
  },
  linted: (policies: number, checks: number, problems: number) =>
    `${many(policies, 'policy', 'policies')}, ${many(checks, 'check')}: ${many(problems, 'error')}`,
  cannotRead: (folder: string, reason: string) => `${folder} cannot be read: ${reason}`,
  noPolicy: (name: string, known: string) => `there is no policy "${name}"; there are: ${known}`,
  noCheck: (id: string, near: string) =>
    `there is no check "${id}"${near === '' ? '' : `; similar ones: ${near}`}. "vonggac posture show POLICY" lists them`,
  inPolicies: 'policies',
  severity: 'severity',
  controls: 'controls',
  why: 'why',
  mend: 'how to mend',
  concerns: 'concerns a host when',
  otherwise: 'else',
  looksAt: 'looks at',
  references: 'references',
  results: {
    pass: 'pass',
    fail: 'fail',
    'not-applicable': 'not applicable',
    'not-assessed': 'not assessed',
    excepted: 'excepted',
  } satisfies Record<PostureResult, string>,
  heading: (host: string, at: string) => `${host}, as of ${at}`,
  nothingTold: 'no host has told how its configuration stands',
  foundFor: (observed: string, expected: string) => `found ${observed}; expected ${expected}`,
  exceptedBy: (who: string, until: string, reason: string) => `by ${who} until ${until}: ${reason}`,
  exceptedAs: (id: number, until: string) => `exception ${id}, until ${until}`,
  systems: (names: string) => `systems: ${names}`,
};

export type PostureMessages = typeof postureEn;

export const postureHelpEn = {
  posture: 'configuration assessment: policies, their checks and how hosts stand',
  postureLint: 'check policy files; without a folder those that come with the product',
  postureFolder: 'folder of policies (*.yml, shared/*.yml)',
  postureList: 'list the policies',
  postureShow: 'list the checks of a policy',
  posturePolicy: 'name of the policy',
  postureControl: 'only checks linked to this control, e.g. CF-01',
  postureExplain: 'explain one check: why, how to mend, what it looks at',
  postureCheck: 'id of the check',
  postureStatus: 'how hosts stand against their policies: one host with evidence, or all by check',
  postureHost: 'name of the host, or id of its agent (or its beginning); left out: all hosts',
  postureAt: 'as of this moment, or the end of this day (default: now)',
  postureAgency: 'only hosts of this agency and below it',
};
