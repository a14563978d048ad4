/**
 * Everything Mẫu 08 is made of, as of a day: systems of an agency and of all below it, by the owners, names and codes of that day.
 * Before an agency began, its report is that of those it took over from; after it ended, of those that took over.
 */
import { addDays, holdsOn, startOfDayMs } from '../../agency/legal-day.ts';
import type { KeptDossier, SharedHost } from '../../compliance/dossier/checks.ts';
import type {
  Mau08Agency,
  Mau08AgencyChange,
  Mau08Confirmation,
  Mau08Facts,
  Mau08Office,
  Mau08System,
} from '../../report/mau-08-body.ts';
import { type AgencyScope, inScope, readAgency } from '../agencies.ts';
import { listCodes } from '../agency-codes.ts';
import { agenciesAt, responsibleOn, subtreeOn } from '../agency-history.ts';
import type { RegistryDb } from '../database.ts';
import { isoTime } from '../iso-time.ts';
import { systemRows } from '../systems.ts';
import { dossierRows, toDossier } from './dossiers.ts';
import { readOffices } from './offices.ts';

/** 15/12 of the year before to 14/12 (decree 331/2026, article 36). */
export function reportYear(year: number): { from: string; day: string } {
  return { from: `${year - 1}-12-15`, day: `${year}-12-14` };
}

/** Of a year, or from the 15 December before a day until it; of today by default. */
export function mau08Span(
  { year, day }: { year?: number | undefined; day?: string | undefined },
  today: string,
): { from: string; day: string } {
  if (year !== undefined) return reportYear(year);
  const last = day ?? today;
  const begun = `${last.slice(0, 4)}-12-15`;
  return { from: last >= begun ? begun : `${Number(last.slice(0, 4)) - 1}-12-15`, day: last };
}

/** @throws RefusalError agency-unknown, also for one outside the scope */
export async function readMau08Facts(
  db: RegistryDb,
  wanted: { agencyId: number; from: string; day: string; scope: AgencyScope; nowMs: number },
): Promise<Mau08Facts> {
  const { agencyId, from, day, scope, nowMs } = wanted;
  await readAgency(db, agencyId, scope);
  const responsible = await responsibleOn(db, agencyId, day);
  const covered = new Set<number>();
  for (const { id } of responsible) for (const below of await subtreeOn(db, id, day)) covered.add(below);
  const names = await agencyNames(db, day);
  const agencyOf = async (id: number): Promise<Mau08Agency> => {
    const known = names.get(id);
    if (known !== undefined) return known;
    const [other] = await responsibleOn(db, id, day);
    const agency = other ?? (await readAgency(db, id));
    return names.get(agency.id) ?? { id: agency.id, name: agency.name, code: null };
  };
  const atMs = Math.min(startOfDayMs(addDays(day, 1)) - 1, nowMs);
  const systems = await systemsOn(db, day, atMs, covered, agencyOf);
  const seen = systems.filter(({ owner }) => inScope(scope, owner.id));
  const owners = [...new Set(seen.map(({ owner }) => owner.id))];
  const agency = await agencyOf(agencyId);
  return {
    agency,
    from,
    day,
    systems: seen,
    sharedHosts: await sharedHosts(db, atMs),
    offices: await officesOf(db, [...new Set([agency.id, ...owners])], agencyOf),
    confirmations: await readConfirmations(db, Number(day.slice(0, 4)), owners),
    changes: await changesWithin(db, from, day, covered),
  };
}

/** Agencies that were on the day, as they were called and coded then. */
async function agencyNames(db: RegistryDb, day: string): Promise<Map<number, Mau08Agency>> {
  const codes = new Map(
    (await listCodes(db))
      .filter((code) => holdsOn(code, day))
      // The newer form stands last and wins.
      .toSorted((a, b) => (a.form < b.form ? -1 : 1))
      .map(({ agencyId, code }) => [agencyId, code]),
  );
  const rows = await db
    .selectFrom('agency_period')
    .select(['agency_id as id', 'name', 'valid_from as from', 'valid_to as to'])
    .execute();
  return new Map(
    rows
      .filter((row) => holdsOn(row, day))
      .map(({ id, name }) => [id, { id, name, code: codes.get(id) ?? null }]),
  );
}

async function systemsOn(
  db: RegistryDb,
  day: string,
  atMs: number,
  covered: ReadonlySet<number>,
  agencyOf: (id: number) => Promise<Mau08Agency>,
): Promise<Mau08System[]> {
  const former = await agenciesAt(db, 'system', day);
  const rows = await systemRows(db).orderBy('information_system.id').execute();
  const dossiers = await dossiersBySystem(db);
  const hosts = await hostCounts(db, atMs);
  const found: Mau08System[] = [];
  for (const { id, name, level, agencyId, operatorId } of rows) {
    const owner = await agencyOf(former.get(String(id)) ?? agencyId);
    if (!covered.has(owner.id)) continue;
    const operator = operatorId === null ? null : await agencyOf(operatorId);
    const kept = { dossiers: dossiers.get(id) ?? [], hosts: hosts.get(id) ?? 0 };
    found.push({ id, name, level, owner, operator, ...kept });
  }
  return found;
}

/** Of all systems, each oldest first. */
export async function dossiersBySystem(
  db: RegistryDb,
  systemIds?: readonly number[],
): Promise<Map<number, KeptDossier[]>> {
  let select = dossierRows(db).orderBy('id');
  if (systemIds !== undefined) {
    if (systemIds.length === 0) return new Map();
    select = select.where('system_id', 'in', systemIds);
  }
  return Map.groupBy((await select.execute()).map(toDossier), ({ systemId }) => systemId);
}

/** How many hosts with an agent systems had at that moment; one without any is left out. */
export async function hostCounts(db: RegistryDb, atMs: number): Promise<Map<number, number>> {
  const rows = await db
    .selectFrom('host_system')
    .innerJoin('agent', 'agent.id', 'host_system.agent_id')
    .select(['system_id as systemId', (eb) => eb.fn.count('agent_id').distinct().as('hosts')])
    .where('valid_from_ms', '<=', atMs)
    .where((eb) => eb.or([eb('valid_to_ms', 'is', null), eb('valid_to_ms', '>', atMs)]))
    .where((eb) => eb.or([eb('agent.replaced_ms', 'is', null), eb('agent.replaced_ms', '>', atMs)]))
    .groupBy('system_id')
    .execute();
  return new Map(rows.map(({ systemId, hosts }) => [systemId, Number(hosts)]));
}

/** Hosts that belonged to several systems at that moment. */
export async function sharedHosts(db: RegistryDb, atMs: number): Promise<SharedHost[]> {
  const rows = await db
    .selectFrom('host_system')
    .innerJoin('agent', 'agent.id', 'host_system.agent_id')
    .select([
      'host_system.agent_id as agentId',
      'agent.hostname as hostname',
      'host_system.system_id as systemId',
    ])
    .where('host_system.valid_from_ms', '<=', atMs)
    .where((eb) =>
      eb.or([eb('host_system.valid_to_ms', 'is', null), eb('host_system.valid_to_ms', '>', atMs)]),
    )
    .execute();
  return [...Map.groupBy(rows, ({ agentId }) => agentId).values()].flatMap((of) => {
    const systemIds = [...new Set(of.map(({ systemId }) => systemId))];
    return systemIds.length < 2 ? [] : [{ hostname: of[0]?.hostname ?? '', systemIds }];
  });
}

async function officesOf(
  db: RegistryDb,
  agencyIds: readonly number[],
  agencyOf: (id: number) => Promise<Mau08Agency>,
): Promise<Mau08Office[]> {
  const offices = await readOffices(db, agencyIds);
  const found: Mau08Office[] = [];
  for (const id of agencyIds) {
    const said = (role: 'owner' | 'specialised-unit') =>
      offices.find((office) => office.agencyId === id && office.role === role && office.version > 0)?.facts ??
      null;
    found.push({ agency: await agencyOf(id), owner: said('owner'), unit: said('specialised-unit') });
  }
  return found;
}

async function readConfirmations(
  db: RegistryDb,
  year: number,
  agencyIds: readonly number[],
): Promise<Mau08Confirmation[]> {
  if (agencyIds.length === 0) return [];
  const rows = await db
    .selectFrom('dossier_confirmation')
    .select(['agency_id', 'digest', 'at_ms', 'actor'])
    .where('year', '=', year)
    .where('agency_id', 'in', agencyIds)
    .orderBy('id')
    .execute();
  const newest = new Map(rows.map((row) => [row.agency_id, row]));
  return [...newest.values()].map((row) => ({
    agencyId: row.agency_id,
    confirmedAt: isoTime(row.at_ms),
    confirmedBy: row.actor,
    digest: row.digest,
  }));
}

async function changesWithin(
  db: RegistryDb,
  from: string,
  day: string,
  covered: ReadonlySet<number>,
): Promise<Mau08AgencyChange[]> {
  const changes = await db
    .selectFrom('agency_change')
    .select(['id', 'kind', 'on_date as on', 'involved'])
    .where('state', '=', 'applied')
    .where('on_date', '>=', from)
    .where('on_date', '<=', day)
    .orderBy('on_date')
    .orderBy('id')
    .execute();
  const found: Mau08AgencyChange[] = [];
  for (const { id, kind, on, involved } of changes) {
    const { before, after, ids } = await namesOfChange(db, id);
    const about = [...(JSON.parse(involved) as number[]), ...ids];
    if (about.some((one) => covered.has(one))) found.push({ on, kind, before, after });
  }
  return found;
}

/** What ended with the change, and what began or took over. */
async function namesOfChange(
  db: RegistryDb,
  changeId: number,
): Promise<{ before: string[]; after: string[]; ids: number[] }> {
  const periods = await db
    .selectFrom('agency_period')
    .select(['agency_id as id', 'name', 'begun_by', 'ended_by'])
    .where((eb) => eb.or([eb('begun_by', '=', changeId), eb('ended_by', '=', changeId)]))
    .execute();
  const heirs = await db
    .selectFrom('agency_successor')
    .innerJoin('agency', 'agency.id', 'agency_successor.successor_id')
    .select(['agency.id as id', 'agency.name as name'])
    .where('change_id', '=', changeId)
    .execute();
  const before = periods.filter(({ ended_by: by }) => by === changeId);
  const after = [...periods.filter(({ begun_by: by }) => by === changeId), ...heirs];
  const ids = [...before, ...after].map(({ id }) => id);
  // What only moved below another parent is called as before.
  const names = (of: readonly { name: string }[], others: readonly { name: string }[]): string[] =>
    [...new Set(of.map(({ name }) => name))]
      .filter((name) => !others.some((other) => other.name === name))
      .toSorted();
  return { before: names(before, after), after: names(after, before), ids };
}
