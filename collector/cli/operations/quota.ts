/** Quotas of agencies and groups: set, list, clear. What runs takes them over at once. */
import { z } from 'zod';
import { quotaBodySchema, quotaSchema } from '../../api/contract-limits.ts';
import { clearQuota, listQuotas, setQuota } from '../../registry/quotas.ts';
import { defineOperation } from './operation.ts';

export const quotaList = defineOperation({
  name: 'quota.list',
  needs: 'data',
  input: z.strictObject({}),
  output: z.array(quotaSchema),
  run: async ({ registry, live }) =>
    (await listQuotas(registry)).map((quota) => ({
      ...quota,
      slowing: live === undefined ? null : live.sending.slowing(quota.id),
    })),
});

export const quotaSet = defineOperation({
  name: 'quota.set',
  needs: 'data',
  input: quotaBodySchema,
  output: quotaSchema,
  async run({ registry, actor, live }, wanted) {
    const quota = await setQuota(registry, wanted, actor);
    await live?.sending.reload();
    return { ...quota, slowing: null };
  },
});

export const quotaClear = defineOperation({
  name: 'quota.clear',
  needs: 'data',
  input: z.strictObject({ id: z.int().min(1) }),
  output: z.object({}),
  async run({ registry, actor, live }, { id }) {
    await clearQuota(registry, id, { actor });
    await live?.sending.reload();
    return {};
  },
});
