/** What the engine's process tells the one that started it, over the IPC channel. */
import { z } from 'zod';

export const engineMessageSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('serving'), version: z.string(), openMs: z.number() }),
  z.strictObject({
    kind: z.literal('failed'),
    reason: z.enum(['folder-unusable', 'socket-unusable', 'engine-unusable']),
    message: z.string(),
  }),
]);

export type EngineMessage = z.infer<typeof engineMessageSchema>;
