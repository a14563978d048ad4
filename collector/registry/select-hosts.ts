/** Names many hosts at once: by agent id (or its first characters), by host name, by agent group. */
import { type AgencyScope, inScope } from './agencies.ts';
import type { RegistryDb } from './database.ts';
import { RefusalError } from './refusal.ts';

export interface HostSelection {
  /** Whole ids, or their first characters. */
  agentIds?: readonly string[] | undefined;
  /** Exact host names; a name that several hosts have means all of them. */
  hostnames?: readonly string[] | undefined;
  groups?: readonly string[] | undefined;
}

export interface SelectedHost {
  id: string;
  hostname: string;
  agencyId: number;
  enrolledMs: number;
}

function unknown(text: string): RefusalError {
  return new RefusalError(
    'agent-unknown',
    text,
    `there is no host "${text}"; "vonggac agent list" shows them`,
  );
}

/**
 * The hosts, each once. Revoked ones too: their events are still kept.
 * @throws RefusalError agent-unknown (also outside the scope), agent-ambiguous
 */
export async function selectHosts(
  db: RegistryDb,
  selection: HostSelection,
  scope: AgencyScope = { kind: 'all' },
): Promise<SelectedHost[]> {
  const rows = await db
    .selectFrom('agent')
    .leftJoin('agent_group', 'agent_group.id', 'agent.group_id')
    .select([
      'agent.id as id',
      'agent.hostname as hostname',
      'agent.agency_id as agencyId',
      'agent.enrolled_ms as enrolledMs',
      'agent_group.name as group',
    ])
    .orderBy('agent.hostname')
    .orderBy('agent.id')
    .execute();
  const visible = rows.filter((row) => inScope(scope, row.agencyId));
  const chosen = new Map<string, SelectedHost>();
  const take = (text: string, found: readonly (SelectedHost & { group: string | null })[]): void => {
    if (found.length === 0) throw unknown(text);
    for (const { group: _group, ...host } of found) chosen.set(host.id, host);
  };
  for (const text of selection.agentIds ?? []) {
    const found = visible.filter(({ id }) => id.startsWith(text.toLowerCase()));
    if (found.length > 1) {
      const said = `several agents begin with ${text}: give more of the id`;
      throw new RefusalError('agent-ambiguous', text, said);
    }
    take(text, found);
  }
  for (const text of selection.hostnames ?? []) {
    take(
      text,
      visible.filter(({ hostname }) => hostname.toLowerCase() === text.toLowerCase()),
    );
  }
  for (const text of selection.groups ?? []) {
    take(
      text,
      visible.filter(({ group }) => group === text),
    );
  }
  return [...chosen.values()];
}
