/** Makes the body of a report from the control plane, as of the last day of its period. What it is made of is read, never written. */
import { addDays, startOfDayMs } from '../../agency/legal-day.ts';
import type { ReportBody } from '../../report/body.ts';
import { doubtsOf, type ReportDoubt } from '../../report/doubts.ts';
import { mau08Body } from '../../report/mau-08-body.ts';
import { parsePeriod, type ReportPeriod } from '../../report/period.ts';
import type { RequestOffice } from '../../request/request-words.ts';
import { known } from '../../report/summary-facts.ts';
import { PERIOD_OF } from '../../report/report-words.ts';
import { type AgencyScope, readAgency, rootAgencyId } from '../agencies.ts';
import { readMau08Facts } from '../compliance/mau-08-facts.ts';
import { readOffices } from '../compliance/offices.ts';
import type { RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { readOffice } from '../requests/request-offices.ts';
import { readSystem } from '../systems.ts';
import type { ReportSubject } from './report-rows.ts';
import { readAssessment, readPlan } from './assessment-facts.ts';
import { readReach } from './report-reach.ts';
import { readSummaryFacts } from './summary-facts.ts';

export interface BodyWanted {
  subject: ReportSubject;
  scope: AgencyScope;
  nowMs: number;
  draft: boolean;
  /** What an administrator has confirmed of the forms. */
  confirmed: readonly ReportDoubt[];
}

/** @throws RefusalError report-period for a period that is none, or of another kind of report */
export function requirePeriod({ kind, period }: Pick<ReportSubject, 'kind' | 'period'>): ReportPeriod {
  const parsed = parsePeriod(period);
  if (parsed !== undefined && parsed.kind === PERIOD_OF[kind]) return parsed;
  const example = { year: '2026', half: '2026-H1', quarter: '2026-Q4', month: '2026-11' }[PERIOD_OF[kind]];
  throw new RefusalError('report-period', period, `a report "${kind}" is of a period such as ${example}`);
}

/** How the agency heads and signs; who signs, where it has not said so, is the head of its office that answers for systems. */
async function signingOffice(db: RegistryDb, agencyId: number): Promise<RequestOffice> {
  const { office } = await readOffice(db, agencyId);
  if (office.capacity.length > 0 || office.signer !== '') return office;
  const owner = (await readOffices(db, [agencyId])).find(({ role }) => role === 'owner');
  const { head, headTitle } = owner?.facts ?? { head: null, headTitle: null };
  const capacity = headTitle === null || headTitle === '' ? [] : [headTitle];
  return { ...office, capacity, signer: head ?? '' };
}

/** The period's last moment, or now while it lasts: milliseconds UTC. */
export function asOfMs({ day }: Pick<ReportPeriod, 'day'>, nowMs: number): number {
  return Math.min(nowMs, startOfDayMs(addDays(day, 1)) - 1);
}

/** @throws RefusalError report-period, agency-unknown, system-unknown */
export async function buildBody(db: RegistryDb, wanted: BodyWanted): Promise<ReportBody> {
  const { subject, scope, nowMs, draft, confirmed } = wanted;
  const period = requirePeriod(subject);
  const agency = await readAgency(db, subject.agencyId, scope);
  const system = subject.systemId === null ? null : await readSystem(db, subject.systemId, scope);
  if (system !== null && system.agencyId !== agency.id)
    throw new RefusalError(
      'system-unknown',
      String(system.id),
      `system ${system.id} is not of ${agency.name}`,
    );
  const frame = {
    format: 'vonggac-report-1',
    period: period.key,
    agency: { id: agency.id, name: agency.name },
    system: system === null ? null : { id: system.id, name: system.name },
    office: await signingOffice(db, agency.id),
    addressees: await addresseesOf(db, agency.id),
    // Whole seconds: files know no finer ones.
    madeMs: Math.floor(nowMs / 1000) * 1000,
    draft,
    toConfirm: doubtsOf(subject.kind, confirmed),
    revision: 1,
    amendment: null,
  } as const;
  if (subject.kind === 'mau-08') {
    if (system !== null)
      throw new RefusalError('report-period', period.key, 'Mẫu 08 is of an agency, not of one system');
    const atMs = asOfMs(period, nowMs);
    const { systems } = await readReach(db, { period, agencyId: agency.id, systemId: null, atMs });
    const facts = await readMau08Facts(db, {
      agencyId: agency.id,
      from: period.from,
      day: period.day,
      scope,
      nowMs,
    });
    const { assessment } = await readAssessment(db, systems, period);
    const plan = known(await readPlan(db, systems, period.day));
    const content = { kind: 'mau-08', table: mau08Body(facts), assessment, plan } as const;
    return { ...frame, addressees: [...frame.addressees], content };
  }
  const facts = await readSummaryFacts(db, {
    period,
    kind: subject.kind,
    agencyId: agency.id,
    systemId: system?.id ?? null,
    atMs: asOfMs(period, nowMs),
  });
  return { ...frame, addressees: [...frame.addressees], content: { kind: subject.kind, facts } };
}

/** The top of the tree reports to the ministry, everybody else to the top. */
async function addresseesOf(db: RegistryDb, agencyId: number): Promise<string[]> {
  const root = await rootAgencyId(db);
  return agencyId === root ? ['Bộ Công an'] : [(await readAgency(db, root)).name];
}
