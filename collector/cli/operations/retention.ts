/** Retention: how long is kept, what runs did, the proofs, and a run now. */
import { z } from 'zod';
import {
  budgetBodySchema,
  deletionPageSchema,
  deletionQuerySchema,
  monthsBodySchema,
  proofListSchema,
  proofQuerySchema,
  retentionSchema,
  runBodySchema,
  runStateSchema,
} from '../../api/contract-retention.ts';
import { deletionPage, proofViews, retentionView, runStateView } from '../../api/retention-view.ts';
import { setRetentionMonths } from '../../registry/retention-facts.ts';
import { setAgencyBudget } from '../../registry/room-book.ts';
import { defineOperation, liveOf } from './operation.ts';

const ALL = { kind: 'all' } as const;
const nothing = z.strictObject({});

export const retentionStatus = defineOperation({
  name: 'retention.status',
  needs: 'data',
  input: nothing,
  output: retentionSchema,
  run: ({ registry, live }) => retentionView(registry, ALL, live?.disk),
});

export const retentionProof = defineOperation({
  name: 'retention.proof',
  needs: 'data',
  input: proofQuerySchema,
  output: proofListSchema,
  run: async ({ registry }, query) => ({ proofs: await proofViews(registry, { ...query, scope: ALL }) }),
});

export const retentionDeletions = defineOperation({
  name: 'retention.deletions',
  needs: 'data',
  input: deletionQuerySchema,
  output: deletionPageSchema,
  run: ({ registry }, query) => deletionPage(registry, query),
});

export const retentionRun = defineOperation({
  name: 'retention.run',
  needs: 'collector',
  input: runBodySchema,
  output: runStateSchema,
  async run(context, { dryRun, trustClock }) {
    const { retention } = liveOf(context);
    retention.begin({ dryRun, isClockTrusted: trustClock, actor: context.actor });
    return runStateView(retention);
  },
});

export const retentionProgress = defineOperation({
  name: 'retention.progress',
  needs: 'collector',
  input: nothing,
  output: runStateSchema,
  run: async (context) => runStateView(liveOf(context).retention),
});

export const retentionMonths = defineOperation({
  name: 'retention.months',
  needs: 'data',
  input: monthsBodySchema,
  output: retentionSchema,
  async run({ registry, actor, live }, { basis, months }) {
    await setRetentionMonths(registry, basis, months, actor);
    return retentionView(registry, ALL, live?.disk);
  },
});

export const retentionBudget = defineOperation({
  name: 'retention.budget',
  needs: 'data',
  input: budgetBodySchema,
  output: retentionSchema,
  async run({ registry, actor, live }, budget) {
    await setAgencyBudget(registry, budget, actor);
    return retentionView(registry, ALL, live?.disk);
  },
});
