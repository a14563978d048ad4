/** `vonggac alert` and `vonggac job` in English. */
import type { AlertVerdict } from '../../api/contract-alerts.ts';
import type { AlertState } from '../../api/contract.ts';
import type { JobState } from '../../registry/tables/job.ts';

export const alertEn = {
  none: 'There are no such alerts.',
  more: 'There are more: raise --limit or narrow the filter.',
  hosts: (count: number) => `${count} hosts`,
  version: (version: number) => `version ${version}`,
  why: (score: number) => `Why this severity (${score}):`,
  seen: (first: string, last: string, count: number) => `${count} detections from ${first} to ${last}`,
  earlier: 'Before, about the same thing:',
  bulkNeeds: 'say what to do: --close, --assign, --add-tag or --remove-tag',
  preview: (total: number, changes: number) => `${total} alerts found, ${changes} would change.`,
  sayYes: 'Nothing was changed: say --yes to do it.',
  states: {
    new: 'new',
    acknowledged: 'acknowledged',
    'in-progress': 'in progress',
    closed: 'closed',
  } satisfies Record<AlertState, string>,
  verdicts: {
    'true-positive': 'real incident',
    benign: 'legitimate',
    'false-positive': 'false alarm',
    duplicate: 'duplicate',
  } satisfies Record<AlertVerdict, string>,
  parts: {
    rule: 'rule',
    'system-level': 'level of the system',
    'asset-role': 'role of the host',
    prevalence: 'hosts that have it too',
    indicator: 'confidence of the indicator',
  },
  roles: {
    workstation: 'workstation',
    server: 'server',
    'domain-controller': 'domain controller',
    'key-server': 'key server',
  },
  advice: 'First steps:',
  columns: { severity: 'SEVERITY', title: 'TITLE', count: 'COUNT', assignee: 'ASSIGNEE', due: 'DUE' },
};

const WHY: Readonly<Record<string, string>> = {
  unchanged: 'is so already',
  case: 'in a case',
  'legal-clock': 'a legal clock runs',
  'high-or-critical': 'high or critical',
  'more-than-500': 'more than 500',
  'edited-since': 'changed by others since',
  server: 'server',
  servers: 'servers',
  'shared-system': 'system of level 3 or above',
  'more-than-20': 'more than 20 hosts',
};

export const jobEn = {
  none: 'There are no jobs.',
  why: (why: string) => WHY[why] ?? why,
  second: (why: string) => `It takes a second person (${why}): vonggac job approve ID --user NAME`,
  progress: (done: number, total: number, changed: number) =>
    `${done} of ${total} looked at, ${changed} changed`,
  states: {
    waiting: 'waits for a second person',
    queued: 'queued',
    running: 'running',
    done: 'done',
    failed: 'FAILED',
    cancelled: 'cancelled',
    rejected: 'rejected',
  } satisfies Record<JobState, string>,
  columns: { kind: 'KIND', done: 'DONE', changed: 'CHANGED', by: 'BY', at: 'ASKED' },
};

export type AlertMessages = typeof alertEn;
export type JobMessages = typeof jobEn;

export const alertHelpEn = {
  alert: 'alerts: list, look, assign, close, one or many',
  alertList: 'list alerts, by default the open ones, those of the highest risk first',
  alertShow: 'show one alert: why it matched, why its severity, what proves it',
  alertAssign: 'give an alert to somebody',
  alertAssignTo: 'user name; "none" gives it back',
  alertAcknowledge: 'say that an alert was seen',
  alertTake: 'say that an alert is being worked on',
  alertReopen: 'open a closed alert again',
  alertClose: 'close an alert with a verdict and a reason',
  alertBulk: 'change as many alerts as the filter finds; looks only, unless --yes is given',
  alertId: 'id of the alert',
  alertState: 'new, acknowledged, in-progress, closed, with commas; "open" (default) or "all"',
  alertSeverity: 'informational, low, medium, high, critical, with commas',
  alertKind: 'detection, fleet, risk, digest, budget, house, with commas',
  alertAgency: 'an agency and all below it',
  alertHost: 'name of the host',
  alertUser: 'account that it is about',
  alertRule: 'id of the rule',
  alertTechnique: 'ATT&CK technique, e.g. T1110',
  alertAssignee: 'who has it; "none" for nobody',
  alertTag: 'a tag of the rule or of people',
  alertText: 'words that must all occur; accents and case do not count',
  alertOverdue: 'past their due time only',
  alertSort: 'what comes first',
  alertLimit: 'so many at most (default: 100)',
  alertReason: 'why; kept with the alert',
  alertVerdict: 'what it was',
  alertDuplicateOf: 'the alert that it is a duplicate of',
  alertBulkClose: 'close them, with this verdict',
  alertBulkAssign: 'give them to this user; "none" gives them back',
  alertAddTag: 'add a tag; may be given several times',
  alertRemoveTag: 'remove a tag; may be given several times',
  alertYes: 'do it, and not only look',
  job: 'long work: bulk acts and what else runs in steps',
  jobList: 'list jobs, the newest first',
  jobShow: 'show how far a job is',
  jobApprove: 'let a job run that somebody else asked for',
  jobReject: 'refuse a job that waits',
  jobCancel: 'end a job after the step under way; what it did stays',
  jobUndo: 'take back what a job did, within 30 days',
  jobId: 'id of the job, or its first characters',
  jobState: 'only those in this state',
};
