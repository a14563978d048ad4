/**
 * Groups of the identity provider and what each gives: a role in an agency. The first of the list that a person is in decides,
 * so order is precedence and nobody has two.
 */
import type { PersonRole } from '../../api/contract.ts';
import { requireAgency } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb } from '../database.ts';

export interface ExternalGroup {
  name: string;
  role: PersonRole;
  agencyId: number;
}

/** In order of precedence. */
export async function listExternalGroups(db: RegistryDb): Promise<ExternalGroup[]> {
  return db
    .selectFrom('external_group')
    .select(['name', 'role', 'agency_id as agencyId'])
    .orderBy('place')
    .execute();
}

/** What the groups give; undefined when none of them is mapped. */
export async function grantOf(
  db: RegistryDb,
  groups: readonly string[],
): Promise<Omit<ExternalGroup, 'name'> | undefined> {
  const held = new Set(groups);
  const found = (await listExternalGroups(db)).find(({ name }) => held.has(name));
  return found && { role: found.role, agencyId: found.agencyId };
}

/** The whole list in place of the one before. It counts from each person's next signing in. @throws RefusalError agency-unknown */
export async function setExternalGroups(
  registry: Registry,
  groups: readonly ExternalGroup[],
  actor: string,
): Promise<void> {
  await registry.db.transaction().execute(async (trx) => {
    for (const { agencyId } of groups) await requireAgency(trx, agencyId);
    const before = await listExternalGroups(trx);
    await trx.deleteFrom('external_group').execute();
    for (const [place, { name, role, agencyId }] of groups.entries()) {
      await trx.insertInto('external_group').values({ place, name, role, agency_id: agencyId }).execute();
    }
    await writeAudit(trx, registry.now(), {
      actor,
      action: 'external-groups.set',
      target: 'external-groups',
      detail: { before, after: groups },
    });
  });
}
