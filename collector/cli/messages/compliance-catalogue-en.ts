/** `vonggac compliance list | show | diff | lint | criteria` in English. */
import type { ControlDifference, EvidenceMode, LevelAuthority } from '../../../rules/compliance/index.ts';

const many = (count: number, one: string, several = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : several}`;

const who: Record<LevelAuthority['appraises'], string> = {
  'specialised-unit': "the owner's specialised unit",
  owner: 'the owner',
  ministry: 'the Ministry of Public Security',
  'prime-minister': 'the Prime Minister',
};

export const complianceCatalogueEn = {
  modes: { auto: 'automatic', partial: 'partial', manual: 'manual' } satisfies Record<EvidenceMode, string>,
  columns: { control: 'CONTROL', levels: 'LEVELS', mode: 'MODE', confidence: 'SURE', title: 'TITLE' },
  fields: {
    levels: 'levels',
    mode: 'mode',
    requirement: 'requirement',
    clause: 'clause',
    source: 'read in',
    confidence: 'confidence',
    note: 'note',
    threshold: 'threshold',
    evidence: 'evidence',
    attestation: 'attestation',
    every: 'every',
    remedy: 'what to do',
  },
  confidences: {
    A: 'A: read in the full text',
    B: 'B: read in a reputable secondary source',
    C: 'C: one excerpt, or concluded',
    D: 'D: from memory',
  },
  unconfirmed: 'to be confirmed',
  level: (level: number) => `level ${level}`,
  counted: (count: number, profile: string) => `${many(count, 'control')} of ${profile}`,
  noProfile: (name: string, known: string) => `there is no profile "${name}"; there are: ${known}`,
  noControl: (id: string, profile: string) =>
    `there is no control "${id}" in ${profile}; "vonggac compliance list" shows them`,
  noGroup: (id: string, known: string) => `there is no group "${id}"; there are: ${known}`,
  notAtLevel: (id: string, level: number) => `${id} is not asked at level ${level}`,
  differences: {
    'only-before': (before: string) => `only in ${before}`,
    'only-after': (_before: string, after: string) => `only in ${after}`,
    changed: () => 'differs',
  } satisfies Record<ControlDifference['kind'], (before: string, after: string) => string>,
  notLevel: (text: string) => `"${text}" is no level from 1 to 5`,
  compared: (changed: number, before: number, after: number, names: readonly [string, string]) =>
    `${changed} differ, ${before} only in ${names[0]}, ${after} only in ${names[1]}`,
  linted: (profiles: number, controls: number, problems: number, unknown: number) =>
    `${many(profiles, 'profile')}, ${many(controls, 'control')}: ${many(problems, 'error')}, ${many(unknown, 'kind of evidence', 'kinds of evidence')} not there yet`,
  cannotRead: (folder: string, reason: string) => `${folder} cannot be read: ${reason}`,
  rule: 'rule',
  severalAnswers: 'several answers may hold',
  askedWhen: (question: string, answers: string) => `asked when ${question} is ${answers}`,
  atLeast: (level: number) => `level ${level}`,
  authority: (level: number, { appraises, approves, appraisalDays, approvalDays }: LevelAuthority) =>
    `level ${level}: appraised by ${who[appraises]}${appraisalDays === undefined ? '' : ` within ${appraisalDays} working days`}, approved by ${who[approves]}${approvalDays === undefined ? '' : ` within ${approvalDays} working days`}`,
  badAnswer: (text: string) => `"${text}" is no answer; write it as kinds=internal,public-service`,
  result: (level: number | undefined, isComplete: boolean) =>
    level === undefined
      ? 'no answer leads to a level yet'
      : isComplete
        ? `level ${level}`
        : `level ${level} at least: questions are open`,
  decidedBy: 'decided by',
  outweighed: 'outweighed',
  missing: 'still to be answered',
  ignored: 'not taken into account',
};
export type ComplianceCatalogueMessages = typeof complianceCatalogueEn;

export const complianceCatalogueHelpEn = {
  complianceList: 'list the controls of a profile',
  complianceShow: 'one control: what is asked, by which clause, and what shows that it is met',
  complianceDiff: 'what two profiles ask differently',
  complianceLint: 'check catalogue files; without a folder those that come with the product',
  complianceCriteria: "the questionnaire of levels; with answers, a system's level and what decides it",
  complianceControl: 'id of the control, e.g. LG-07',
  complianceFolder: 'folder with a folder per profile, and criteria-*.yml',
  complianceProfile: 'which profile',
  complianceBefore: 'profile to compare from',
  complianceAfter: 'profile to compare with',
  complianceLevel: 'only what is asked at this level (1-5)',
  complianceGroup: 'only this group, e.g. LG',
  complianceMode: 'only controls of this mode',
  complianceAnswer: 'an answer, e.g. kinds=internal,public-service; may be repeated',
};
