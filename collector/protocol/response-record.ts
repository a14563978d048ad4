/** Since version 3: what became of a command on the host. */
import { z } from 'zod';
import { detailSchema, shortStringSchema, timeMsSchema } from './record-fields.ts';

export const RESPONSE_ACTIONS = [
  'isolate',
  'release',
  'kill-process',
  'quarantine-file',
  'restore-file',
  'disable-account',
  'enable-account',
  'collect-bundle',
] as const;

/** What a host says of a command. `refused`: not begun; `unknown`: the agent died in the middle of it. */
export const COMMAND_STATES = [
  'accepted',
  'refused',
  'rehearsed',
  'done',
  'failed',
  'undone',
  'unknown',
] as const;

export const responseRecordSchema = z.strictObject({
  kind: z.literal('response'),
  at: timeMsSchema,
  commandId: z.uuid(),
  /** Absent where the command could not even be read. */
  action: z.enum(RESPONSE_ACTIONS).optional(),
  state: z.enum(COMMAND_STATES),
  reason: shortStringSchema.optional(),
  detail: detailSchema.optional(),
});

export type ResponseAction = (typeof RESPONSE_ACTIONS)[number];
export type ResponseRecord = z.infer<typeof responseRecordSchema>;
export type CommandState = (typeof COMMAND_STATES)[number];
