/** The loss ledger. A running collector first counts what it has not counted yet. */
import { z } from 'zod';
import { ledgerBySchema, ledgerReportSchema } from '../../api/contract-ledger.ts';
import { toLedgerView } from '../../api/ledger-view.ts';
import { requireAgency } from '../../registry/agencies.ts';
import { resolveAgent } from '../../registry/agents.ts';
import { readLedger } from '../../registry/ledger-report.ts';
import { defineOperation } from './operation.ts';

export const ledgerRead = defineOperation({
  name: 'ledger',
  needs: 'data',
  input: z.strictObject({
    fromMs: z.number(),
    toMs: z.number(),
    /** Whole id, or its first characters. */
    agent: z.string().min(1).max(64).optional(),
    agencyId: z.number().optional(),
    by: ledgerBySchema,
  }),
  output: ledgerReportSchema,
  async run({ registry, live }, { fromMs, toMs, agent, agencyId, by }) {
    await live?.settleLedger();
    if (agencyId !== undefined) await requireAgency(registry.db, agencyId);
    const agentId = agent === undefined ? undefined : (await resolveAgent(registry, agent)).id;
    const query = { fromMs, toMs, by, agentId, agencyId, scope: { kind: 'all' } as const };
    return toLedgerView(query, await readLedger(registry.db, query));
  },
});
