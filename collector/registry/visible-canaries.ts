/** Rollouts as someone sees them who sees a part of the tree: canaries elsewhere are not named. */
import { type AgencyScope, inScope } from './agencies.ts';
import type { Registry } from './database.ts';
import type { Rollout } from './policies.ts';

export async function visibleCanaries(
  { db }: Pick<Registry, 'db'>,
  rollouts: readonly Rollout[],
  scope: AgencyScope,
): Promise<Rollout[]> {
  const named = [...new Set(rollouts.flatMap(({ canaries }) => canaries))];
  if (scope.kind === 'all' || named.length === 0) return [...rollouts];
  const agents = await db.selectFrom('agent').select(['id', 'agency_id']).where('id', 'in', named).execute();
  const seen = new Set(agents.filter((row) => inScope(scope, row.agency_id)).map(({ id }) => id));
  return rollouts.map((rollout) => ({
    ...rollout,
    canaries: rollout.canaries.filter((id) => seen.has(id)),
  }));
}
