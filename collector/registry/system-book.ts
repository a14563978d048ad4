/** Changes of a system beside its level: name, code, owner, operator. Its former owners stay on record. */
import { foldName, tidyName } from '../agency/fold-name.ts';
import { type AgencyScope, inScope, requireAgency, requireVersion, unknownAgency } from './agencies.ts';
import { noteFormer } from './agency-history.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import {
  type InformationSystem,
  readSystem,
  requireFreeCode,
  requireFreeName,
  systemRows,
  writeLevel,
} from './systems.ts';
import type { LawProfile } from './tables/agency.ts';
import { RefusalError } from './refusal.ts';

/** Those that agencies of the scope own or run. @throws RefusalError system-unknown */
export async function findSystem(db: RegistryDb, id: number, scope: AgencyScope): Promise<InformationSystem> {
  const system = await systemRows(db).where('information_system.id', '=', id).executeTakeFirst();
  const ids =
    system === undefined ? [] : [system.agencyId, ...(system.operatorId === null ? [] : [system.operatorId])];
  if (system !== undefined && ids.some((one) => inScope(scope, one))) return system;
  const said = `there is no information system ${id}; "vonggac system list" shows them`;
  throw new RefusalError('system-unknown', String(id), said);
}

export interface SystemPatch {
  name?: string | undefined;
  /** Null takes it away. */
  code?: string | null | undefined;
  description?: string | undefined;
  agencyId?: number | undefined;
  /** Null: its owner. */
  operatorId?: number | null | undefined;
  /** Null takes the decision back. */
  level?: number | null | undefined;
  lawProfile?: LawProfile | undefined;
}

/** As part of a larger act. @throws as patchSystem */
export async function writeSystem(
  trx: RegistryDb,
  id: number,
  patch: SystemPatch,
  by: { actor: string; scope: AgencyScope; version?: number | undefined; nowMs: number },
): Promise<InformationSystem> {
  const { actor, scope, nowMs } = by;
  const before = await readSystem(trx, id, scope);
  requireVersion(`system ${id}`, before.version, by.version);
  const name = patch.name === undefined ? before.name : tidyName(patch.name);
  const code = patch.code === undefined ? before.code : (patch.code?.trim() ?? '') || null;
  const { description = before.description, agencyId = before.agencyId } = patch;
  const operatorId = patch.operatorId === undefined ? before.operatorId : patch.operatorId;
  for (const agency of [agencyId, operatorId]) {
    if (agency === null || agency === before.agencyId || agency === before.operatorId) continue;
    if (!inScope(scope, agency)) throw unknownAgency(agency);
    await requireAgency(trx, agency);
  }
  const isSame =
    name === before.name &&
    code === before.code &&
    description === before.description &&
    agencyId === before.agencyId &&
    operatorId === before.operatorId;
  if (!isSame) {
    await requireFreeName(trx, agencyId, name, id);
    if (code !== null) await requireFreeCode(trx, code, id);
    await trx
      .updateTable('information_system')
      .set((eb) => ({
        name,
        name_key: foldName(name),
        code,
        description,
        owner_agency_id: agencyId,
        operator_agency_id: operatorId,
        version: eb('version', '+', 1),
      }))
      .where('id', '=', id)
      .execute();
    if (agencyId !== before.agencyId) {
      await noteFormer(trx, { kind: 'system', ref: String(id), agencyId: before.agencyId, untilMs: nowMs });
    }
    const detail = { name, code, agencyId, operatorId, before };
    await writeAudit(trx, nowMs, { actor, action: 'system.change', target: `system:${id}`, detail });
  }
  const { level = before.level, lawProfile } = patch;
  return writeLevel(trx, id, { level, lawProfile }, { actor, nowMs });
}

/** @throws RefusalError system-unknown, system-exists, agency-unknown, agency-ended, version-conflict */
export function patchSystem(
  registry: Registry,
  id: number,
  patch: SystemPatch,
  by: { actor: string; scope: AgencyScope; version?: number | undefined },
): Promise<InformationSystem> {
  return registry.db
    .transaction()
    .execute((trx) => writeSystem(trx, id, patch, { ...by, nowMs: registry.now() }));
}
