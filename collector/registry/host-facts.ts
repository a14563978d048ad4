/** What people look at first of each host beside what its agent says: its system, its role, its open alerts and vulnerabilities. */
import { FOLD } from '../alert/alert-draft.ts';
import type { AssetRole } from '../alert/severity-score.ts';
import type { AgencyScope } from './agency-scope.ts';
import type { RegistryDb } from './database.ts';

export interface HostFacts {
  agentId: string;
  /** Of the systems that it belongs to, the one of the highest level. */
  system: { id: number; name: string; level: number | null } | null;
  role: AssetRole | null;
  openAlerts: number;
  /** Place of the most severe among them, from 0; null when there are none. */
  worstRank: number | null;
  /** Null: it never told what is installed. */
  vulnerabilities: { open: number; exploited: number } | null;
}

/** Hosts that report, or wait to, of the scope; by id. */
export async function readHostFacts(db: RegistryDb, scope: AgencyScope, nowMs: number): Promise<HostFacts[]> {
  let agents = db
    .selectFrom('agent')
    .leftJoin('asset_role', 'asset_role.agent_id', 'agent.id')
    .leftJoin('host_software', 'host_software.agent_id', 'agent.id')
    .select(['agent.id', 'asset_role.role', 'host_software.told_ms'])
    .where('agent.state', 'in', ['active', 'pending'])
    .orderBy('agent.id');
  if (scope.kind === 'some') agents = agents.where('agent.agency_id', 'in', scope.agencyIds);
  const rows = await agents.execute();
  const systems = await systemsOf(db);
  const alerts = await alertsOf(db, scope);
  const findings = await findingsOf(db, nowMs);
  return rows.map(({ id, role, told_ms: toldMs }) => ({
    agentId: id,
    system: systems.get(id) ?? null,
    role,
    openAlerts: alerts.get(id)?.open ?? 0,
    worstRank: alerts.get(id)?.worst ?? null,
    vulnerabilities: toldMs === null ? null : (findings.get(id) ?? { open: 0, exploited: 0 }),
  }));
}

async function systemsOf(db: RegistryDb): Promise<Map<string, NonNullable<HostFacts['system']>>> {
  const rows = await db
    .selectFrom('host_system')
    .innerJoin('information_system', 'information_system.id', 'host_system.system_id')
    .select(['agent_id', 'information_system.id', 'information_system.name', 'information_system.level'])
    .where('valid_to_ms', 'is', null)
    // The last of them stays.
    .orderBy((eb) => eb.fn.coalesce('information_system.level', eb.lit(0)))
    .orderBy('information_system.id', 'desc')
    .execute();
  return new Map(rows.map(({ agent_id: agentId, ...system }) => [agentId, system]));
}

/** As the list of alerts counts them. */
async function alertsOf(
  db: RegistryDb,
  scope: AgencyScope,
): Promise<Map<string, { open: number; worst: number }>> {
  const seen = scope.kind === 'all' ? [FOLD.none] : [FOLD.none, FOLD.all];
  const rows = await db
    .selectFrom('alert')
    .select((eb) => [
      'agent_id',
      eb.fn.countAll<number>().as('open'),
      eb.fn.max<number>('severity_rank').as('worst'),
    ])
    .where('closed', '=', 0)
    .where('fold', 'in', seen)
    .where('agent_id', 'is not', null)
    .groupBy('agent_id')
    .execute();
  return new Map(rows.map(({ agent_id: id, open, worst }) => [id ?? '', { open, worst }]));
}

async function findingsOf(
  db: RegistryDb,
  nowMs: number,
): Promise<Map<string, { open: number; exploited: number }>> {
  const rows = await db
    .selectFrom('vulnerability_finding')
    .select((eb) => [
      'agent_id',
      eb.fn.countAll<number>().as('open'),
      eb.fn.countAll<number>().filterWhere('exploited', '=', 1).as('exploited'),
    ])
    .where('fixed_ms', 'is', null)
    .where((eb) => eb.or([eb('excepted_until_ms', 'is', null), eb('excepted_until_ms', '<=', nowMs)]))
    .groupBy('agent_id')
    .execute();
  return new Map(rows.map(({ agent_id: id, ...counts }) => [id, counts]));
}
