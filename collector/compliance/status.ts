/**
 * How results count together: hosts to one piece of evidence, pieces to a control. One rule for both. Invariants: what is
 * partly known is `partly`, never met; what does not apply counts for nothing unless nothing applies.
 */
import type { Finding, Reason } from './evidence/evidence-kind.ts';

export const STATUSES = [
  'met',
  'partly',
  'not-met',
  'excepted',
  'not-assessed',
  'not-applicable',
  'provider',
] as const;
/** `provider`: somebody else answers for it, by contract. `excepted`: the register accepts what is not met, until a day. */
export type Status = (typeof STATUSES)[number];

/** Several parts of which all must be met. */
export function combine(parts: Iterable<Status>): Status {
  const seen = new Set(parts);
  seen.delete('not-applicable');
  if (seen.size === 0) return 'not-applicable';
  const isGood = seen.has('met') || seen.has('excepted') || seen.has('provider');
  if (seen.has('partly')) return 'partly';
  if (seen.has('not-met')) return isGood ? 'partly' : 'not-met';
  if (seen.has('not-assessed')) return isGood ? 'partly' : 'not-assessed';
  if (seen.has('excepted')) return 'excepted';
  return seen.has('met') ? 'met' : 'provider';
}

export interface FindingCounts {
  met: number;
  notMet: number;
  /** Not met, and accepted by the register. */
  excepted: number;
  notApplicable: number;
  notAssessed: number;
}

export function statusOf({ result, excepted }: Pick<Finding, 'result' | 'excepted'>): Status {
  return result === 'not-met' && excepted !== undefined ? 'excepted' : result;
}

export function countFindings(findings: readonly Finding[]): FindingCounts {
  const counts: FindingCounts = { met: 0, notMet: 0, excepted: 0, notApplicable: 0, notAssessed: 0 };
  const place = {
    met: 'met',
    'not-met': 'notMet',
    excepted: 'excepted',
    'not-applicable': 'notApplicable',
    'not-assessed': 'notAssessed',
  } as const;
  for (const finding of findings) {
    const status = statusOf(finding);
    if (status !== 'partly' && status !== 'provider') counts[place[status]] += finding.hosts ?? 1;
  }
  return counts;
}

const SEVERITY: Readonly<Record<Status, number>> = {
  'not-met': 0,
  partly: 1,
  'not-assessed': 2,
  excepted: 3,
  met: 4,
  provider: 5,
  'not-applicable': 6,
};

/** What fails first, then what is not known; hosts by name, so that a list is always in the same order. */
export function worstFirst(one: Finding, other: Finding): number {
  const byStatus = SEVERITY[statusOf(one)] - SEVERITY[statusOf(other)];
  return byStatus === 0 ? compareText(subjectKey(one), subjectKey(other)) : byStatus;
}

function subjectKey({ subject }: Finding): string {
  return subject.kind === 'host' ? `${subject.hostname}\0${subject.id}` : '';
}

function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** The reason that says most about a status: that of the worst finding. */
export function leadingReason(findings: readonly Finding[]): Reason | undefined {
  let worst: Finding | undefined;
  for (const finding of findings) if (worst === undefined || worstFirst(finding, worst) < 0) worst = finding;
  return worst?.reason;
}
