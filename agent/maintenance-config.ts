/** Settings of maintenance windows, the same wherever there are some: every day, on days of weeks and months, or once. */
import { z } from 'zod';
import { fault, timeOfDay, timeZone } from './setting-types.ts';

const beginOfDay = timeOfDay.refine((text) => text !== '24:00', fault('time-of-day'));
const moment = z.iso.datetime({ offset: true });
/** Why, for whoever reads the report. */
const reason = z.string().max(200).default('');

/** Made when they are asked for: an agent without settings needs none. */
const recurringSchema = () =>
  z.strictObject({
    from: beginOfDay,
    /** On the next day when it is not later than `from`. */
    to: timeOfDay,
    /** On which it begins, 1 Monday ... 7 Sunday; left out: every day. */
    days: z.array(z.int().min(1).max(7)).min(1).optional(),
    /** Of the month: `[2]` with `days: [2]` is the second Tuesday; -1 is the last. Left out: every week. */
    weeks: z
      .array(z.union([z.int().min(1).max(5), z.literal(-1)]))
      .min(1)
      .optional(),
    /** As `Asia/Ho_Chi_Minh`; left out: that of the host. */
    timeZone: timeZone.optional(),
    reason,
  });

const onceSchema = () => z.strictObject({ from: moment, to: moment, reason });

const EARLIER_KEYS = ['at', 'durationMs', 'until'];

export const maintenanceWindowSchema = () =>
  z
    .any()
    .refine(
      (window: unknown) =>
        typeof window !== 'object' || window === null || !EARLIER_KEYS.some((key) => key in window),
      fault('maintenance-form'),
    )
    .pipe(z.union([recurringSchema(), onceSchema()]))
    // Of times of day, which are no moments, any order is right.
    .refine(({ from, to }) => !(Date.parse(from) >= Date.parse(to)), fault('maintenance-order'));

export type MaintenanceWindow = z.infer<ReturnType<typeof maintenanceWindowSchema>>;
