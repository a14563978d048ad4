/** Merges, splits and renamings of agencies: dry run, plan, list, call off, take back. */
import { z } from 'zod';
import { toChangeView } from '../../api/agency-view.ts';
import {
  agencyChangeSchema,
  changeBodySchema,
  changePreviewSchema,
  reversePreviewSchema,
} from '../../api/contract-agency-changes.ts';
import { cancelChange, dryRunChange, listChanges, planChange } from '../../registry/agency-changes.ts';
import { previewReverse, reverseChange } from '../../registry/agency-change-reverse.ts';
import { defineOperation, type OperationContext } from './operation.ts';

const ALL = { kind: 'all' } as const;
const which = { id: z.int().min(1) };
const LISTED_MAX = 200;

async function tellMoved({ live }: OperationContext, agentIds: readonly string[]): Promise<void> {
  // A session keeps the agency it was opened with: the agents come back at once and open others.
  for (const id of agentIds) live?.presence.disconnect(id, 'shutting-down');
  await live?.sending.reload();
}

export const agencyChangePreview = defineOperation({
  name: 'agency-change.preview',
  needs: 'data',
  input: changeBodySchema,
  output: changePreviewSchema,
  run: ({ registry }, plan) => dryRunChange(registry.db, plan, ALL),
});

export const agencyChangePlan = defineOperation({
  name: 'agency-change.plan',
  needs: 'data',
  input: changeBodySchema,
  output: agencyChangeSchema,
  async run(context, plan) {
    const { registry, actor } = context;
    const { change, movedAgentIds } = await planChange(registry, plan, { actor, scope: ALL });
    if (change.state === 'applied') await tellMoved(context, movedAgentIds);
    return toChangeView(change);
  },
});

export const agencyChangeList = defineOperation({
  name: 'agency-change.list',
  needs: 'data',
  input: z.strictObject({}),
  output: z.array(agencyChangeSchema),
  run: async ({ registry }) => (await listChanges(registry.db, ALL, { limit: LISTED_MAX })).map(toChangeView),
});

export const agencyChangeCancel = defineOperation({
  name: 'agency-change.cancel',
  needs: 'data',
  input: z.strictObject(which),
  output: agencyChangeSchema,
  run: async ({ registry, actor }, { id }) =>
    toChangeView(await cancelChange(registry, id, { actor, scope: ALL })),
});

export const agencyChangeReversePreview = defineOperation({
  name: 'agency-change.reverse-preview',
  needs: 'data',
  input: z.strictObject(which),
  output: reversePreviewSchema,
  run: ({ registry }, { id }) => previewReverse(registry, id, { scope: ALL }),
});

export const agencyChangeReverse = defineOperation({
  name: 'agency-change.reverse',
  needs: 'data',
  input: z.strictObject({ ...which, skipMoved: z.boolean() }),
  output: agencyChangeSchema,
  async run(context, { id, skipMoved }) {
    const { registry, actor } = context;
    const done = await reverseChange(registry, id, { actor, scope: ALL }, { skip: skipMoved });
    await tellMoved(context, done.movedAgentIds);
    return toChangeView(done.change);
  },
});
