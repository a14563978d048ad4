/** Shapes of detections: that a rule matched an event, as it was stored with it. */
import { z } from 'zod';

/** GET /detections: newest first. */
export const detectionQuerySchema = z.strictObject({
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  ruleId: z.string().min(1).max(256).optional(),
  agentId: z.string().max(64).optional(),
  /** Of a machine, whatever agent reported from it: before it was set up anew too. */
  hostId: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  after: z.string().max(1024).optional(),
});

export const detectionSchema = z.object({
  /** As in the proofs of an alert. */
  id: z.string(),
  ruleId: z.string(),
  time: z.iso.datetime(),
  receivedAt: z.iso.datetime(),
  eventId: z.string(),
  agentId: z.string(),
  agencyId: z.number(),
  hostname: z.string(),
  channel: z.string(),
  /** Field -> value that the rule matched. */
  matched: z.record(z.string(), z.unknown()),
});

export const detectionPageSchema = z.object({
  detections: z.array(detectionSchema),
  next: z.string().nullable(),
});
