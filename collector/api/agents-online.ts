/** How many agents of a part of the tree are connected now. */
import { agentPages } from '../registry/agents.ts';
import type { AgencyScope } from '../registry/agencies.ts';
import type { ApiDependencies } from './dependencies.ts';

export async function agentsOnline(
  { registry, presence }: Pick<ApiDependencies, 'registry' | 'presence'>,
  scope: AgencyScope,
): Promise<number> {
  if (scope.kind === 'all') return presence.onlineCount();
  let online = 0;
  for await (const page of agentPages(registry, scope)) {
    online += page.filter((agent) => presence.isOnline(agent.id)).length;
  }
  return online;
}
