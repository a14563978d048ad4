/** What assessments say on the command line, in English. The Vietnamese part has the same shape. */
import type { FindingCounts, Status } from '../../compliance/status.ts';
import type { GapState } from '../../registry/tables/compliance.ts';

const statuses: Record<Status, string> = {
  met: 'met',
  partly: 'partly met',
  'not-met': 'not met',
  excepted: 'excepted',
  'not-assessed': 'not assessed',
  'not-applicable': 'not applicable',
  provider: "the provider's",
};
const gapStates: Record<GapState, string> = {
  planned: 'planned',
  'in-progress': 'in progress',
  done: 'done',
  dropped: 'dropped',
};

export const complianceAssessEn = {
  statuses,
  gapStates,
  about: { host: 'host', system: 'the system', centre: 'the centre' },
  columns: {
    id: 'ID',
    system: 'SYSTEM',
    level: 'LEVEL',
    score: 'SCORE',
    coverage: 'ASSESSED',
    hosts: 'HOSTS',
    day: 'DAY',
    run: 'RUN',
    taken: 'TAKEN',
    by: 'BY',
    systems: 'SYSTEMS',
    digest: 'DIGEST',
    control: 'CONTROL',
    due: 'DUE',
    state: 'PLAN',
    status: 'STANDS',
    owner: 'OWNER',
    title: 'REQUIREMENT',
  },
  undecided: 'not decided',
  noSystems: 'there is no information system; "vonggac system add" adds one',
  noSnapshots: 'nothing was kept yet; "vonggac compliance snapshots take" assesses all systems and keeps it',
  noGaps: 'nothing is planned',
  running: 'an assessment of all systems is under way',
  eitherSystemOrAgency: 'name a system or --agency, not both',
  shared: (hosts: number) => `${hosts} hosts are in several systems and count in each`,
  heading: (system: string, level: string, profile: string, at: string) =>
    `${system}, level ${level} by ${profile}, as of ${at}`,
  hosts: (all: number, reporting: number, shared: number) =>
    `${all} hosts, ${reporting} of them seen within a day, ${shared} in other systems too`,
  score: (arithmetic: string, coverage: string) =>
    `score: (met + provider + partly/2) / (all - not applicable) = ${arithmetic}; assessed: ${coverage}`,
  until: (when: string) => `until ${when}`,
  standing: (system: string, level: number, status: string, at: string) =>
    `${system}, level ${level}: ${status}, as of ${at}`,
  clause: (clause: string, confidence: string) =>
    confidence === 'D' ? `${clause} (to be confirmed)` : `${clause} (confidence ${confidence})`,
  attestation: 'attestation',
  evidence: 'evidence',
  remedy: 'how to mend it',
  counts: (counts: FindingCounts) =>
    `${counts.met} met, ${counts.notMet} not met, ${counts.excepted} excepted, ${counts.notAssessed} not assessed, ${counts.notApplicable} not applicable`,
  hostsAlike: (hosts: number) => `${hosts} hosts`,
  more: '  ... there are more: --limit N; --result not-assessed',
  kept: (day: string, run: number, systems: number, digest: string) =>
    `${day}, run ${run}: ${systems} systems, digest ${digest}`,
  proved: (seq: number) =>
    `as it was written; entry ${seq} of the audit trail says so ("vonggac audit verify" verifies the trail)`,
  notProved: (changed: string, isTold: boolean) =>
    `NOT as it was written${changed === '' ? '' : `: systems ${changed}`}${isTold ? '' : '; the audit trail does not have its digest'}`,
  planned: (control: string, system: string, owner: string, due: string) =>
    `${control} of ${system}: ${owner} until ${due}`,
  requested: (id: string) => `draft of a request ${id}; "vonggac request show" shows it`,
};
export type ComplianceAssessMessages = typeof complianceAssessEn;

export const complianceAssessHelpEn = {
  complianceAssess: 'assess a system against the controls of its level, or all systems, now or as of a day',
  complianceAssessSystem: 'number of the system; left out: all systems',
  complianceAssessAgency: 'only systems of this agency and below it',
  complianceAssessAt: 'as of this moment, or the end of this day (default: now)',
  complianceExplain: 'why a control of a system stands as it does: what was asked, the answer, who fails',
  complianceExplainControl: 'a control, e.g. LG-07',
  complianceExplainSystem: 'number of the system',
  complianceExplainDay: 'as it was kept on this day',
  complianceExplainResult: 'only findings with this result',
  complianceLimit: 'show at most so many',
  complianceTrend: 'the scores of a system day by day',
  complianceTrendFrom: 'from this day on (default: half a year ago)',
  complianceTrendTo: 'up to this day (default: today)',
  complianceSnapshots: 'assessments of all systems that were kept',
  complianceSnapshotList: 'list them, the newest first',
  complianceSnapshotTake: 'assess all systems now and keep it',
  complianceSnapshotProve: 'whether what was kept on a day is as it was written',
  complianceSnapshotDay: 'the day, e.g. 2026-12-14',
  complianceGaps: 'the plan for controls that are not met',
  complianceGapList: 'list what is planned',
  complianceGapLate: 'only what is open although its day is past',
  complianceGapPlan: 'plan who mends it until when, in place of what was planned',
  complianceGapOwner: 'who mends it',
  complianceGapDue: 'until when, e.g. 2027-03-31',
  complianceGapNote: 'how, or why it takes so long',
  complianceGapState: 'where it is',
  complianceGapRequest: 'write a draft of a request to the agency that runs the system',
};
