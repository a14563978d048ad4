/** Bandwidth caps of sites by hour: set, list, clear. Agents online hear of them within seconds. */
import { z } from 'zod';
import { bandwidthBodySchema, bandwidthCapSchema } from '../../api/contract-limits.ts';
import { clearBandwidthCap, listBandwidthCaps, setBandwidthCap } from '../../registry/bandwidth-caps.ts';
import { defineOperation } from './operation.ts';

export const bandwidthList = defineOperation({
  name: 'bandwidth.list',
  needs: 'data',
  input: z.strictObject({}),
  output: z.array(bandwidthCapSchema),
  run: ({ registry }) => listBandwidthCaps(registry),
});

export const bandwidthSet = defineOperation({
  name: 'bandwidth.set',
  needs: 'data',
  input: bandwidthBodySchema,
  output: bandwidthCapSchema,
  async run({ registry, actor, live }, wanted) {
    const cap = await setBandwidthCap(registry, wanted, actor);
    await live?.sending.reload();
    return cap;
  },
});

export const bandwidthClear = defineOperation({
  name: 'bandwidth.clear',
  needs: 'data',
  input: z.strictObject({ id: z.int().min(1) }),
  output: z.object({}),
  async run({ registry, actor, live }, { id }) {
    await clearBandwidthCap(registry, id, { actor });
    await live?.sending.reload();
    return {};
  },
});
