/** How the running collector is doing. */
import { z } from 'zod';
import { ledgerSummarySchema } from '../../api/contract-ledger.ts';
import { recentLedgerSummary } from '../../registry/ledger-summary.ts';
import { countOpenAlerts } from '../../registry/alert-book.ts';
import { countAgents } from '../../registry/agents.ts';
import { severitySchema } from '../../api/contract.ts';
import { defineOperation, liveOf } from './operation.ts';

export const status = defineOperation({
  name: 'status',
  needs: 'collector',
  input: z.strictObject({}),
  output: z.object({
    ready: z.boolean(),
    checks: z.array(z.object({ name: z.string(), ok: z.boolean(), message: z.string().optional() })),
    url: z.string(),
    version: z.string(),
    pid: z.number(),
    startedMs: z.number(),
    agentsOnline: z.number(),
    agentsTotal: z.number(),
    /** Null while the event store does not answer. */
    eventsStored: z.number().nullable(),
    eventsPerSecond: z.number(),
    rulesLoaded: z.number(),
    rulesRejected: z.number(),
    alertsOpenBySeverity: z.record(severitySchema, z.number()),
    ledger: ledgerSummarySchema,
  }),
  async run(context) {
    const live = liveOf(context);
    const { ok, checks } = await live.health.ready();
    const { rules, rejected } = live.rules.list();
    const all = { kind: 'all' } as const;
    return {
      ready: ok,
      checks: [...checks],
      url: live.url,
      version: live.version,
      pid: process.pid,
      startedMs: live.startedMs,
      agentsOnline: live.presence.onlineCount(),
      agentsTotal: await countAgents(context.registry, all),
      eventsStored: ok ? await live.store.count() : null,
      eventsPerSecond: live.metrics.eventsPerSecond(),
      rulesLoaded: rules.length,
      rulesRejected: rejected.length,
      alertsOpenBySeverity: await countOpenAlerts(context.registry.db, all),
      ledger: await recentLedgerSummary(context.registry.db, all, context.registry.now()),
    };
  },
});
