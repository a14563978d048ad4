/**
 * Groups of the identity provider and what each gives: a role in an agency. The first of the list that a person is in decides,
 * so order is precedence and nobody has two.
 */
import type { PersonRole } from '../../api/contract.ts';
import { requireAgency, requireVersion, rootAgencyId } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb, RegistryTransaction } from '../database.ts';
import { digestVersion } from '../digest-version.ts';
import { RefusalError } from '../refusal.ts';
import { groupsTold } from './groups-told.ts';

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
  const found = groupOf(await listExternalGroups(db), groups);
  return found && { role: found.role, agencyId: found.agencyId };
}

/** The first of the list that somebody is in. */
export function groupOf(
  list: readonly ExternalGroup[],
  groups: readonly string[],
): ExternalGroup | undefined {
  const held = new Set(groups);
  return list.find(({ name }) => held.has(name));
}

export const groupsVersion = (list: readonly ExternalGroup[]): number => digestVersion(list);

export interface GroupsBy {
  actor: string;
  /** Who asks, when it is a person: they stay who they are. */
  username?: string | undefined;
  /** What was read before; undefined: whatever it is. */
  version?: number | undefined;
}

/**
 * Whoever changes the list is an administrator of the whole tree after it as well, where groups made them one.
 * @throws RefusalError external-groups-lockout
 */
async function keepSelf(
  trx: RegistryTransaction,
  groups: readonly ExternalGroup[],
  username: string | undefined,
): Promise<void> {
  if (username === undefined) return;
  const self = await trx
    .selectFrom('user_account')
    .select(['external_role', 'external_groups'])
    .where('username', '=', username)
    .executeTakeFirst();
  if (self?.external_role !== 'groups') return;
  const rootId = await rootAgencyId(trx);
  const keeps = (one: ExternalGroup | undefined): boolean =>
    one?.role === 'administrator' && one.agencyId === rootId;
  const told = groupsTold(self.external_groups);
  // Of whom the groups are not known it can only be said that one of the list would do.
  if (told === undefined ? groups.some(keeps) : keeps(groupOf(groups, told))) return;
  throw new RefusalError(
    'external-groups-lockout',
    username,
    `with these groups "${username}" would be no administrator any more: keep the group that makes you one, before the others`,
  );
}

/**
 * The whole list in place of the one before. It counts from each person's next signing in.
 * @throws RefusalError agency-unknown, external-groups-lockout, version-conflict
 */
export async function setExternalGroups(
  registry: Registry,
  groups: readonly ExternalGroup[],
  { actor, username, version }: GroupsBy,
): Promise<void> {
  await registry.db.transaction().execute(async (trx) => {
    for (const { agencyId } of groups) await requireAgency(trx, agencyId);
    const before = await listExternalGroups(trx);
    requireVersion('the list of groups', groupsVersion(before), version);
    await keepSelf(trx, groups, username);
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
