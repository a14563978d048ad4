/** Shapes of channels and messages: of the API and of the command line. */
import { z } from 'zod';
import { channelSecretsSchema, channelSettingsSchema } from '../notify/channel-settings.ts';
import { routingSchema } from '../oncall/routing.ts';
import { NOTIFY_STATES } from '../registry/tables/notify.ts';
import { severitySchema } from './contract-vocabulary.ts';

const MINUTE_MS = 60_000;

/** POST /notifications/channels */
export const newChannelSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^[^\p{Cc}]+$/u),
  settings: channelSettingsSchema,
  /** Written, never shown. */
  secrets: channelSecretsSchema.default({}),
  /** Alerts of this agency and those below it. */
  agencyId: z.int().positive(),
  severityMin: severitySchema.default('high'),
  /** After a message, what comes within so long waits for the next one. */
  windowMs: z
    .int()
    .min(0)
    .max(24 * 60 * MINUTE_MS)
    .default(10 * MINUTE_MS),
  messagesPerHourMax: z.int().min(1).max(1_000).default(20),
  /** When it is told, and when its messages leave. */
  routing: routingSchema.optional(),
});

/** PATCH /notifications/channels/:id: what is left out stays; other settings take their secrets anew. */
export const channelPatchSchema = newChannelSchema
  .omit({ agencyId: true, secrets: true, severityMin: true, windowMs: true, messagesPerHourMax: true })
  .extend({
    secrets: channelSecretsSchema,
    severityMin: severitySchema,
    windowMs: newChannelSchema.shape.windowMs.unwrap(),
    messagesPerHourMax: newChannelSchema.shape.messagesPerHourMax.unwrap(),
    enabled: z.boolean(),
  })
  .partial();

export const channelSchema = z.object({
  id: z.number(),
  name: z.string(),
  settings: channelSettingsSchema,
  hasSecrets: z.boolean(),
  agencyId: z.number(),
  severityMin: severitySchema,
  windowMs: z.number(),
  messagesPerHourMax: z.number(),
  enabled: z.boolean(),
  routing: routingSchema,
  /** Its ETag. */
  version: z.number(),
  lastMessageAt: z.iso.datetime().nullable(),
  /** Since when it has carried none; null while it does. */
  failingSince: z.iso.datetime().nullable(),
  problem: z.string().nullable(),
});
export const channelListSchema = z.object({ channels: z.array(channelSchema) });

/** POST /notifications/channels/:id/test */
export const channelTestSchema = z.object({
  taken: z.boolean(),
  /** What the receiver answered, or why it was not taken. */
  answer: z.string(),
  /** Receivers that it was not taken for. */
  refused: z.array(z.string()),
});

/** GET /notifications/messages: newest first. */
export const messageQuerySchema = z.strictObject({
  state: z.enum(NOTIFY_STATES).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});
export const messageListSchema = z.object({
  messages: z.array(
    z.object({
      id: z.string(),
      channelId: z.number(),
      channel: z.string(),
      state: z.enum(NOTIFY_STATES),
      createdAt: z.iso.datetime(),
      /** Changes of alerts in it. */
      items: z.number(),
      attempts: z.number(),
      /** When it is tried next; null when it is over. */
      nextAt: z.iso.datetime().nullable(),
      sentAt: z.iso.datetime().nullable(),
      answer: z.string().nullable(),
      refused: z.array(z.string()),
      problem: z.string().nullable(),
      /** Whose own message it is, of what they watch; null: the channel's. */
      person: z.string().nullable(),
    }),
  ),
});
