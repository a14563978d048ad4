/** Since version 3: what became of a command on the host. */
import { z } from 'zod';
import { detailSchema, shortStringSchema, timeMsSchema } from './record-fields.ts';
import { COMMAND_STATES, RESPONSE_ACTIONS } from './response-names.ts';

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

export type ResponseRecord = z.infer<typeof responseRecordSchema>;
