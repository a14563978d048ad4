/**
 * What a dossier of a system's security level says: the facts that Mẫu 08 of decree 331/2026 and its appraisal ask for. What is not
 * known is null, never a guess; days are `YYYY-MM-DD` of Vietnam. Nothing here decides: checks.ts judges, registry/compliance keeps.
 */
import { z } from 'zod';
import { legalDaySchema } from '../../agency/legal-day.ts';
import { LAW_PROFILES } from '../../registry/tables/agency.ts';

/** In the order of a dossier's way: Đang dự thảo, Đã gửi thẩm định, Đã thẩm định, Đã được phê duyệt. */
export const DOSSIER_STATUSES = ['draft', 'submitted', 'appraised', 'approved'] as const;
export type DossierStatus = (typeof DOSSIER_STATUSES)[number];

/** How far the plan of protection is carried out: Chưa, một số hạng mục, đầy đủ. */
export const PLAN_STATES = ['none', 'some', 'full'] as const;
export type PlanState = (typeof PLAN_STATES)[number];

/** Who appraises and approves (decree 331/2026, article 18): the owner's specialised unit, the owner, the ministry, the Prime Minister. */
export const BODIES = ['specialised-unit', 'owner', 'ministry', 'prime-minister'] as const;
export type Body = (typeof BODIES)[number];

const text = (charsMax: number) => z.string().trim().max(charsMax).nullable();
const number = text(128);
const day = legalDaySchema.nullable();
const level = z.int().min(1).max(5).nullable();
const people = z.int().min(0).max(1_000_000_000).nullable();
const machines = z.int().min(0).max(1_000_000).nullable();

export const dossierFactsSchema = z.strictObject({
  status: z.enum(DOSSIER_STATUSES),
  lawProfile: z.enum(LAW_PROFILES),
  proposedLevel: level,
  /** What was decided; null: as proposed. */
  decidedLevel: level,
  /** Why another level is proposed or decided than the criteria give. */
  levelReason: text(4_096),
  submittedOn: day,
  appraisalBody: z.enum(BODIES).nullable(),
  appraisalNumber: number,
  appraisedOn: day,
  approvalBody: z.enum(BODIES).nullable(),
  approvalNumber: number,
  approvedOn: day,
  /** The regulation (Quy chế) that must be there before the level is approved (decree 331/2026, article 30.7). */
  regulationNumber: number,
  regulationOn: day,
  expectedApprovalOn: day,
  plan: z.enum(PLAN_STATES).nullable(),
  expectedFullOn: day,
  checkedBeforeUse: z.boolean(),
  checkedPeriodically: z.boolean(),
  /** The last periodic check. */
  checkedOn: day,
  /** People whose data the system holds: basic and sensitive personal data. */
  basicSubjects: people,
  sensitiveSubjects: people,
  /** Personal computers and servers that the system has, with an agent or without. */
  expectedPcs: machines,
  expectedServers: machines,
  rented: z.boolean(),
  providerName: text(512),
  contractNumber: number,
  contractOn: day,
  contractUntil: day,
  /** Owner and operator as the papers write them, where that differs from the register. */
  ownerText: text(512),
  operatorText: text(512),
  /** Put forward for the list of systems critical to national security. */
  criticalCandidate: z.boolean(),
  /** How the regulation is kept, in words: an annex of Mẫu 08. */
  regulationKept: text(4_096),
  note: text(4_096),
  /** From this day on another dossier holds. */
  endedOn: day,
  /** From this day on the system is no longer used. */
  retiredOn: day,
});
export type DossierFacts = z.infer<typeof dossierFactsSchema>;
export type DossierField = keyof DossierFacts;

/** A dossier of which nothing is known yet. */
export const EMPTY_DOSSIER: Readonly<DossierFacts> = {
  status: 'draft',
  lawProfile: 'vn-2026',
  proposedLevel: null,
  decidedLevel: null,
  levelReason: null,
  submittedOn: null,
  appraisalBody: null,
  appraisalNumber: null,
  appraisedOn: null,
  approvalBody: null,
  approvalNumber: null,
  approvedOn: null,
  regulationNumber: null,
  regulationOn: null,
  expectedApprovalOn: null,
  plan: null,
  expectedFullOn: null,
  checkedBeforeUse: false,
  checkedPeriodically: false,
  checkedOn: null,
  basicSubjects: null,
  sensitiveSubjects: null,
  expectedPcs: null,
  expectedServers: null,
  rented: false,
  providerName: null,
  contractNumber: null,
  contractOn: null,
  contractUntil: null,
  ownerText: null,
  operatorText: null,
  criticalCandidate: false,
  regulationKept: null,
  note: null,
  endedOn: null,
  retiredOn: null,
};

/** What a change may say: what is left out stays. */
export const dossierPatchSchema = dossierFactsSchema.partial();
export type DossierPatch = z.infer<typeof dossierPatchSchema>;

/** The level that holds or is asked for. */
export function levelOf({ decidedLevel, proposedLevel }: DossierFacts): number | null {
  return decidedLevel ?? proposedLevel;
}

/** How many hosts the system has by its dossier: of what is told only one kind, that one; null: neither. */
export function expectedHosts({ expectedPcs, expectedServers }: DossierFacts): number | null {
  return expectedPcs === null && expectedServers === null
    ? null
    : (expectedPcs ?? 0) + (expectedServers ?? 0);
}

/** The dossier as it stood on a day by its own dates: what was done later was not done yet. */
export function dossierOn(facts: DossierFacts, day: string): DossierFacts {
  const done = (on: string | null): boolean => on === null || on <= day;
  let { status } = facts;
  if (status === 'approved' && !done(facts.approvedOn)) status = 'appraised';
  if (status === 'appraised' && !done(facts.appraisedOn)) status = 'submitted';
  if (status === 'submitted' && !done(facts.submittedOn)) status = 'draft';
  if (status === facts.status) return facts;
  const approved = status === 'approved';
  const appraised = approved || status === 'appraised';
  return {
    ...facts,
    status,
    ...(approved ? {} : { decidedLevel: null, approvalBody: null, approvalNumber: null, approvedOn: null }),
    ...(appraised ? {} : { appraisalBody: null, appraisalNumber: null, appraisedOn: null }),
    // What was expected then is what came to be.
    expectedApprovalOn: facts.expectedApprovalOn ?? facts.approvedOn,
  };
}

/** The facts with a change in them: what it leaves out stays. */
export function patched(facts: DossierFacts, patch: DossierPatch): DossierFacts {
  return dossierFactsSchema.parse({ ...facts, ...withoutUndefined(patch) });
}

function withoutUndefined(patch: DossierPatch): Record<string, unknown> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}
