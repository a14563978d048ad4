/** `vonggac exception` in English. */
import type { ExceptionKind, ExceptionState } from '../../exceptions/vocabulary.ts';
import type { Warning } from '../../exceptions/simulation.ts';

export const exceptionEn = {
  none: 'There are no such exceptions.',
  more: 'There are more: raise --limit or narrow the filter.',
  kinds: { rule: 'rule', posture: 'check', vulnerability: 'vulnerability' } satisfies Record<
    ExceptionKind,
    string
  >,
  states: {
    requested: 'waits for approval',
    approved: 'acts',
    rejected: 'rejected',
    revoked: 'revoked',
    expired: 'expired',
  } satisfies Record<ExceptionState, string>,
  columns: { name: 'NAME', covers: 'COVERS', hidden: 'HID', expires: 'ENDS', by: 'ASKED BY' },
  allRules: 'all rules',
  window: 'window',
  scope: (agency: number, host: string | null, group: string | null) =>
    `agency ${agency}${host === null ? '' : `, host ${host}`}${group === null ? '' : `, group ${group}`}`,
  asked: (by: string, reason: string) => `Asked for by ${by}: ${reason}`,
  decided: (by: string, reason: string | null) => `Decided by ${by}${reason === null ? '' : `: ${reason}`}`,
  ended: (by: string, reason: string | null) => `Ended by ${by}${reason === null ? '' : `: ${reason}`}`,
  term: (expires: string, review: string) => `Ends ${expires}, review ${review}`,
  hid: (detections: number, hosts: number) => `Hid ${detections} detections on ${hosts} hosts:`,
  waits: (id: number) =>
    `Exception ${id} waits for another person: vonggac exception approve ${id} --user NAME`,
  approved: (id: number) => `Exception ${id} acts from now on.`,
  closes: (job: string) => `The open alerts that it covers are being closed: vonggac job show ${job}`,
  rejected: (id: number) => `Exception ${id} is rejected.`,
  revoked: (id: number) => `Exception ${id} acts no more; alerts that it closed are opened again.`,
  extended: (id: number, expires: string) => `Exception ${id} now ends ${expires}.`,
  simulated: (hidden: number, alerts: number, open: number, days: number) =>
    `In ${days} days it would have hidden ${hidden} detections of ${alerts} alerts (${open} of them open).`,
  simulating: (done: number, total: number) => `${done} of ${total} days`,
  failed: (error: string) => `The trial failed: ${error}`,
  byRule: (rule: string, hidden: number, all: number | null) =>
    `  ${rule}: ${hidden}${all === null ? '' : ` of ${all}`}`,
  byHost: (host: string, hidden: number) => `  ${host}: ${hidden}`,
  others: 'Other rules that fire on the same events and go on:',
  warnings: {
    share: (value: number, rule: string | null) => `it hides ${value} % of rule ${rule ?? ''}`,
    'true-positive': (value: number) => `it would have hidden ${value} alerts that were real incidents`,
    severe: (value: number) => `it would have hidden ${value} high or critical alerts`,
    agencies: (value: number) => `it touches ${value} agencies`,
    truncated: (value: number) => `only ${value} events were looked at: there are more`,
    nothing: () => 'it would have hidden nothing',
  } satisfies Record<Warning, (value: number, rule: string | null) => string>,
  needs: 'say one of --field, --condition, --alert, or --window',
  needsId: 'say the id of an exception, or a draft with the options of "vonggac exception request"',
  badField: (text: string) => `"${text}" is not FIELD=VALUE`,
  badWindow: (text: string) =>
    `"${text}" is not a JSON object such as {"from":"22:00","to":"02:00","days":[7]}`,
};

export const exceptionHelpEn = {
  exception: 'Exceptions and maintenance windows: what is known and opens no alert',
  exceptionList: 'list exceptions',
  exceptionShow: 'one exception with what it hid',
  exceptionHistory: 'what was done to an exception',
  exceptionRequest: 'ask for an exception; another person approves it',
  exceptionSimulate: 'what an exception or a draft would have hidden',
  exceptionApprove: 'let an exception act: another person than who asked',
  exceptionReject: 'refuse an exception that was asked for',
  exceptionRevoke: 'end an exception now',
  exceptionExtend: 'a later end: another person than who asked',
  exceptionId: 'number of the exception',
  exceptionState: 'states, with commas: requested, approved, rejected, revoked, expired',
  exceptionKind: 'rule, posture or vulnerability',
  exceptionDue: 'to be reviewed or at its end within 14 days',
  exceptionName: 'what it is called',
  exceptionField: 'FIELD=VALUE, again for more; several values of one field are alternatives',
  exceptionCondition: 'file with a Sigma detection block',
  exceptionAlert: 'take the values from the newest event of this alert',
  exceptionAlertField: 'with --alert: which fields',
  exceptionWindow: 'maintenance window as JSON, in the form agents have it',
  exceptionRule: 'rule (check, vulnerability) that it is for, again for more',
  exceptionCategory: 'tag or log source of rules, again for more',
  exceptionAllRules: 'for all rules',
  exceptionTakesAll: 'it may match everything: one rule on one host only',
  exceptionAgency: 'agency that it is for, with all below it',
  exceptionHost: 'agent id of the only host',
  exceptionGroup: 'group of hosts',
  exceptionReason: 'why',
  exceptionStarts: 'earlier events are not concerned',
  exceptionExpires: 'when it ends',
  exceptionReview: 'when it is to be looked at again',
  exceptionDays: 'how many days back, 30 at most',
  exceptionClose: 'close the open alerts that it covers, as this',
  exceptionLimit: 'how many to list',
};
