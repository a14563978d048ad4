/** Agent groups: how many hosts they have, and what those are expected to be, which liveness goes by. */
import { PROFILES, type Profile } from '../liveness/watch.ts';
import { type AgencyScope, requireVersion } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { digestVersion } from './digest-version.ts';
import { RefusalError } from './refusal.ts';

export interface AgentGroup {
  name: string;
  /** Active agents that the caller sees. */
  agents: number;
  /** Null: by the kind of host. */
  profile: Profile | null;
}

/** What was set for a group's hosts; undefined where the kind of host decides. */
export function profileOfGroup(stored: string | null): Profile | undefined {
  return PROFILES.find((profile) => profile === stored);
}

/** Moves when what was set for the group does. */
export const groupVersion = ({ profile }: Pick<AgentGroup, 'profile'>): number => digestVersion([profile]);

/** By name; who does not see all agencies sees the groups of the hosts that they see. */
export async function listGroups(
  db: RegistryDb,
  scope: AgencyScope = { kind: 'all' },
): Promise<AgentGroup[]> {
  const rows = await db
    .selectFrom('agent_group')
    .leftJoin('liveness_profile', 'liveness_profile.group_id', 'agent_group.id')
    .leftJoin('agent', (join) => {
      const active = join.onRef('agent.group_id', '=', 'agent_group.id').on('agent.state', '=', 'active');
      return scope.kind === 'all' ? active : active.on('agent.agency_id', 'in', scope.agencyIds);
    })
    .select(['agent_group.name as name', 'profile', (eb) => eb.fn.count<number>('agent.id').as('agents')])
    .groupBy(['agent_group.id', 'agent_group.name', 'profile'])
    .orderBy('agent_group.name')
    .execute();
  return rows
    .filter(({ agents }) => scope.kind === 'all' || agents > 0)
    .map(({ name, profile, agents }) => ({ name, agents, profile: profileOfGroup(profile) ?? null }));
}

/**
 * @param profile null: the kind of host decides again
 * @param version what was read before; undefined: whatever it is
 * @throws RefusalError group-unknown, version-conflict
 */
export async function setGroupProfile(
  registry: Registry,
  group: string,
  profile: Profile | null,
  { actor, version }: { actor: string; version?: number | undefined },
): Promise<AgentGroup> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('agent_group')
      .leftJoin('liveness_profile', 'liveness_profile.group_id', 'agent_group.id')
      .select(['id', 'profile'])
      .where('name', '=', group)
      .executeTakeFirst();
    if (row === undefined)
      throw new RefusalError(
        'group-unknown',
        group,
        `there is no agent group "${group}"; join tokens make them`,
      );
    const before = groupVersion({ profile: profileOfGroup(row.profile) ?? null });
    requireVersion(`group ${group}`, before, version);
    await trx.deleteFrom('liveness_profile').where('group_id', '=', row.id).execute();
    if (profile !== null)
      await trx.insertInto('liveness_profile').values({ group_id: row.id, profile }).execute();
    const detail = { profile };
    await writeAudit(trx, nowMs, { actor, action: 'group.profile', target: `group:${group}`, detail });
    const changed = (await listGroups(trx)).find(({ name }) => name === group);
    return changed ?? { name: group, agents: 0, profile };
  });
}
