/** Bandwidth caps of sites by hour: set, list, clear. Agents online hear of them within seconds. */
import { z } from 'zod';
import {
  clearBandwidthCap,
  listBandwidthCaps,
  parsePrefix,
  setBandwidthCap,
} from '../../registry/bandwidth-caps.ts';
import { defineOperation } from './operation.ts';

const capSchema = z.object({
  id: z.number(),
  agencyId: z.number().nullable(),
  prefix: z.string().nullable(),
  fromHour: z.number(),
  toHour: z.number(),
  timeZone: z.string(),
  bytesPerSecond: z.number(),
});

function isPrefix(text: string): boolean {
  try {
    parsePrefix(text);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).format(0) !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

export const bandwidthList = defineOperation({
  name: 'bandwidth.list',
  needs: 'data',
  input: z.strictObject({}),
  output: z.array(capSchema),
  run: ({ registry }) => listBandwidthCaps(registry),
});

export const bandwidthSet = defineOperation({
  name: 'bandwidth.set',
  needs: 'data',
  input: z
    .strictObject({
      agencyId: z.int().min(1).nullable(),
      prefix: z
        .string()
        .max(64)
        .refine(isPrefix, { error: 'not an address prefix, e.g. 10.20.0.0/16 or 2001:db8::/32' })
        .nullable(),
      fromHour: z.int().min(0).max(23),
      toHour: z.int().min(1).max(24),
      timeZone: z.string().max(64).refine(isTimeZone, { error: 'not a time zone, e.g. Asia/Ho_Chi_Minh' }),
      bytesPerSecond: z.int().min(256),
    })
    .refine(({ agencyId, prefix }) => (agencyId === null) !== (prefix === null), {
      error: 'name the site: either an agency or an address prefix',
    })
    .refine(({ fromHour, toHour }) => fromHour !== toHour, { error: 'the hours end where they begin' }),
  output: capSchema,
  async run({ registry, actor, live }, wanted) {
    const cap = await setBandwidthCap(registry, wanted, actor);
    await live?.limits.reload();
    return cap;
  },
});

export const bandwidthClear = defineOperation({
  name: 'bandwidth.clear',
  needs: 'data',
  input: z.strictObject({ id: z.int().min(1) }),
  output: z.object({}),
  async run({ registry, actor, live }, { id }) {
    await clearBandwidthCap(registry, id, actor);
    await live?.limits.reload();
    return {};
  },
});
