/** Quotas of agencies and groups: set, list, clear. What runs takes them over at once. */
import { z } from 'zod';
import { clearQuota, listQuotas, setQuota } from '../../registry/quotas.ts';
import { defineOperation } from './operation.ts';

const positive = z.int().min(1);

const quotaSchema = z.object({
  id: z.number(),
  agencyId: z.number().nullable(),
  group: z.string().nullable(),
  perAgent: z.boolean(),
  eventsPerSecond: z.number().nullable(),
  bytesPerDay: z.number().nullable(),
  /** How many agents, or the one meter they share, are being slowed down; null without a running collector. */
  slowing: z.number().nullable(),
});

export const quotaList = defineOperation({
  name: 'quota.list',
  needs: 'data',
  input: z.strictObject({}),
  output: z.array(quotaSchema),
  run: async ({ registry, live }) =>
    (await listQuotas(registry)).map((quota) => ({
      ...quota,
      slowing: live === undefined ? null : live.limits.slowing(quota.id),
    })),
});

export const quotaSet = defineOperation({
  name: 'quota.set',
  needs: 'data',
  input: z
    .strictObject({
      agencyId: positive.optional(),
      group: z.string().min(1).max(256).optional(),
      perAgent: z.boolean(),
      eventsPerSecond: positive.optional(),
      bytesPerDay: positive.optional(),
    })
    .refine((wanted) => wanted.eventsPerSecond !== undefined || wanted.bytesPerDay !== undefined, {
      error: 'say how many events a second, or bytes a day, or both',
    }),
  output: quotaSchema,
  async run({ registry, actor, live }, wanted) {
    const quota = await setQuota(registry, wanted, actor);
    await live?.limits.reload();
    return { ...quota, slowing: null };
  },
});

export const quotaClear = defineOperation({
  name: 'quota.clear',
  needs: 'data',
  input: z.strictObject({ id: positive }),
  output: z.object({}),
  async run({ registry, actor, live }, { id }) {
    await clearQuota(registry, id, actor);
    await live?.limits.reload();
    return {};
  },
});
