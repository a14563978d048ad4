/**
 * Systems with their levels and hosts as of a moment. Invariants: a membership and a level count for the time in which they
 * held; an agent that was revoked keeps its host in the system, so that it shows as silent; one that was replaced is
 * counted under its successor.
 */
import { legalDayAt } from '../../agency/legal-day.ts';
import { hostsByDossier, type KeptDossier } from '../../compliance/dossier/checks.ts';
import { LEVELS, type AssessedHost, type AssessedSystem } from '../../compliance/evidence/evidence-kind.ts';
import type { RegistryDb } from '../database.ts';
import { listedOfSystems } from '../installed/expected-machines.ts';
import { readFacts } from './dossiers.ts';

/** What an assessment begins with: a system without level is asked nothing. */
export interface SystemsAt {
  graded: AssessedSystem[];
  ungraded: Omit<AssessedSystem, 'level'>[];
  /** Hosts that are in several systems. */
  sharedHosts: ReadonlySet<string>;
}

const HOUR_MS = 3_600_000;
/** A moment not longer ago than this is the present: who is connected is seen. */
const PRESENT_MS = HOUR_MS;

/** @param wanted.systemIds left out: all */
export async function readSystemsAt(
  db: RegistryDb,
  { atMs, nowMs, systemIds }: { atMs: number; nowMs: number; systemIds?: readonly number[] | undefined },
): Promise<SystemsAt> {
  if (systemIds?.length === 0) return { graded: [], ungraded: [], sharedHosts: new Set() };
  const hosts = await readHosts(db, atMs, nowMs);
  const members = await db
    .selectFrom('host_system')
    .select(['system_id', 'agent_id'])
    .where('valid_from_ms', '<=', atMs)
    .where((eb) => eb.or([eb('valid_to_ms', 'is', null), eb('valid_to_ms', '>', atMs)]))
    .orderBy('agent_id')
    .execute();
  const bySystem = Map.groupBy(members, ({ system_id }) => system_id);
  const seen = new Set<string>();
  const sharedHosts = new Set<string>();
  for (const { agent_id } of members) {
    if (seen.has(agent_id)) sharedHosts.add(agent_id);
    seen.add(agent_id);
  }
  const dossiers = await dossiersAt(db, atMs, systemIds);
  const listed = await listedOfSystems(db, atMs);
  const today = legalDayAt(atMs);
  const at: SystemsAt = { graded: [], ungraded: [], sharedHosts };
  for (const { id, name, agencyId, level, profile } of await readLevels(db, atMs, systemIds)) {
    const mine = new Map(
      (bySystem.get(id) ?? []).flatMap(({ agent_id }) => {
        const host = hosts.get(agent_id);
        return host === undefined ? [] : [[host.id, host] as const];
      }),
    );
    // Where no dossier says how many there are, the list of machines does.
    const expectedHosts = hostsByDossier(dossiers.get(id) ?? [], today) ?? listed.get(id);
    const system = { id, name, agencyId, profile, hosts: [...mine.values()], expectedHosts };
    const known = LEVELS.find((one) => one === level);
    if (known === undefined) at.ungraded.push(system);
    else at.graded.push({ ...system, level: known });
  }
  return at;
}

async function readLevels(db: RegistryDb, atMs: number, systemIds: readonly number[] | undefined) {
  let select = db
    .selectFrom('information_system as system')
    .innerJoin('system_level as period', 'period.system_id', 'system.id')
    .select(['system.id as id', 'system.name as name', 'system.owner_agency_id as agencyId'])
    .select(['period.level as level', 'period.law_profile as profile', 'period.id as periodId'])
    .where('period.valid_from_ms', '<=', atMs)
    .where((eb) => eb.or([eb('period.valid_to_ms', 'is', null), eb('period.valid_to_ms', '>', atMs)]))
    .orderBy('system.id')
    .orderBy('period.id');
  if (systemIds !== undefined) select = select.where('system.id', 'in', systemIds);
  // Periods of a clock that was set back may overlap: the one that was written last counts.
  return [...new Map((await select.execute()).map((row) => [row.id, row])).values()];
}

/** What dossiers said at that moment, each oldest first: later versions were not written yet. */
export async function dossiersAt(
  db: RegistryDb,
  atMs: number,
  systemIds: readonly number[] | undefined,
): Promise<Map<number, KeptDossier[]>> {
  let select = db
    .selectFrom('dossier_history as said')
    .select(['dossier_id as id', 'system_id as systemId', 'facts'])
    .where('at_ms', '<=', atMs)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('dossier_history as later')
            .select('later.id')
            .whereRef('later.dossier_id', '=', 'said.dossier_id')
            .whereRef('later.version', '>', 'said.version')
            .where('later.at_ms', '<=', atMs),
        ),
      ),
    )
    .orderBy('dossier_id');
  if (systemIds !== undefined) select = select.where('system_id', 'in', systemIds);
  const rows = await select.execute();
  return Map.groupBy(
    // One that an undone import had begun says nothing.
    rows.flatMap(({ facts, ...row }) => (facts === null ? [] : [{ ...row, facts: readFacts(facts) }])),
    ({ systemId }) => systemId,
  );
}

async function readHosts(db: RegistryDb, atMs: number, nowMs: number): Promise<Map<string, AssessedHost>> {
  const isPresent = nowMs - atMs <= PRESENT_MS;
  const rows = await db
    .selectFrom('agent')
    .leftJoin('agent_presence as presence', 'presence.agent_id', 'agent.id')
    .select(['agent.id as id', 'hostname', 'agency_id as agencyId', 'platform'])
    .select(['os_name as osName', 'os_version as osVersion', 'enrolled_ms as enrolledMs'])
    .select(['last_seen_ms', 'clock_skew_ms', 'presence.online_ms', 'presence.offline_ms'])
    .where('enrolled_ms', '<=', atMs)
    .where((eb) => eb.or([eb('replaced_ms', 'is', null), eb('replaced_ms', '>', atMs)]))
    .execute();
  const told = await lastTold(db, atMs);
  return new Map(
    rows.map(({ last_seen_ms, clock_skew_ms, online_ms, offline_ms, ...host }) => {
      const signs = [told.get(host.id)];
      if (isPresent) {
        signs.push(last_seen_ms ?? undefined, online_ms ?? undefined, offline_ms ?? undefined);
        if (online_ms !== null && offline_ms === null) signs.push(atMs);
      }
      const seen = signs.filter((ms) => ms !== undefined && ms <= atMs);
      const seenMs = seen.length === 0 ? undefined : Math.max(...seen.map((ms) => ms ?? 0));
      const clockSkewMs = isPresent ? (clock_skew_ms ?? undefined) : undefined;
      return [host.id, { ...host, seenMs, clockSkewMs }];
    }),
  );
}

/** The end of the last hour of which something was stored, by the ledger, which forgets no hour that something was in. */
async function lastTold(db: RegistryDb, atMs: number): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('ledger_cell')
    .select(['agent_id', (eb) => eb.fn.max('hour').as('hour')])
    .where('stored', '>', 0)
    .where('hour', '<=', Math.floor(atMs / HOUR_MS))
    .groupBy('agent_id')
    .execute();
  return new Map(rows.map(({ agent_id, hour }) => [agent_id, Math.min(atMs, (hour + 1) * HOUR_MS)]));
}

const IDS_AT_ONCE = 500;

/** Of agents that there are. */
export async function agenciesOfAgents(
  db: RegistryDb,
  agentIds: readonly string[],
): Promise<Map<string, number>> {
  const agencies = new Map<string, number>();
  for (let at = 0; at < agentIds.length; at += IDS_AT_ONCE) {
    const some = agentIds.slice(at, at + IDS_AT_ONCE);
    const rows = await db.selectFrom('agent').select(['id', 'agency_id']).where('id', 'in', some).execute();
    for (const { id, agency_id } of rows) agencies.set(id, agency_id);
  }
  return agencies;
}

/** Those whose hosts are or were in the system. */
export async function agenciesOfSystem(db: RegistryDb, systemId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('host_system')
    .innerJoin('agent', 'agent.id', 'host_system.agent_id')
    .select('agent.agency_id as agencyId')
    .distinct()
    .where('host_system.system_id', '=', systemId)
    .execute();
  return rows.map(({ agencyId }) => agencyId);
}
