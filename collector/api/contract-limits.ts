/** Shapes of quotas and bandwidth caps: of the API and of the command line. */
import { z } from 'zod';
import { parsePrefix } from '../agency/address-prefix.ts';

const NAME_MAX = 256;
const PREFIX_MAX = 64;
const ZONE_MAX = 64;
/** The protocol's least share of a line. */
const BYTES_PER_SECOND_MIN = 256;

const positive = z.int().min(1);

/** Whether the work says RangeError. */
function holds(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const isPrefix = (text: string): boolean => text.includes('/') && parsePrefix(text) !== undefined;
const isTimeZone = (text: string): boolean =>
  holds(() => new Intl.DateTimeFormat('en', { timeZone: text }).format(0));

export const quotaSchema = z.object({
  id: z.number(),
  /** With the agencies under it; null for all. */
  agencyId: z.number().nullable(),
  group: z.string().nullable(),
  /** For each agent by itself, not for all together. */
  perAgent: z.boolean(),
  eventsPerSecond: z.number().nullable(),
  bytesPerDay: z.number().nullable(),
  /** How many agents, or the one meter they share, are being slowed down; null without a running collector. */
  slowing: z.number().nullable(),
  version: z.number(),
});
export const quotaListSchema = z.object({ quotas: z.array(quotaSchema) });

const saysSomething = ({
  eventsPerSecond,
  bytesPerDay,
}: {
  eventsPerSecond?: number | undefined;
  bytesPerDay?: number | undefined;
}): boolean => eventsPerSecond !== undefined || bytesPerDay !== undefined;
const NOTHING_SAID = { error: 'say how many events a second, or bytes a day, or both' };

const quotaFigures = { eventsPerSecond: positive.optional(), bytesPerDay: positive.optional() };
/** PUT /quotas/:id: what is left out is no longer limited. */
export const quotaFiguresSchema = z.strictObject(quotaFigures).refine(saysSomething, NOTHING_SAID);
/** POST /quotas */
export const quotaBodySchema = z
  .strictObject({
    agencyId: positive.optional(),
    group: z.string().min(1).max(NAME_MAX).optional(),
    perAgent: z.boolean(),
    ...quotaFigures,
  })
  .refine(saysSomething, NOTHING_SAID);

const capFigures = {
  fromHour: z.int().min(0).max(23),
  /** Below `fromHour`, over midnight. */
  toHour: z.int().min(1).max(24),
  timeZone: z.string().max(ZONE_MAX).refine(isTimeZone, { error: 'not a time zone, e.g. Asia/Ho_Chi_Minh' }),
  bytesPerSecond: z.int().min(BYTES_PER_SECOND_MIN),
};
const endsElsewhere = ({ fromHour, toHour }: { fromHour: number; toHour: number }): boolean =>
  fromHour !== toHour;
const NO_HOURS = { error: 'the hours end where they begin' };

export const bandwidthCapSchema = z.object({
  id: z.number(),
  /** With the agencies under it; null where the address decides. */
  agencyId: z.number().nullable(),
  prefix: z.string().nullable(),
  fromHour: z.number(),
  toHour: z.number(),
  timeZone: z.string(),
  bytesPerSecond: z.number(),
  version: z.number(),
});
export const bandwidthCapListSchema = z.object({ caps: z.array(bandwidthCapSchema) });
/** PUT /bandwidth-caps/:id */
export const bandwidthFiguresSchema = z.strictObject(capFigures).refine(endsElsewhere, NO_HOURS);
/** POST /bandwidth-caps */
export const bandwidthBodySchema = z
  .strictObject({
    agencyId: positive.nullable(),
    prefix: z
      .string()
      .max(PREFIX_MAX)
      .refine(isPrefix, { error: 'not an address prefix, e.g. 10.20.0.0/16 or 2001:db8::/32' })
      .nullable(),
    ...capFigures,
  })
  .refine(({ agencyId, prefix }) => (agencyId === null) !== (prefix === null), {
    error: 'name the site: either an agency or an address prefix',
  })
  .refine(endsElsewhere, NO_HOURS);
