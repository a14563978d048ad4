/** Since version 3: what the agent itself sees happen, where no log says it. */
import { z } from 'zod';
import { detailSchema, nameSchema, timeMsSchema } from './record-fields.ts';

export const ACTIVITY_CATEGORIES = [
  'process',
  /** A destination or a sender that is new for a program. */
  'network',
  /** A port that somebody begins to listen on. */
  'listener',
  'logon',
  /** Somebody acts as somebody else: sudo, su. */
  'privilege',
  /** Something is plugged in or pulled out. */
  'device',
] as const;

export const activityRecordSchema = z.strictObject({
  kind: z.literal('activity'),
  at: timeMsSchema,
  category: z.enum(ACTIVITY_CATEGORIES),
  /** What happened, e.g. `start`, `connect`, `insert`. */
  action: nameSchema,
  /** How it was seen, e.g. `proc`, `utmp`, `sysfs`: what one way can miss another sees. */
  sensor: nameSchema,
  /** Under Sigma's names where it has them, e.g. `Image`, `CommandLine`, `DestinationIp`. */
  detail: detailSchema,
});

export type ActivityRecord = z.infer<typeof activityRecordSchema>;
