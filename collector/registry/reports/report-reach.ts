/** What a periodic report is about: agencies and systems as they stood on its last day. */
import { addDays, startOfDayMs } from '../../agency/legal-day.ts';
import type { ReportPeriod } from '../../report/period.ts';
import { agenciesAt, responsibleOn, subtreeOn } from '../agency-history.ts';
import { withMerged } from './affairs-reach.ts';
import type { RegistryDb } from '../database.ts';
import type { LawProfile } from '../tables/agency.ts';

export interface ReachedSystem {
  id: number;
  name: string;
  agencyName: string;
  level: number | null;
  lawProfile: LawProfile;
  /** Hosts that belonged to it. */
  hosts: number;
}

export interface ReachedHost {
  id: string;
  /** When it was last heard of, milliseconds UTC; null: never. */
  seenMs: number | null;
}

export interface ReportReach {
  agencyIds: number[];
  /** Those, and who merged into them within the period: of alerts and cases. */
  affairsOf: number[];
  /** Last day of the period. */
  day: string;
  systems: ReachedSystem[];
  /** Enrolled by then and still in service. */
  hosts: ReachedHost[];
  /** Null: the whole agency. */
  systemId: number | null;
  /** First moment of the period and the first after what is told of it, milliseconds UTC. */
  fromMs: number;
  toMs: number;
}

export async function readReach(
  db: RegistryDb,
  wanted: { period: ReportPeriod; agencyId: number; systemId: number | null; atMs: number },
): Promise<ReportReach> {
  const { period, agencyId, systemId, atMs } = wanted;
  const covered = new Set<number>();
  for (const { id } of await responsibleOn(db, agencyId, period.day))
    for (const below of await subtreeOn(db, id, period.day)) covered.add(below);
  const toMs = Math.min(atMs + 1, startOfDayMs(addDays(period.day, 1)));
  return {
    agencyIds: [...covered],
    affairsOf: covered.size === 0 ? [] : await withMerged(db, [...covered, agencyId], period),
    day: period.day,
    systems: await systemsAt(db, { covered, systemId, day: period.day, atMs }),
    hosts: await hostsAt(db, { covered, systemId, day: period.day, toMs }),
    systemId,
    fromMs: startOfDayMs(period.from),
    toMs,
  };
}

async function hostsAt(
  db: RegistryDb,
  at: { covered: ReadonlySet<number>; systemId: number | null; day: string; toMs: number },
): Promise<ReachedHost[]> {
  const { systemId, toMs } = at;
  let select = db
    .selectFrom('agent')
    .select(['id', 'agency_id as agencyId', 'last_seen_ms as seenMs'])
    .where('state', '=', 'active')
    .where('enrolled_ms', '<', toMs);
  if (systemId !== null)
    select = select.where('id', 'in', (eb) =>
      eb
        .selectFrom('host_system')
        .select('host_system.agent_id')
        .where('host_system.system_id', '=', systemId)
        .where('host_system.valid_from_ms', '<', toMs)
        .where((or) =>
          or.or([or('host_system.valid_to_ms', 'is', null), or('host_system.valid_to_ms', '>=', toMs)]),
        ),
    );
  const former = await agenciesAt(db, 'agent', at.day);
  return (await select.orderBy('id').execute())
    .filter(({ id, agencyId }) => at.covered.has(former.get(id) ?? agencyId))
    .map(({ id, seenMs }) => ({ id, seenMs }));
}

async function systemsAt(
  db: RegistryDb,
  at: { covered: ReadonlySet<number>; systemId: number | null; day: string; atMs: number },
): Promise<ReachedSystem[]> {
  const former = await agenciesAt(db, 'system', at.day);
  const rows = await db
    .selectFrom('information_system')
    .innerJoin('system_level', 'system_level.system_id', 'information_system.id')
    .select([
      'information_system.id as id',
      'information_system.name as name',
      'owner_agency_id',
      'system_level.level as level',
      'system_level.law_profile as lawProfile',
    ])
    .select((eb) =>
      eb
        .selectFrom('host_system')
        .select((count) => count.fn.count<number>('agent_id').distinct().as('n'))
        .whereRef('host_system.system_id', '=', 'information_system.id')
        .where('host_system.valid_from_ms', '<=', at.atMs)
        .where((or) =>
          or.or([or('host_system.valid_to_ms', 'is', null), or('host_system.valid_to_ms', '>', at.atMs)]),
        )
        .as('hosts'),
    )
    .where('system_level.valid_from_ms', '<=', at.atMs)
    .where((eb) =>
      eb.or([eb('system_level.valid_to_ms', 'is', null), eb('system_level.valid_to_ms', '>', at.atMs)]),
    )
    .orderBy('information_system.id')
    .execute();
  const agencies = await db.selectFrom('agency').select(['id', 'name']).execute();
  const names = new Map(agencies.map(({ id, name }) => [id, name]));
  return rows
    .filter(({ id }) => at.systemId === null || id === at.systemId)
    .map((row) => ({ ...row, owner: former.get(String(row.id)) ?? row.owner_agency_id }))
    .filter(({ owner }) => at.covered.has(owner))
    .map(({ id, name, owner, level, lawProfile, hosts }) => ({
      id,
      name,
      agencyName: names.get(owner) ?? '',
      level,
      lawProfile,
      hosts: hosts ?? 0,
    }));
}
