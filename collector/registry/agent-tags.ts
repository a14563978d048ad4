/** Tags that people give to hosts, for rules to go by. In small letters, without spaces. */
import { type AgencyScope } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { type HostSelection, selectHosts } from './select-hosts.ts';

export const TAG_PATTERN = /^[\p{L}\p{N}][\p{L}\p{N}._:/-]{0,63}$/u;

/** One form for all ways to type it. */
export const tidyTag = (text: string): string => text.normalize('NFC').trim().toLowerCase();

/** By agent id. */
export async function listTags(db: RegistryDb, agentId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('agent_tag')
    .select('tag')
    .where('agent_id', '=', agentId)
    .orderBy('tag')
    .execute();
  return rows.map(({ tag }) => tag);
}

/** @returns hosts that were selected. @throws RefusalError agent-unknown, agent-ambiguous */
export async function tagAgents(
  registry: Registry,
  selection: HostSelection,
  tags: { add: readonly string[]; remove: readonly string[] },
  { actor, scope }: { actor: string; scope: AgencyScope },
): Promise<{ hosts: number }> {
  const [add, remove] = [tags.add.map(tidyTag), tags.remove.map(tidyTag)];
  return registry.db.transaction().execute(async (trx) => {
    const hosts = await selectHosts(trx, selection, scope);
    for (const { id } of hosts) {
      for (const tag of add) {
        await trx
          .insertInto('agent_tag')
          .values({ agent_id: id, tag })
          .onConflict((conflict) => conflict.columns(['agent_id', 'tag']).doNothing())
          .execute();
      }
      if (remove.length > 0) {
        await trx.deleteFrom('agent_tag').where('agent_id', '=', id).where('tag', 'in', remove).execute();
      }
    }
    const detail = { add, remove, hosts: hosts.length, agentIds: hosts.slice(0, 100).map(({ id }) => id) };
    await writeAudit(trx, registry.now(), { actor, action: 'agent.tag', target: '', detail });
    return { hosts: hosts.length };
  });
}
