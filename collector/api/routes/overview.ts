/** What the console's page of rules shows, and the numbers of its first page. */
import { refusedVi } from '../../content/refused-vi.ts';
import { countAgents, listAgents } from '../../registry/agents.ts';
import { countOpenAlerts } from '../../registry/alert-book.ts';
import type { AgencyScope } from '../../registry/agencies.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { recentLedgerSummary } from '../../registry/ledger-summary.ts';
import { agenciesByRisk, alertDays, openByAge, openSilences } from '../../registry/watch-figures.ts';
import { agentsOnline } from '../agents-online.ts';
import { watchQuerySchema, watchSchema, type WatchView } from '../contract-watch.ts';
import { errorSchema, overviewSchema, ruleListSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { type Asked, keptAnswers } from '../kept-answers.ts';
import { principalOf } from '../principal.ts';

/** Agents whose events are counted one by one, for people who see a part of the tree. */
const COUNTED_MAX = 500;
/** Open consoles ask again and again. */
const WATCH_KEPT_MS = 15_000;

async function eventsStored(deps: ApiDependencies, scope: AgencyScope): Promise<number> {
  if (scope.kind === 'all') return deps.store.count();
  let total = 0;
  for (const agent of await listAgents(deps.registry, { scope, limit: COUNTED_MAX })) {
    total += await deps.store.count(agent.id);
  }
  return total;
}

async function watchOf(
  { registry }: ApiDependencies,
  { scope, days }: Asked & { days: number },
): Promise<WatchView> {
  const { db } = registry;
  const nowMs = registry.now();
  const [open, byDay, agencies, silent] = await Promise.all([
    openByAge(db, scope, nowMs),
    alertDays(db, scope, { days, nowMs }),
    agenciesByRisk(db, scope),
    openSilences(db, scope),
  ]);
  return {
    at: isoTime(nowMs),
    open,
    days: byDay.map(({ startMs, ...rest }) => ({ start: isoTime(startMs), ...rest })),
    agencies,
    silent,
  };
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
      return {
        rules: [...rules],
        rejected: rejected.map((one) => ({ ...one, messageVi: refusedVi(one.message) })),
      };
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

  const watch = keptAnswers(
    WATCH_KEPT_MS,
    deps.now,
    (wish: Asked & { days: number }) => watchOf(deps, wish),
    ({ days }) => String(days),
  );
  app.get(
    '/overview/watch',
    {
      config: { access: 'overview:read' },
      schema: {
        summary:
          'Open alerts by age, alerts by day, agencies by risk, and how many are silent; at most 15 s old',
        querystring: watchQuerySchema,
        response: { 200: watchSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { agencyId, scope } = principalOf(request);
      return watch({ agencyId, scope, days: request.query.days });
    },
  );
}
