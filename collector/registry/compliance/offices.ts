/** Who answers for agencies' systems, for part 2 of Mẫu 08: the owner and its specialised unit. Every change stands in the audit trail. */
import {
  EMPTY_OFFICE,
  OFFICE_ROLES,
  type OfficeFacts,
  officeFactsSchema,
  type OfficePatch,
  type OfficeRole,
} from '../../compliance/dossier/office.ts';
import { type AgencyScope, readAgency, requireVersion } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb } from '../database.ts';

export interface Office {
  agencyId: number;
  role: OfficeRole;
  facts: OfficeFacts;
  /** 0 while nothing is written down. */
  version: number;
}

const key = (agencyId: number, role: OfficeRole): string => `${agencyId} ${role}`;

/** Both of each agency; what was never written down is empty. */
export async function readOffices(db: RegistryDb, agencyIds: readonly number[]): Promise<Office[]> {
  if (agencyIds.length === 0) return [];
  const rows = await db
    .selectFrom('security_office')
    .select(['agency_id', 'role', 'facts', 'version'])
    .where('agency_id', 'in', agencyIds)
    .execute();
  const known = new Map(rows.map((row) => [key(row.agency_id, row.role), row]));
  return agencyIds.flatMap((agencyId) =>
    OFFICE_ROLES.map((role) => {
      const row = known.get(key(agencyId, role));
      const facts =
        row === undefined
          ? EMPTY_OFFICE
          : officeFactsSchema.parse({ ...EMPTY_OFFICE, ...(JSON.parse(row.facts) as object) });
      return { agencyId, role, facts, version: row?.version ?? 0 };
    }),
  );
}

/** @throws RefusalError agency-unknown, version-conflict */
export async function setOffice(
  registry: Registry,
  agencyId: number,
  role: OfficeRole,
  patch: OfficePatch,
  by: { actor: string; scope: AgencyScope; version?: number | undefined },
): Promise<Office> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    await readAgency(trx, agencyId, by.scope);
    const before = (await readOffices(trx, [agencyId])).find((office) => office.role === role);
    const version = before?.version ?? 0;
    requireVersion(`office of agency ${agencyId}`, version, by.version);
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const facts = officeFactsSchema.parse({ ...(before?.facts ?? EMPTY_OFFICE), ...given });
    const row = {
      facts: JSON.stringify(facts),
      version: version + 1,
      changed_ms: nowMs,
      changed_by: by.actor,
    };
    await trx
      .insertInto('security_office')
      .values({ agency_id: agencyId, role, ...row })
      .onConflict((conflict) => conflict.columns(['agency_id', 'role']).doUpdateSet(row))
      .execute();
    const detail = { role, ...given };
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action: 'office.set',
      target: `agency:${agencyId}`,
      detail,
    });
    return { agencyId, role, facts, version: version + 1 };
  });
}
