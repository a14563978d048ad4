/** What the owner of a schedule may, as it is now: the account may be gone, shut or moved since. */
import { isShut } from '../account-end.ts';
import { holds } from '../../api/access.ts';
import { type AgencyScope, inScope, scopeOfAgency } from '../agencies.ts';
import { findApiToken } from '../api-tokens.ts';
import type { Registry } from '../database.ts';
import type { SavedHunt } from '../hunts.ts';

export type OwnerSays = { scope: AgencyScope } | { why: string };

type Holder = Parameters<typeof holds>[0] & { agencyId: number };

async function holderOf(registry: Registry, owner: string): Promise<Holder | string> {
  const [kind, name] = [owner.slice(0, owner.indexOf(':')), owner.slice(owner.indexOf(':') + 1)];
  if (kind === 'token')
    return (await findApiToken(registry, { id: name }, false)) ?? `${owner} has ended or was revoked`;
  const user = await registry.db
    .selectFrom('user_account')
    .select(['role', 'agency_id as agencyId', 'disabled_ms', 'ends_ms'])
    .where('username', '=', name)
    .executeTakeFirst();
  if (user === undefined) return `${owner} is gone`;
  return isShut(user, registry.now()) ? `${owner} is disabled` : user;
}

/** What both the owner and whoever sees the hunt may see; or why it must not run. */
export async function askOwner(registry: Registry, owner: string, hunt: SavedHunt): Promise<OwnerSays> {
  const own = await scopeOfAgency(registry.db, hunt.agencyId);
  // Whoever may use the local socket may everything.
  if (!owner.startsWith('user:') && !owner.startsWith('token:')) return { scope: own };
  const holder = await holderOf(registry, owner);
  if (typeof holder === 'string') return { why: holder };
  if (!holds(holder, 'hunt:run') || !holds(holder, 'hunt:save'))
    return { why: `${owner} may no longer hunt` };
  const scope = await scopeOfAgency(registry.db, holder.agencyId);
  if (!inScope(scope, hunt.agencyId)) return { why: `${owner} no longer sees the hunt's agency` };
  if (scope.kind === 'all') return { scope: own };
  const agencyIds = own.kind === 'all' ? scope.agencyIds : own.agencyIds.filter((id) => inScope(scope, id));
  return { scope: { kind: 'some', agencyIds } };
}
