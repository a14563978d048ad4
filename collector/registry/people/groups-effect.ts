/**
 * What a list of groups would do, before it is set: to everybody whom the provider vouched for, by the groups told at their last
 * signing in; and to one signing in, by its claims. Nothing is written.
 */
import type { ExternalIdentity } from '../../oidc/external-identity.ts';
import type { PersonRole, Role } from '../../api/contract.ts';
import { isShut } from '../account-end.ts';
import type { RegistryDb } from '../database.ts';
import { type ExternalGroup, groupOf } from './external-groups.ts';
import { groupsTold } from './groups-told.ts';

export interface Right {
  role: Role;
  agencyId: number;
}

export interface PersonEffect {
  username: string;
  displayName: string | null;
  /** Null: no role. */
  before: Right | null;
  after: Right | null;
}

export interface GroupsEffect {
  /** Whose rights change at their next signing in. */
  changes: PersonEffect[];
  more: number;
  same: number;
  /** Whose groups are not known: they did not sign in since groups are kept, or have too many. */
  unknown: number;
}

const CHANGES_MAX = 200;

export async function groupsEffect(db: RegistryDb, wanted: readonly ExternalGroup[]): Promise<GroupsEffect> {
  const people = await db
    .selectFrom('user_account')
    .select(['username', 'display_name', 'role', 'agency_id', 'external_role', 'external_groups'])
    .where('external_issuer', 'is not', null)
    .where('disabled_ms', 'is', null)
    .orderBy('username')
    .execute();
  const effect: GroupsEffect = { changes: [], more: 0, same: 0, unknown: 0 };
  for (const person of people) {
    const told = groupsTold(person.external_groups);
    if (told === undefined) {
      effect.unknown += 1;
      continue;
    }
    const before = person.external_role === 'none' ? null : { role: person.role, agencyId: person.agency_id };
    const group = groupOf(wanted, told);
    const given = group === undefined ? null : { role: group.role, agencyId: group.agencyId };
    // What an administrator gave here stays where no group says otherwise.
    const after = given ?? (person.external_role === 'local' ? before : null);
    if (before?.role === after?.role && before?.agencyId === after?.agencyId) effect.same += 1;
    else if (effect.changes.length === CHANGES_MAX) effect.more += 1;
    else effect.changes.push({ username: person.username, displayName: person.display_name, before, after });
  }
  return effect;
}

export type TriedOutcome = 'groups' | 'local' | 'refused' | 'pending' | 'disabled' | 'name-taken';

export interface Tried {
  outcome: TriedOutcome;
  /** The group that decides. */
  group: string | null;
  role: PersonRole | Role | null;
  agencyId: number | null;
  /** The account that it would be, or the name of a new one. */
  username: string;
  isKnown: boolean;
}

/** What would become of somebody who signs in now. @param unmapped of the provider's settings */
export async function tryLogin(
  db: RegistryDb,
  identity: ExternalIdentity,
  wanted: readonly ExternalGroup[],
  { unmapped, nowMs }: { unmapped: 'refuse' | 'pending'; nowMs: number },
): Promise<Tried> {
  const group = groupOf(wanted, identity.groups);
  const account = await db
    .selectFrom('user_account')
    .select(['username', 'role', 'agency_id', 'disabled_ms', 'ends_ms', 'external_role'])
    .where('external_issuer', '=', identity.issuer)
    .where('external_subject', '=', identity.subject)
    .executeTakeFirst();
  const none = { group: group?.name ?? null, role: null, agencyId: null };
  const who = { username: account?.username ?? identity.username, isKnown: account !== undefined };
  if (account !== undefined && isShut(account, nowMs)) return { ...none, ...who, outcome: 'disabled' };
  if (account === undefined && (group !== undefined || unmapped === 'pending')) {
    const twin = await db
      .selectFrom('user_account')
      .select('id')
      .where('username', '=', identity.username)
      .executeTakeFirst();
    if (twin !== undefined) return { ...none, ...who, outcome: 'name-taken' };
  }
  if (group !== undefined)
    return { ...who, outcome: 'groups', group: group.name, role: group.role, agencyId: group.agencyId };
  if (account?.external_role === 'local')
    return { ...who, outcome: 'local', group: null, role: account.role, agencyId: account.agency_id };
  return { ...none, ...who, outcome: unmapped === 'pending' ? 'pending' : 'refused' };
}
