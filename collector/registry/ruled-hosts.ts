/** What rules ask of hosts (agency/host-rule.ts), as the control plane knows it now: of hosts that report or wait to. */
import type { RuledHost } from '../agency/host-rule.ts';
import { treeVersion } from './agency-scope.ts';
import type { RegistryDb } from './database.ts';

/** @param where of one agency itself; of all by default */
export async function readRuledHosts(
  db: RegistryDb,
  where: { agencyId?: number; agentId?: string } = {},
): Promise<RuledHost[]> {
  let select = db
    .selectFrom('agent')
    .leftJoin('agent_group', 'agent_group.id', 'agent.group_id')
    .leftJoin('agent_presence', 'agent_presence.agent_id', 'agent.id')
    .select([
      'agent.id as id',
      'agent.hostname as hostname',
      'agent.agency_id as agencyId',
      'agent_group.name as group',
      'agent_presence.address as address',
      'agent.platform as platform',
      'agent.os_name as osName',
      'agent.os_version as osVersion',
    ])
    .where('agent.state', 'in', ['active', 'pending'])
    .orderBy('agent.id');
  let tagged = db.selectFrom('agent_tag').select(['agent_id', 'tag']).orderBy('agent_id').orderBy('tag');
  if (where.agencyId !== undefined) select = select.where('agent.agency_id', '=', where.agencyId);
  if (where.agentId !== undefined) {
    select = select.where('agent.id', '=', where.agentId);
    tagged = tagged.where('agent_id', '=', where.agentId);
  }
  const tags = Map.groupBy(await tagged.execute(), ({ agent_id }) => agent_id);
  const rows = await select.execute();
  return rows.map((row) => ({ ...row, tags: (tags.get(row.id) ?? []).map(({ tag }) => tag) }));
}

interface Parents {
  version: number;
  of: ReadonlyMap<number, number | null>;
}

/** Read again when the tree's version has moved; inside a transaction nothing is kept. */
const kept = new WeakMap<RegistryDb, Parents>();

async function readParents(db: RegistryDb): Promise<Parents['of']> {
  const version = await treeVersion(db);
  const known = db.isTransaction ? undefined : kept.get(db);
  if (known?.version === version) return known.of;
  const rows = await db.selectFrom('agency').select(['id', 'parent_id']).execute();
  const parents = { version, of: new Map(rows.map(({ id, parent_id }) => [id, parent_id])) };
  if (!db.isTransaction) kept.set(db, parents);
  return parents.of;
}

/** Whether an agency is another one or stands below it now. */
export async function readIsBelow(
  db: RegistryDb,
): Promise<(agencyId: number, ancestorId: number) => boolean> {
  const parents = await readParents(db);
  return (agencyId, ancestorId) => {
    const seen = new Set<number>();
    for (let at: number | null = agencyId; at !== null && !seen.has(at); at = parents.get(at) ?? null) {
      if (at === ancestorId) return true;
      seen.add(at);
    }
    return false;
  };
}
