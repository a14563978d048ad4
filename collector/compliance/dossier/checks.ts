/** What does not fit together in systems' dossiers: one list of findings. Pure; the day is an argument. */
import { overlap } from '../../agency/legal-day.ts';
import { authorityOf } from './authority.ts';
import { type DossierFacts, type DossierField, expectedHosts, levelOf } from './facts.ts';
import { type DossierFinding, finding, type FindingCode, type FindingSeverity } from './finding.ts';

export interface KeptDossier {
  id: number;
  facts: DossierFacts;
}

export interface CheckedSystem {
  id: number;
  name: string;
  /** Of the register: what retention goes by. */
  level: number | null;
  /** Oldest first. */
  dossiers: readonly KeptDossier[];
  /** Hosts that belong to it; left out: not known, and nothing is held against it. */
  hosts?: number | undefined;
}

/** A host and the systems it belongs to. */
export interface SharedHost {
  hostname: string;
  systemIds: readonly number[];
}

type Say = (
  code: FindingCode,
  severity: FindingSeverity,
  field: DossierField,
  args?: Record<string, string>,
) => void;

/** The one that holds or is under way: the newest that has not ended by the day. */
export function currentDossier(dossiers: readonly KeptDossier[], today: string): KeptDossier | undefined {
  return dossiers.findLast(({ facts }) => facts.endedOn === null || facts.endedOn > today);
}

/** How many hosts a system has by its newest dossier that has not ended and says so; null: none does. */
export function hostsByDossier(dossiers: readonly KeptDossier[], today: string): number | null {
  const held = dossiers.filter(({ facts }) => facts.endedOn === null || facts.endedOn > today);
  const telling = held.findLast(({ facts }) => expectedHosts(facts) !== null);
  return telling === undefined ? null : expectedHosts(telling.facts);
}

/** Whether the system is no longer used by the day. */
export function isRetired(dossiers: readonly KeptDossier[], today: string): boolean {
  const { retiredOn = null } = dossiers.at(-1)?.facts ?? {};
  return retiredOn !== null && retiredOn <= today;
}

/** @param today `YYYY-MM-DD` */
export function dossierFindings(
  systems: readonly CheckedSystem[],
  hosts: readonly SharedHost[],
  today: string,
): DossierFinding[] {
  const used = systems.filter(({ dossiers }) => !isRetired(dossiers, today));
  return [...used.flatMap((system) => ofSystem(system, today)), ...sharedHosts(used, hosts)];
}

function ofSystem(system: CheckedSystem, today: string): DossierFinding[] {
  const systemId = system.id;
  const found = overlaps(system);
  const current = currentDossier(system.dossiers, today);
  if (current === undefined) {
    found.push(finding('system-without-dossier', 'error', { systemId, field: 'dossier' }));
    if (system.level === null)
      found.push(finding('system-without-level', 'error', { systemId, field: 'level' }));
    return found;
  }
  const { id: dossierId, facts } = current;
  const say: Say = (code, severity, field, args) => {
    found.push(
      finding(code, severity, { systemId, dossierId, field, ...(args === undefined ? {} : { args }) }),
    );
  };
  const level = levelOf(facts);
  if (level === null) say('system-without-level', 'error', 'proposedLevel');
  if (facts.status === 'approved') {
    ofApproved(facts, say);
    if (level !== null && level !== system.level)
      say('register-level-differs', 'warning', 'decidedLevel', {
        dossier: String(level),
        register: system.level === null ? '-' : String(system.level),
      });
  } else ofUnapproved(facts, today, say);
  ofPlan(facts, say);
  ofProvider(facts, today, say);
  ofDays(facts, today, say);
  if (level !== null) ofAuthority(facts, level, say);
  ofHosts(system, today, say);
  return found;
}

/** From its approval, or else from when it was sent, until it ends. */
function spanOf({ facts }: KeptDossier): { from: string | null; to: string | null } {
  return { from: facts.approvedOn ?? facts.submittedOn, to: facts.endedOn };
}

function overlaps({ id: systemId, dossiers }: CheckedSystem): DossierFinding[] {
  return dossiers.flatMap((one, index) =>
    dossiers.slice(0, index).flatMap((other) => {
      // A new dossier is drawn up while the old one holds: that is how a level is changed.
      const bothApproved = one.facts.status === 'approved' && other.facts.status === 'approved';
      const bothOpen = one.facts.status !== 'approved' && other.facts.status !== 'approved';
      if (!(bothApproved || bothOpen) || !overlap(spanOf(one), spanOf(other))) return [];
      const args = { other: String(other.id) };
      return [finding('dossiers-overlap', 'error', { systemId, dossierId: one.id, field: 'dossier', args })];
    }),
  );
}

function ofApproved(facts: DossierFacts, say: Say): void {
  const { approvalNumber, approvedOn, regulationNumber, regulationOn, decidedLevel, proposedLevel } = facts;
  if (approvalNumber === null || approvedOn === null)
    say('approved-without-decision', 'error', approvalNumber === null ? 'approvalNumber' : 'approvedOn');
  if (regulationNumber === null || regulationOn === null)
    say(
      'approved-without-regulation',
      'error',
      regulationNumber === null ? 'regulationNumber' : 'regulationOn',
    );
  if (approvedOn !== null && regulationOn !== null && approvedOn < regulationOn)
    say('decision-before-regulation', 'error', 'approvedOn', {
      decision: approvedOn,
      regulation: regulationOn,
    });
  const differs = decidedLevel !== null && proposedLevel !== null && decidedLevel !== proposedLevel;
  if (differs && facts.levelReason === null)
    say('level-differs', 'warning', 'decidedLevel', {
      proposed: String(proposedLevel),
      decided: String(decidedLevel),
    });
}

function ofUnapproved({ expectedApprovalOn: expected }: DossierFacts, today: string, say: Say): void {
  if (expected === null) say('unapproved-without-expected-date', 'error', 'expectedApprovalOn');
  else if (expected < today) say('expected-date-passed', 'warning', 'expectedApprovalOn', { expected });
}

function ofPlan({ plan, expectedFullOn }: DossierFacts, say: Say): void {
  if (plan === null) say('plan-unknown', 'error', 'plan');
  else if (plan !== 'full' && expectedFullOn === null) say('plan-without-date', 'error', 'expectedFullOn');
}

function ofProvider(facts: DossierFacts, today: string, say: Say): void {
  if (!facts.rented) return;
  if (facts.providerName === null || facts.contractNumber === null)
    say('rented-without-contract', 'error', facts.providerName === null ? 'providerName' : 'contractNumber');
  if (facts.contractUntil !== null && facts.contractUntil < today)
    say('contract-over', 'warning', 'contractUntil', { until: facts.contractUntil });
}

/** More hosts with an agent than the dossier knows of: one of the two is wrong. */
function ofHosts({ hosts, dossiers }: CheckedSystem, today: string, say: Say): void {
  const expected = hostsByDossier(dossiers, today);
  if (expected !== null && hosts !== undefined && hosts > expected)
    say('hosts-beyond-dossier', 'warning', 'expectedPcs', {
      hosts: String(hosts),
      expected: String(expected),
    });
}

const ORDERED = ['submittedOn', 'appraisedOn', 'approvedOn', 'endedOn'] as const;
const PAST = ['submittedOn', 'appraisedOn', 'approvedOn', 'regulationOn', 'contractOn', 'checkedOn'] as const;

function ofDays(facts: DossierFacts, today: string, say: Say): void {
  const days = ORDERED.flatMap((field) => {
    const day = facts[field];
    return day === null ? [] : [{ field, day }];
  });
  for (const [index, { field, day }] of days.entries()) {
    const before = days[index - 1];
    if (before !== undefined && before.day > day)
      say('dates-out-of-order', 'error', field, { earlier: before.day, later: day });
  }
  for (const field of PAST) {
    const day = facts[field];
    if (day !== null && day > today) say('date-in-the-future', 'warning', field, { day });
  }
}

function ofAuthority(facts: DossierFacts, level: number, say: Say): void {
  const { appraises, approves } = authorityOf(facts.lawProfile, level);
  const { appraisalBody, approvalBody } = facts;
  if (appraisalBody !== null && appraisalBody !== appraises)
    say('appraisal-body-unlawful', 'error', 'appraisalBody', {
      body: appraisalBody,
      wanted: appraises,
      level: String(level),
    });
  if (approvalBody !== null && approvalBody !== approves)
    say('approval-body-unlawful', 'error', 'approvalBody', {
      body: approvalBody,
      wanted: approves,
      level: String(level),
    });
}

function sharedHosts(systems: readonly CheckedSystem[], hosts: readonly SharedHost[]): DossierFinding[] {
  const known = new Map(systems.map((system) => [system.id, system]));
  const said = (level: number | null): string => (level === null ? '-' : String(level));
  return hosts.flatMap(({ hostname, systemIds }) =>
    systemIds.flatMap((systemId) => {
      const system = known.get(systemId);
      const other = systemIds
        .map((id) => known.get(id))
        .find((one) => one !== undefined && one.id !== systemId && one.level !== system?.level);
      if (system === undefined || other === undefined) return [];
      const args = {
        host: hostname,
        other: other.name,
        level: said(system.level),
        otherLevel: said(other.level),
      };
      return [finding('host-in-two-systems', 'warning', { systemId, field: 'hosts', args })];
    }),
  );
}
