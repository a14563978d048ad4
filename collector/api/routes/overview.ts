/** What the console's page of rules shows, and the numbers of its first page. */
import { countAgents, listAgents } from '../../registry/agents.ts';
import { countOpenAlerts } from '../../registry/alert-book.ts';
import type { AgencyScope } from '../../registry/agencies.ts';
import { recentLedgerSummary } from '../../registry/ledger-summary.ts';
import { agentsOnline } from '../agents-online.ts';
import { errorSchema, overviewSchema, ruleListSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { principalOf } from '../principal.ts';

/** Agents whose events are counted one by one, for people who see a part of the tree. */
const COUNTED_MAX = 500;

async function eventsStored(deps: ApiDependencies, scope: AgencyScope): Promise<number> {
  if (scope.kind === 'all') return deps.store.count();
  let total = 0;
  for (const agent of await listAgents(deps.registry, { scope, limit: COUNTED_MAX })) {
    total += await deps.store.count(agent.id);
  }
  return total;
}

export function addOverviewRoutes(app: ApiServer, deps: ApiDependencies): void {
  app.get(
    '/rules',
    {
      config: { access: 'rule:read' },
      schema: {
        summary: 'Loaded rules, and files that could not be loaded with the reason',
        response: { 200: ruleListSchema, '4xx': errorSchema },
      },
    },
    async () => {
      const { rules, rejected } = deps.rules.list();
      return { rules: [...rules], rejected: [...rejected] };
    },
  );

  app.get(
    '/overview',
    {
      config: { access: 'overview:read' },
      schema: {
        summary: 'Numbers of the first page',
        response: { 200: overviewSchema, '4xx': errorSchema, '5xx': errorSchema },
      },
    },
    async (request) => {
      const { scope } = principalOf(request);
      const { rules, rejected } = deps.rules.list();
      const [alertsOpenBySeverity, online, total, stored, ledger] = await Promise.all([
        countOpenAlerts(deps.registry.db, scope),
        agentsOnline(deps, scope),
        countAgents(deps.registry, scope),
        eventsStored(deps, scope),
        recentLedgerSummary(deps.registry.db, scope, deps.now()),
      ]);
      return {
        alertsOpenBySeverity,
        agentsOnline: online,
        agentsTotal: total,
        eventsStored: stored,
        eventsPerSecond: scope.kind === 'all' ? deps.metrics.eventsPerSecond() : null,
        rulesLoaded: rules.length,
        rulesRejected: rejected.length,
        ledger,
      };
    },
  );
}
