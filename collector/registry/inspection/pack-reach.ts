/** What an inspection pack is about: agencies, systems and hosts as they stood at the end of a day, cut by what who asks may see. */
import { addDays, legalDayAt } from '../../agency/legal-day.ts';
import { type AgencyScope, inScope, readAgency } from '../agencies.ts';
import { agenciesAt } from '../agency-history.ts';
import type { RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { asOfMs } from '../reports/build-body.ts';
import { type ReachedSystem, readReach } from '../reports/report-reach.ts';
import { findSystem } from '../system-book.ts';
import { listSystems } from '../systems.ts';

export interface PackWanted {
  /** `YYYY-MM-DD`, not in the future. */
  asOf: string;
  /** Exactly one of the two. */
  agencyId: number | null;
  systemId: number | null;
}

export interface PackHost {
  id: string;
  hostname: string;
  agencyId: number;
  systemIds: readonly number[];
}

export interface PackReach {
  kind: 'agency' | 'system';
  id: number;
  name: string;
  agencyName: string;
  agencyId: number;
  /** The agency and all below it on the day. */
  agencyIds: readonly number[];
  systemId: number | null;
  systems: readonly ReachedSystem[];
  hosts: readonly PackHost[];
  asOf: string;
  /** Last moment that counts, and the first of the year that ends with it; milliseconds UTC. */
  atMs: number;
  fromMs: number;
}

/** How far back what happened is told: incidents, acts, reports. */
const BACK_DAYS = 365;

/** @throws RefusalError agency-unknown, system-unknown, date-invalid */
export async function readPackReach(
  db: RegistryDb,
  { asOf, agencyId, systemId }: PackWanted,
  { scope, nowMs }: { scope: AgencyScope; nowMs: number },
): Promise<PackReach> {
  if (asOf > legalDayAt(nowMs))
    throw new RefusalError(
      'date-invalid',
      asOf,
      `${asOf} lies in the future: a pack is of a day that has begun`,
    );
  const system = systemId === null ? undefined : await findSystem(db, systemId, scope);
  const former = system === undefined ? undefined : await agenciesAt(db, 'system', asOf);
  const ownerId = system === undefined ? agencyId : (former?.get(String(system.id)) ?? system.agencyId);
  // Who sees a system by running it need not see its owner.
  const agency = await readAgency(db, ownerId ?? 0, system === undefined ? scope : { kind: 'all' });
  const atMs = asOfMs({ day: asOf }, nowMs);
  const from = addDays(asOf, -BACK_DAYS);
  const period = { key: asOf, kind: 'year', year: 0, part: 1, from, day: asOf } as const;
  const reach = await readReach(db, { period, agencyId: agency.id, systemId, atMs });
  const agencyIds = reach.agencyIds.filter((id) => inScope(scope, id));
  const visible = new Set((await listSystems({ db }, scope)).map(({ id }) => id));
  const systems = reach.systems.filter(({ id }) => visible.has(id));
  return {
    kind: system === undefined ? 'agency' : 'system',
    id: system?.id ?? agency.id,
    name: system?.name ?? agency.name,
    agencyName: agency.name,
    agencyId: agency.id,
    agencyIds,
    systemId,
    systems,
    hosts: await readPackHosts(db, { agencyIds, systemId, systems, atMs }),
    asOf,
    atMs,
    fromMs: reach.fromMs,
  };
}

async function readPackHosts(
  db: RegistryDb,
  of: Pick<PackReach, 'agencyIds' | 'systemId' | 'systems' | 'atMs'>,
): Promise<PackHost[]> {
  const members = await db
    .selectFrom('host_system')
    .select(['agent_id', 'system_id'])
    .where('valid_from_ms', '<=', of.atMs)
    .where((eb) => eb.or([eb('valid_to_ms', 'is', null), eb('valid_to_ms', '>', of.atMs)]))
    .orderBy('system_id')
    .execute();
  const systemIds = new Set(of.systems.map(({ id }) => id));
  const bySystem = Map.groupBy(
    members.filter(({ system_id }) => systemIds.has(system_id)),
    ({ agent_id }) => agent_id,
  );
  const agencies = new Set(of.agencyIds);
  const agents = await db
    .selectFrom('agent')
    .select(['id', 'hostname', 'agency_id as agencyId'])
    .where('enrolled_ms', '<=', of.atMs)
    .where((eb) => eb.or([eb('replaced_ms', 'is', null), eb('replaced_ms', '>', of.atMs)]))
    .orderBy('hostname')
    .orderBy('id')
    .execute();
  return agents
    .filter(({ id, agencyId }) => bySystem.has(id) || (of.systemId === null && agencies.has(agencyId)))
    .map((agent) => ({
      ...agent,
      systemIds: [...new Set((bySystem.get(agent.id) ?? []).map(({ system_id }) => system_id))],
    }));
}
