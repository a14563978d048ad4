/** By when something is due for a dossier: what the law sets in working days, and what its own papers say. Pure. */
import type { Confidence } from '../../../rules/compliance/index.ts';
import { authorityOf } from './authority.ts';
import { type DossierFacts, levelOf } from './facts.ts';

export const DEADLINE_KINDS = [
  'supplement',
  'appraisal',
  'approval',
  'expected-approval',
  'plan-full',
  'contract-end',
  'attestation',
] as const;
export type DeadlineKind = (typeof DEADLINE_KINDS)[number];

export interface Deadline {
  kind: DeadlineKind;
  /** Last day on which it is in time. */
  dueOn: string;
  /** Of the law; null: what the papers say. */
  clause: string | null;
  confidence: Confidence | null;
}

/** So many days before it is due, it is told of. */
export const WARN_DAYS: Readonly<Record<DeadlineKind, number>> = {
  supplement: 2,
  appraisal: 5,
  approval: 3,
  'expected-approval': 14,
  'plan-full': 30,
  'contract-end': 60,
  attestation: 30,
};

export const DEADLINE_WORDS: Readonly<Record<DeadlineKind, { vi: string; en: string }>> = {
  supplement: { vi: 'yêu cầu bổ sung hồ sơ', en: 'supplements of the dossier are asked for' },
  appraisal: { vi: 'thẩm định hồ sơ', en: 'the dossier is appraised' },
  approval: { vi: 'phê duyệt hồ sơ', en: 'the dossier is approved' },
  'expected-approval': { vi: 'dự kiến phê duyệt', en: 'the dossier is expected to be approved' },
  'plan-full': { vi: 'dự kiến triển khai đầy đủ phương án', en: 'the plan is to be carried out in full' },
  'contract-end': { vi: 'hợp đồng thuê dịch vụ hết hạn', en: 'the contract with the provider ends' },
  attestation: { vi: 'xác nhận lại yêu cầu', en: 'requirements are to be attested again' },
};

/** @param workDaysAfter the day so many working days of the owner's calendar after another */
export function dossierDeadlines(
  facts: DossierFacts,
  workDaysAfter: (day: string, count: number) => string,
): Deadline[] {
  const found: Deadline[] = [];
  const own = (kind: DeadlineKind, dueOn: string | null): void => {
    if (dueOn !== null) found.push({ kind, dueOn, clause: null, confidence: null });
  };
  const level = levelOf(facts);
  if (level !== null) found.push(...ofLaw(facts, level, workDaysAfter));
  if (facts.status !== 'approved') own('expected-approval', facts.expectedApprovalOn);
  if (facts.plan !== 'full') own('plan-full', facts.expectedFullOn);
  if (facts.rented) own('contract-end', facts.contractUntil);
  return found;
}

function ofLaw(
  { status, submittedOn, appraisedOn, lawProfile }: DossierFacts,
  level: number,
  workDaysAfter: (day: string, count: number) => string,
): Deadline[] {
  const { supplementDays, appraisalDays, approvalDays, clause, confidence } = authorityOf(lawProfile, level);
  const after = (kind: DeadlineKind, from: string | null, days: number | null): Deadline[] =>
    from === null || days === null ? [] : [{ kind, dueOn: workDaysAfter(from, days), clause, confidence }];
  switch (status) {
    case 'submitted':
      return [
        ...after('supplement', submittedOn, supplementDays),
        ...after('appraisal', submittedOn, appraisalDays),
      ];
    case 'appraised':
      return after('approval', appraisedOn, approvalDays);
    case 'draft':
    case 'approved':
      return [];
  }
}
