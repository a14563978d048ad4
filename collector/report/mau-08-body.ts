/**
 * Mẫu 08 of decree 331/2026/NĐ-CP as data: counts, owner and specialised unit, the table of twelve columns, annexes and what does not
 * fit together. Pure: made from the register alone, so that it comes out with no agent installed. What is not known stays null.
 */
import { createHash } from 'node:crypto';
import {
  type CheckedSystem,
  currentDossier,
  dossierFindings,
  isRetired,
  type SharedHost,
} from '../compliance/dossier/checks.ts';
import {
  type DossierFacts,
  dossierOn,
  type DossierStatus,
  levelOf,
  type PlanState,
} from '../compliance/dossier/facts.ts';
import { type DossierFinding, finding } from '../compliance/dossier/finding.ts';
import type { OfficeFacts } from '../compliance/dossier/office.ts';

export interface Mau08Agency {
  id: number;
  /** As it was called on the day. */
  name: string;
  /** Its identity code on the day; null without one. */
  code: string | null;
}

export interface Mau08System extends CheckedSystem {
  owner: Mau08Agency;
  /** Null: its owner. */
  operator: Mau08Agency | null;
}

/** An agency's word that its rows are right. */
export interface Mau08Confirmation {
  agencyId: number;
  confirmedAt: string;
  confirmedBy: string;
  /** `rowsDigest` of the agency's rows when they were confirmed. */
  digest: string;
}

export interface Mau08Office {
  agency: Mau08Agency;
  owner: OfficeFacts | null;
  unit: OfficeFacts | null;
}

/** What happened to agencies of the report within its year. */
export interface Mau08AgencyChange {
  on: string;
  kind: 'merge' | 'split' | 'rename';
  before: string[];
  after: string[];
}

/** Everything the report is made of, as of a day. */
export interface Mau08Facts {
  agency: Mau08Agency;
  /** First and last day that it is about: 15/12 of the year before to 14/12. */
  from: string;
  day: string;
  systems: readonly Mau08System[];
  sharedHosts: readonly SharedHost[];
  /** Of the agencies that own systems here, and of the one reporting. */
  offices: readonly Mau08Office[];
  /** The newest of each agency for this year. */
  confirmations: readonly Mau08Confirmation[];
  changes: readonly Mau08AgencyChange[];
}

/** Số và ngày of a document. */
export interface Mau08Paper {
  number: string | null;
  on: string | null;
}

/** One row of part 3: columns in the order of the form. */
export interface Mau08Row {
  systemId: number;
  ownerId: number;
  /** 1 STT */
  index: number;
  /** 2 Tên hệ thống thông tin */
  name: string;
  /** 3 Chủ quản */
  owner: string;
  /** 4 Đơn vị vận hành */
  operator: string;
  /** 5 Cấp độ đề xuất */
  level: number | null;
  /** 6 Tình trạng hồ sơ; null: there is none. */
  status: DossierStatus | null;
  /** 7 Quyết định phê duyệt */
  approval: Mau08Paper;
  /** 8 Quy chế bảo đảm an ninh mạng */
  regulation: Mau08Paper;
  /** 9 Dự kiến phê duyệt */
  expectedApprovalOn: string | null;
  /** 10 Triển khai phương án */
  plan: PlanState | null;
  /** 11 Dự kiến triển khai đủ */
  expectedFullOn: string | null;
  /** 12 Kiểm tra, đánh giá; empty: none. */
  checks: ('before-use' | 'periodic')[];
}

export interface Mau08Counts {
  managed: number;
  classified: number;
  dossierMade: number;
  appraised: number;
  approved: number;
  approvedAndChecked: number;
}

export interface Mau08Body {
  kind: 'mau-08';
  agency: Mau08Agency;
  year: number;
  from: string;
  day: string;
  part1: Mau08Counts & {
    /** By level 1-5. */
    byLevel: { level: number; counts: Mau08Counts }[];
    /** The last of the days by which the rest is expected; null when nothing is left, or one of them has no day. */
    expectedCompletionOn: string | null;
    /** Not approved yet. */
    remaining: number;
  };
  part2: Mau08Office[];
  part3: Mau08Row[];
  annexes: {
    criticalCandidates: { systemId: number; name: string; owner: string; level: number | null }[];
    regulationKept: { systemId: number; name: string; said: string | null }[];
    rented: {
      systemId: number;
      name: string;
      provider: string | null;
      contract: string | null;
      until: string | null;
    }[];
    changes: Mau08AgencyChange[];
  };
  checks: DossierFinding[];
  confirmations: {
    /** `changed`: its rows are others now than those it confirmed. */
    confirmed: { agency: Mau08Agency; at: string; by: string; changed: boolean }[];
    late: Mau08Agency[];
  };
}

/** What an agency confirms of its rows: all but their place in a table. SHA-256, lower-case hex. */
export function rowsDigest(rows: readonly Mau08Row[]): string {
  const said = rows
    .map((row) => JSON.stringify({ ...row, index: 0 }))
    .toSorted()
    .join('\n');
  return createHash('sha256').update(said).digest('hex');
}

interface Entry {
  system: Mau08System;
  facts: DossierFacts | null;
  row: Mau08Row;
}

const byName = new Intl.Collator('vi');

export function mau08Body(facts: Mau08Facts): Mau08Body {
  const entries = entriesOf(facts);
  const part3 = entries.map(({ row }) => row);
  const left = entries.filter(({ row }) => row.status !== 'approved');
  return {
    kind: 'mau-08',
    agency: facts.agency,
    year: Number(facts.day.slice(0, 4)),
    from: facts.from,
    day: facts.day,
    part1: {
      ...counts(entries),
      byLevel: [1, 2, 3, 4, 5].map((level) => ({
        level,
        counts: counts(entries.filter(({ row }) => row.level === level)),
      })),
      expectedCompletionOn: lastDay(left.map(({ row }) => row.expectedApprovalOn)),
      remaining: left.length,
    },
    part2: [...facts.offices],
    part3,
    annexes: annexesOf(facts, entries),
    checks: [...dossierFindings(asOf(facts), facts.sharedHosts, facts.day), ...officeFindings(facts)],
    confirmations: confirmationsOf(facts, part3),
  };
}

/** Systems with their dossiers as they stood on the day; those that were no longer used are left out. */
function asOf({ systems, day }: Mau08Facts): Mau08System[] {
  return systems
    .filter(({ dossiers }) => !isRetired(dossiers, day))
    .map((system) => ({
      ...system,
      dossiers: system.dossiers.map(({ id, facts }) => ({ id, facts: dossierOn(facts, day) })),
    }));
}

function entriesOf(facts: Mau08Facts): Entry[] {
  return asOf(facts)
    .toSorted(
      (a, b) =>
        byName.compare(a.owner.name, b.owner.name) ||
        a.owner.id - b.owner.id ||
        byName.compare(a.name, b.name) ||
        a.id - b.id,
    )
    .map((system, at) => {
      const dossier = currentDossier(system.dossiers, facts.day)?.facts ?? null;
      return { system, facts: dossier, row: rowOf(system, dossier, at + 1) };
    });
}

function rowOf(system: Mau08System, facts: DossierFacts | null, index: number): Mau08Row {
  const approved = facts?.status === 'approved';
  return {
    systemId: system.id,
    ownerId: system.owner.id,
    index,
    name: system.name,
    owner: facts?.ownerText ?? system.owner.name,
    operator: facts?.operatorText ?? (system.operator ?? system.owner).name,
    level: facts === null ? system.level : (facts.proposedLevel ?? levelOf(facts)),
    status: facts?.status ?? null,
    approval: { number: facts?.approvalNumber ?? null, on: facts?.approvedOn ?? null },
    regulation: { number: facts?.regulationNumber ?? null, on: facts?.regulationOn ?? null },
    expectedApprovalOn: approved ? null : (facts?.expectedApprovalOn ?? null),
    plan: facts?.plan ?? null,
    expectedFullOn: facts?.plan === 'full' ? null : (facts?.expectedFullOn ?? null),
    checks: [
      ...(facts?.checkedBeforeUse === true ? (['before-use'] as const) : []),
      ...(facts?.checkedPeriodically === true ? (['periodic'] as const) : []),
    ],
  };
}

function counts(entries: readonly Entry[]): Mau08Counts {
  const count = (fits: (row: Mau08Row) => boolean): number => entries.filter(({ row }) => fits(row)).length;
  return {
    managed: entries.length,
    classified: count(({ level }) => level !== null),
    dossierMade: count(({ status }) => status !== null && status !== 'draft'),
    appraised: count(({ status }) => status === 'appraised' || status === 'approved'),
    approved: count(({ status }) => status === 'approved'),
    approvedAndChecked: count(({ status, checks }) => status === 'approved' && checks.includes('periodic')),
  };
}

function lastDay(days: readonly (string | null)[]): string | null {
  const known = days.filter((day) => day !== null);
  return known.length < days.length ? null : (known.toSorted().at(-1) ?? null);
}

function annexesOf({ changes }: Mau08Facts, entries: readonly Entry[]): Mau08Body['annexes'] {
  const known = entries.flatMap(({ system, facts, row }) => (facts === null ? [] : [{ system, facts, row }]));
  return {
    criticalCandidates: known
      .filter(({ facts }) => facts.criticalCandidate)
      .map(({ row: { systemId, name, owner, level } }) => ({ systemId, name, owner, level })),
    regulationKept: known
      .filter(({ facts }) => facts.status === 'approved' || facts.regulationKept !== null)
      .map(({ facts, row: { systemId, name } }) => ({ systemId, name, said: facts.regulationKept })),
    rented: known
      .filter(({ facts }) => facts.rented)
      .map(({ facts, row: { systemId, name } }) => ({
        systemId,
        name,
        provider: facts.providerName,
        contract: facts.contractNumber,
        until: facts.contractUntil,
      })),
    changes: [...changes],
  };
}

const OFFICE_NEEDS = ['name', 'mandate', 'head', 'headTitle', 'address', 'phone', 'email'] as const;

function officeFindings({ offices }: Mau08Facts): DossierFinding[] {
  return offices.flatMap(({ agency, owner, unit }) => {
    const missing = [
      ...OFFICE_NEEDS.filter((field) => (owner?.[field] ?? null) === null).map((field) => `owner.${field}`),
      ...OFFICE_NEEDS.filter((field) => (unit?.[field] ?? null) === null).map(
        (field) => `specialised-unit.${field}`,
      ),
    ];
    if (missing.length === 0) return [];
    const args = { agency: agency.name, missing: missing.join(', ') };
    return [finding('office-incomplete', 'warning', { agencyId: agency.id, field: 'office', args })];
  });
}

function confirmationsOf(
  { systems, confirmations }: Mau08Facts,
  rows: readonly Mau08Row[],
): Mau08Body['confirmations'] {
  const reported = new Set(rows.map(({ ownerId }) => ownerId));
  const owners = new Map(
    systems.flatMap(({ owner }) => (reported.has(owner.id) ? [[owner.id, owner] as const] : [])),
  );
  const said = new Map(confirmations.map((one) => [one.agencyId, one]));
  const sorted = [...owners.values()].toSorted((a, b) => byName.compare(a.name, b.name) || a.id - b.id);
  return {
    confirmed: sorted.flatMap((agency) => {
      const one = said.get(agency.id);
      if (one === undefined) return [];
      const changed = one.digest !== rowsDigest(rows.filter(({ ownerId }) => ownerId === agency.id));
      return [{ agency, at: one.confirmedAt, by: one.confirmedBy, changed }];
    }),
    late: sorted.filter(({ id }) => !said.has(id)),
  };
}
