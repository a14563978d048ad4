/** `vonggac policy` in English. */
import type { PolicyStatusView, PolicyVersionView, RolloutView } from '../../api/contract-policy.ts';

export const policyEn = {
  none: 'There are no policies.',
  noAgents: 'There are no hosts.',
  same: 'There is no difference.',
  head: ({ group, version, author, comment }: PolicyVersionView, created: string) =>
    `Group ${group}, version ${version}, ${created}, by ${author}${comment === '' ? '' : `: ${comment}`}`,
  set: ({ group, version }: PolicyVersionView) => `Group ${group} has policy version ${version}.`,
  rollout: ({ group, version, previous, percent, canaries, state, reason }: RolloutView) => {
    if (state === 'halted')
      return `${group}: version ${version} is halted: ${reason}. Those it has not reached run ${previous === 0 ? 'their own settings' : `version ${previous}`}.`;
    if (version === 0) return `${group}: no policy; hosts run their own settings.`;
    if (percent === 100) return `${group}: version ${version} for all hosts.`;
    return `${group}: version ${version} for ${percent} % of the hosts${canaries.length === 0 ? '' : ` and ${canaries.length} named ones`}; the others run ${previous === 0 ? 'their own settings' : `version ${previous}`}.`;
  },
  wouldBeTaken:
    'It would be taken. Nothing was changed. The settings themselves are known to the agents: try them on a host with "vonggac-agent check-policy FILE", or let them out to a few hosts first with --percent or --canary.',
  unreadable: (file: string, reason: string) => `${file} cannot be read: ${reason}`,
  notPercent: (text: string) => `"${text}" is not a whole number in the right range`,
  nothingToChange: 'say what to change: --percent, --canary or --halt-above',
  keyRotated: (purpose: 'policy' | 'command', publicKey: string) =>
    `The next key signs ${purpose === 'policy' ? 'policies' : 'commands'} from now on (${publicKey}); agents follow the statement of the one before.`,
  outcomes: {
    applied: 'applied',
    failed: 'FAILED',
    waiting: 'waiting',
    'own-settings': 'own settings',
  } satisfies Record<PolicyStatusView['outcome'], string>,
  columns: {
    version: 'VERSION',
    created: 'CREATED',
    author: 'AUTHOR',
    comment: 'COMMENT',
    wanted: 'WANTED',
    running: 'RUNNING',
    outcome: 'STATE',
    why: 'WHY',
  },
};

export type PolicyMessages = typeof policyEn;

export const policyHelpEn = {
  policy: 'settings of agents by group: versions, signed, let out in steps, rolled back',
  policyList: 'list versions and how far each is let out',
  policyShow: 'show the settings of a version, the newest by default',
  policyDiff: 'show what differs between two versions, or between the newest one and a file',
  policySet: "set a group's policy: a new version from a JSON file with a part of the agent's settings",
  policyRollout: 'let the wanted version out further; ends a halt',
  policyRollback: 'let a group run an older version again, or none',
  policyStatus: 'show what each host is to run and says it runs; exits with 1 when one refused it',
  policyRotateKey: 'sign policies with a new key; agents follow the statement of the one before',
  policyVersion: 'which version',
  policyFrom: 'older version (default: the one before the newer)',
  policyTo: 'newer version (default: the newest)',
  policyDiffFile: 'compare this file with the newest version instead',
  policyFile: 'JSON file with the settings',
  policyComment: 'why; kept with the version',
  policyDryRun: 'only say whether it would be taken',
  policyPercent: "let it out to so many percent of the group's hosts",
  policyCanary: 'let it out to this agent first (id or its first characters); repeatable',
  policyHaltAbove: 'halt when more than so many percent of those it reached fail (default: 10)',
  policyRollbackTo: 'which version (default: what ran before); 0: no policy',
};
