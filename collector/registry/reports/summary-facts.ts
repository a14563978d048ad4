/** Facts of monthly, quarterly, half-yearly and yearly reports. What has no source yet, or no data, is unknown and says why. */
import { legalDayAt } from '../../agency/legal-day.ts';
import { hostsByDossier } from '../../compliance/dossier/checks.ts';
import type { ReportContent } from '../../report/body.ts';
import { previousPeriod, type ReportPeriod } from '../../report/period.ts';
import {
  type Assessment,
  type AttestationRow,
  type Change,
  type Coverage,
  known,
  type Known,
  type LevelRow,
  type LogRetention,
  type SummaryFacts,
  unknown,
} from '../../report/summary-facts.ts';
import { basisOfLevel } from '../../retention/law-months.ts';
import { dossiersAt } from '../compliance/assessed-systems.ts';
import type { RegistryDb } from '../database.ts';
import { listRetentionRules } from '../retention-facts.ts';
import { readAssessment, readPlan } from './assessment-facts.ts';
import { readIncidents } from './incident-facts.ts';
import { lockedBody, newestReport, type ReportSubject } from './report-rows.ts';
import { readVulnerabilities } from './vulnerability-facts.ts';
import { readReach, type ReachedSystem, type ReportReach } from './report-reach.ts';

export interface FactsWanted {
  kind: Exclude<ReportSubject['kind'], 'mau-08'>;
  period: ReportPeriod;
  agencyId: number;
  systemId: number | null;
  /** The period's last moment, or now while it lasts. */
  atMs: number;
}

const ATTESTATIONS_MAX = 500;

export async function readSummaryFacts(db: RegistryDb, wanted: FactsWanted): Promise<SummaryFacts> {
  const reach = await readReach(db, wanted);
  const { systems } = reach;
  const { day } = wanted.period;
  const facts = {
    coverage: await coverage(db, reach),
    levels: known(levels(systems)),
    ...(await readAssessment(db, systems, wanted.period)),
    incidents: known(await readIncidents(db, reach)),
    vulnerabilities: await readVulnerabilities(db, reach),
    logs: known(await logs(db, systems)),
    plan: known(await readPlan(db, systems, day)),
    attestations: known(await attestations(db, reach)),
  };
  return { ...facts, changes: await changes(db, wanted, facts) };
}

async function coverage(db: RegistryDb, reach: ReportReach): Promise<Known<Coverage>> {
  const { agencyIds, systems, hosts, fromMs } = reach;
  if (agencyIds.length === 0) return unknown('cơ quan không tồn tại trong kỳ');
  const reporting = hosts.filter(({ seenMs }) => seenMs !== null && seenMs >= fromMs).length;
  return known({
    agencies: agencyIds.length,
    systems: systems.length,
    hosts: hosts.length,
    reporting,
    silent: hosts.length - reporting,
    expected: await expectedOf(db, reach),
  });
}

async function expectedOf(
  db: RegistryDb,
  { systems, day, toMs }: ReportReach,
): Promise<Coverage['expected']> {
  if (systems.length === 0) return null;
  const dossiers = await dossiersAt(
    db,
    toMs - 1,
    systems.map(({ id }) => id),
  );
  const told = systems.flatMap(({ id, hosts }) => {
    const computers = hostsByDossier(dossiers.get(id) ?? [], day);
    return computers === null ? [] : [{ computers, missing: Math.max(0, computers - hosts) }];
  });
  return told.length === 0
    ? null
    : {
        systems: told.length,
        computers: told.reduce((sum, { computers }) => sum + computers, 0),
        missing: told.reduce((sum, { missing }) => sum + missing, 0),
      };
}

function levels(systems: readonly ReachedSystem[]): LevelRow[] {
  return [5, 4, 3, 2, 1, null].flatMap((level) => {
    const of = systems.filter((system) => system.level === level);
    if (of.length === 0) return [];
    return [{ level, systems: of.length, hosts: of.reduce((sum, { hosts }) => sum + hosts, 0) }];
  });
}

async function logs(db: RegistryDb, systems: readonly ReachedSystem[]): Promise<LogRetention> {
  const rules = new Map((await listRetentionRules(db)).map((rule) => [rule.basis, rule]));
  const byBasis = Map.groupBy(systems, ({ lawProfile, level }) => basisOfLevel(lawProfile, level));
  const rows = [...byBasis].map(([basis, of]) => {
    const rule = rules.get(basis);
    return {
      level: of[0]?.level ?? null,
      standard: of[0]?.lawProfile === 'vn-2022' ? 'TCVN 11930:2017' : 'TCVN 14423:2026',
      systems: of.length,
      wantedMonths: rule?.lawMonths ?? null,
      keptMonths: rule?.months ?? null,
    };
  });
  return { rows: rows.toSorted((a, b) => (b.level ?? 0) - (a.level ?? 0)) };
}

async function attestations(db: RegistryDb, reach: ReportReach): Promise<AttestationRow[]> {
  const systemIds = reach.systems.map(({ id }) => id);
  const ofAgencies = reach.systemId === null ? reach.agencyIds : [];
  const rows = await db
    .selectFrom('attestation')
    .innerJoin('attestation_control', 'attestation_control.attestation_id', 'attestation.id')
    .leftJoin('information_system as system', 'system.id', 'attestation.system_id')
    .leftJoin('agency', 'agency.id', 'attestation.agency_id')
    .select(['system.name as system', 'agency.name as agency', 'control_id', 'signer', 'signed_on', 'due_on'])
    .where('state', '=', 'accepted')
    .where('signed_on', '<=', legalDayAt(reach.toMs - 1))
    .where((eb) =>
      eb.or([
        ...(systemIds.length === 0 ? [] : [eb('attestation.system_id', 'in', systemIds)]),
        ...(ofAgencies.length === 0 ? [] : [eb('attestation.agency_id', 'in', ofAgencies)]),
      ]),
    )
    .orderBy('control_id')
    .orderBy('attestation.id')
    .limit(ATTESTATIONS_MAX)
    .execute();
  const day = legalDayAt(reach.toMs - 1);
  return rows.map((row) => ({
    subject: row.system ?? row.agency ?? '',
    control: row.control_id,
    signer: row.signer,
    signedOn: row.signed_on,
    nextDue: row.due_on,
    late: row.due_on !== null && row.due_on <= day,
  }));
}

type Facts = Omit<SummaryFacts, 'changes'>;

/** Against the locked report of the period before, whose numbers are as they were told then. */
async function changes(db: RegistryDb, wanted: FactsWanted, now: Facts): Promise<Known<Change[]>> {
  const { kind, agencyId, systemId } = wanted;
  const before = previousPeriod(wanted.period);
  const report = await newestReport(db, { kind, agencyId, systemId, period: before.key });
  const body = report === undefined ? undefined : await lockedBody(db, report.id);
  const facts = body === undefined ? undefined : factsOf(body.content);
  if (facts === undefined) return unknown(`chưa có báo cáo đã chốt của kỳ trước (${before.key})`);
  return known(CHANGES.map(({ what, as, of }) => ({ what, as, before: of(facts), after: of(now) })));
}

function factsOf(content: ReportContent): SummaryFacts | undefined {
  return content.kind === 'mau-08' ? undefined : content.facts;
}

function of<T>(fact: Known<T>, pick: (value: T) => number | null): number | null {
  return fact.known ? pick(fact.value) : null;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function meanScore({ systems }: Assessment): number | null {
  const scores = systems.flatMap(({ score }) => (score === null ? [] : [score]));
  return scores.length === 0 ? null : sum(scores) / scores.length;
}

const CHANGES: readonly { what: string; as: Change['as']; of: (facts: Facts) => number | null }[] = [
  {
    what: 'Số hệ thống thông tin',
    as: 'count',
    of: ({ levels: rows }) => of(rows, (all) => sum(all.map(({ systems }) => systems))),
  },
  {
    what: 'Số máy gửi dữ liệu',
    as: 'count',
    of: ({ coverage: row }) => of(row, ({ reporting }) => reporting),
  },
  {
    what: 'Cảnh báo phát sinh',
    as: 'count',
    of: ({ incidents }) => of(incidents, ({ alerts }) => sum(alerts.map(({ opened }) => opened))),
  },
  {
    what: 'Vụ việc, sự cố phát sinh',
    as: 'count',
    of: ({ incidents }) => of(incidents, ({ cases }) => sum(cases.map(({ opened }) => opened))),
  },
  {
    what: 'Phát hiện lỗ hổng đang mở',
    as: 'count',
    of: ({ vulnerabilities: state }) =>
      state === undefined ? null : of(state, ({ rows }) => sum(rows.map(({ open }) => open))),
  },
  {
    what: 'Điểm trung bình của các hệ thống',
    as: 'percent',
    of: ({ assessment }) => of(assessment, meanScore),
  },
];
