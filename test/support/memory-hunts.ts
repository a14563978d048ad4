/** Events in memory as the store would give them to a hunt: candidates of whatever query, in scope and page by page. */
import { FACETS } from '../../collector/store/clickhouse-hunts.ts';
import type { HuntStore } from '../../collector/store/hunt-store.ts';
import type { FoundEvent } from '../../collector/store/store.ts';

/** @param events newest first */
export function memoryHunts(events: readonly FoundEvent[]): HuntStore {
  const inScope = (agencyIds: readonly number[] | undefined): FoundEvent[] =>
    events.filter(({ agencyId }) => agencyIds === undefined || agencyIds.includes(agencyId));
  return {
    hitCounts: async ({ fromMs, toMs, ruleIds, agencyIds }) => {
      const counts = new Map<string, number>();
      for (const { timeMs, ruleIds: hits } of inScope(agencyIds)) {
        if (timeMs < fromMs || timeMs >= toMs) continue;
        for (const ruleId of hits) {
          if (ruleIds?.includes(ruleId) !== false) counts.set(ruleId, (counts.get(ruleId) ?? 0) + 1);
        }
      }
      return [...counts].map(([ruleId, count]) => ({ ruleId, count }));
    },
    page: async ({ candidates, agencyIds, limit, after }) => {
      const { from, to } = candidates.params as { from: number; to: number };
      return inScope(agencyIds)
        .filter(
          ({ timeMs }) => timeMs >= from && timeMs < to && (after === undefined || timeMs < after.timeMs),
        )
        .slice(0, limit);
    },
    named: async (ids) => events.filter(({ id }) => ids.includes(id)),
    slimPage: () => Promise.reject(new Error('not asked')),
    summary: async ({ agencyIds }) => ({
      count: inScope(agencyIds).length,
      byTime: [],
      facets: Object.fromEntries(Object.keys(FACETS).map((name) => [name, []])),
    }),
    groups: async () => [],
    hours: async () => [],
    mixedFields: async () => undefined,
    fieldNames: async ({ agencyIds }) => [
      ...new Set(inScope(agencyIds).flatMap(({ fields }) => Object.keys(fields))),
    ],
    ruleCounts: async () => [],
    logSources: async () => [],
    sourcesOf: async () => [],
    arrived: async () => [],
    arrivedKinds: async () => [],
    agentsWithEvents: async ({ agencyIds }) => [...new Set(inScope(agencyIds).map(({ agentId }) => agentId))],
  };
}
