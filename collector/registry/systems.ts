/**
 * Information systems and their levels over time. Invariants: a system has one open level period, equal to its row; no
 * two of an agency have one name, no two one code; every change stands in the audit trail.
 */
import { sql } from 'kysely';
import { foldName, tidyName } from '../agency/fold-name.ts';
import { type AgencyScope, inScope, requireAgency, rootAgencyId } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { RefusalError } from './refusal.ts';
import type { LawProfile } from './tables/agency.ts';

export interface InformationSystem {
  id: number;
  name: string;
  /** The province's own short code; imports find it by this. */
  code: string | null;
  description: string;
  agencyId: number;
  agencyName: string;
  /** Who runs it; null: its owner. */
  operatorId: number | null;
  operatorName: string | null;
  /** Security level 1-5; null until it is decided. */
  level: number | null;
  lawProfile: LawProfile;
  createdMs: number;
  /** Hosts that belong to it now. */
  hosts: number;
  version: number;
}

export function systemRows(db: RegistryDb) {
  return db
    .selectFrom('information_system')
    .innerJoin('agency', 'agency.id', 'information_system.owner_agency_id')
    .leftJoin('agency as operator', 'operator.id', 'information_system.operator_agency_id')
    .select([
      'information_system.id as id',
      'information_system.name as name',
      'information_system.code as code',
      'information_system.description as description',
      'information_system.owner_agency_id as agencyId',
      'agency.name as agencyName',
      'information_system.operator_agency_id as operatorId',
      'operator.name as operatorName',
      'information_system.level as level',
      'information_system.law_profile as lawProfile',
      'information_system.created_ms as createdMs',
      'information_system.version as version',
      sql<number>`(select count(*) from host_system
        where system_id = information_system.id and valid_to_ms is null)`.as('hosts'),
    ]);
}

/** By name: those that agencies of the scope own or run. */
export async function listSystems(
  registry: Pick<Registry, 'db'>,
  scope: AgencyScope,
): Promise<InformationSystem[]> {
  let select = systemRows(registry.db).orderBy('information_system.name').orderBy('information_system.id');
  if (scope.kind === 'some') {
    const { agencyIds } = scope;
    select = select.where((eb) =>
      eb.or([
        eb('information_system.owner_agency_id', 'in', agencyIds),
        eb('information_system.operator_agency_id', 'in', agencyIds),
      ]),
    );
  }
  return select.execute();
}

export async function countSystems(db: RegistryDb): Promise<number> {
  const { count } = await db
    .selectFrom('information_system')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** @throws RefusalError system-unknown, also for a system outside the scope */
export async function readSystem(
  db: RegistryDb,
  id: number,
  scope: AgencyScope = { kind: 'all' },
): Promise<InformationSystem> {
  const system = await systemRows(db).where('information_system.id', '=', id).executeTakeFirst();
  if (system !== undefined && inScope(scope, system.agencyId)) {
    return system;
  }
  const said = `there is no information system ${id}; "vonggac system list" shows them`;
  throw new RefusalError('system-unknown', String(id), said);
}

export interface SystemWanted {
  name: string;
  code?: string | undefined;
  description?: string | undefined;
  operatorId?: number | undefined;
  level?: number | undefined;
  lawProfile: LawProfile;
}

/** @throws RefusalError agency-unknown, agency-ended, system-exists (same name at the same agency, or same code) */
export async function createSystem(
  registry: Registry,
  wanted: SystemWanted & { agencyId?: number | undefined },
  actor: string,
): Promise<InformationSystem> {
  return registry.db.transaction().execute(async (trx) => {
    const agencyId = wanted.agencyId ?? (await rootAgencyId(trx));
    return insertSystem(trx, { ...wanted, agencyId }, actor, registry.now());
  });
}

/** As part of a larger act. @throws as createSystem */
export async function insertSystem(
  trx: RegistryDb,
  wanted: SystemWanted & { agencyId: number },
  actor: string,
  nowMs: number,
): Promise<InformationSystem> {
  const name = tidyName(wanted.name);
  const { level = null, lawProfile, agencyId, operatorId = null, description = '' } = wanted;
  const code = wanted.code === undefined || wanted.code.trim() === '' ? null : wanted.code.trim();
  await requireAgency(trx, agencyId);
  if (operatorId !== null) await requireAgency(trx, operatorId);
  await requireFreeName(trx, agencyId, name);
  if (code !== null) await requireFreeCode(trx, code);
  const { id } = await trx
    .insertInto('information_system')
    .values({
      name,
      name_key: foldName(name),
      code,
      description,
      owner_agency_id: agencyId,
      operator_agency_id: operatorId,
      level,
      law_profile: lawProfile,
      created_ms: nowMs,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await trx
    .insertInto('system_level')
    .values({ system_id: id, level, law_profile: lawProfile, valid_from_ms: nowMs, valid_to_ms: null })
    .execute();
  const detail = { name, code, agencyId, operatorId, level, lawProfile };
  await writeAudit(trx, nowMs, { actor, action: 'system.create', target: `system:${id}`, detail });
  return readSystem(trx, id);
}

/** @throws RefusalError system-exists: a system of that agency has the name, however it is typed */
export async function requireFreeName(
  trx: RegistryDb,
  agencyId: number,
  name: string,
  except?: number,
): Promise<void> {
  const twins = await trx
    .selectFrom('information_system')
    .select('id')
    .where('owner_agency_id', '=', agencyId)
    .where((eb) => eb.or([eb('name_key', '=', foldName(name)), eb('name', '=', name)]))
    .execute();
  const twin = twins.find(({ id }) => id !== except);
  if (twin === undefined) return;
  throw new RefusalError('system-exists', name, `system ${twin.id} already has the name "${name}" there`);
}

/** @throws RefusalError system-exists: another system has the code */
export async function requireFreeCode(trx: RegistryDb, code: string, except?: number): Promise<void> {
  const same = await trx.selectFrom('information_system').select('id').where('code', '=', code).execute();
  const other = same.find(({ id }) => id !== except);
  if (other === undefined) return;
  throw new RefusalError('system-exists', code, `system ${other.id} already has the code "${code}"`);
}

/**
 * Decides a system's level, or takes the decision back with null. The level before stays on record: what was received
 * under it is kept as it asks.
 * @throws RefusalError system-unknown
 */
export async function setSystemLevel(
  registry: Registry,
  id: number,
  wanted: { level: number | null; lawProfile?: LawProfile | undefined },
  actor: string,
  scope?: AgencyScope,
): Promise<InformationSystem> {
  return registry.db
    .transaction()
    .execute((trx) => writeLevel(trx, id, wanted, { actor, nowMs: registry.now(), scope }));
}

/** As part of a larger act. @throws RefusalError system-unknown */
export async function writeLevel(
  trx: RegistryDb,
  id: number,
  wanted: { level: number | null; lawProfile?: LawProfile | undefined },
  { actor, nowMs, scope }: { actor: string; nowMs: number; scope?: AgencyScope | undefined },
): Promise<InformationSystem> {
  const before = await readSystem(trx, id, scope);
  const { level, lawProfile = before.lawProfile } = wanted;
  if (level === before.level && lawProfile === before.lawProfile) return before;
  await trx
    .updateTable('information_system')
    .set((eb) => ({ level, law_profile: lawProfile, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
  await trx
    .updateTable('system_level')
    .set({ valid_to_ms: nowMs })
    .where('system_id', '=', id)
    .where('valid_to_ms', 'is', null)
    .execute();
  await trx
    .insertInto('system_level')
    .values({ system_id: id, level, law_profile: lawProfile, valid_from_ms: nowMs, valid_to_ms: null })
    .execute();
  const detail = {
    level,
    lawProfile,
    levelBefore: before.level,
    lawProfileBefore: before.lawProfile,
  };
  await writeAudit(trx, nowMs, { actor, action: 'system.set-level', target: `system:${id}`, detail });
  return readSystem(trx, id);
}
