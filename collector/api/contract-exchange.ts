/** Shapes of links to the national centre and of the documents that go over them: of the API and of the command line. */
import { z } from 'zod';
import { linkSecretsSchema, linkSettingsSchema } from '../exchange/link-settings.ts';
import { EXCHANGE_CAUSES, EXCHANGE_OUTCOMES, EXCHANGE_STATES } from '../registry/tables/exchange.ts';

const name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}]+$/u, 'one line');

/** POST /exchange/links */
export const newLinkSchema = z.strictObject({
  name,
  /** Machines of this agency and those below it. */
  agencyId: z.int().positive(),
  settings: linkSettingsSchema,
  /** Written, never shown. */
  secrets: linkSecretsSchema.default({}),
});

/** PATCH /exchange/links/:id: what is left out stays; settings that go elsewhere take their secrets anew. */
export const linkPatchSchema = z
  .strictObject({ name, settings: linkSettingsSchema, secrets: linkSecretsSchema, enabled: z.boolean() })
  .partial();

export const linkSchema = z.object({
  id: z.number(),
  name: z.string(),
  agencyId: z.number(),
  settings: linkSettingsSchema,
  hasSecrets: z.boolean(),
  enabled: z.boolean(),
  /** When its schedule makes the next document. */
  nextAt: z.iso.datetime().nullable(),
  /** Attempts since the centre accepted something. */
  failures: z.number(),
  problem: z.string().nullable(),
  acceptedAt: z.iso.datetime().nullable(),
  /** Its ETag. */
  version: z.number(),
});
export const linkListSchema = z.object({ links: z.array(linkSchema) });

/** POST /exchange/links/:id/test: a handshake, nothing is sent. */
export const linkTestSchema = z.object({
  isTrusted: z.boolean(),
  fault: z.string().nullable(),
  protocol: z.string().nullable(),
  /** SHA-256 of the server's certificate: what `pins` takes. */
  fingerprint: z.string().nullable(),
  subject: z.string().nullable(),
  issuer: z.string().nullable(),
  validTo: z.string().nullable(),
});

/** POST /exchange/links/:id/documents */
export const makeSchema = z.strictObject({
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  /** Say what would be in it, and make nothing. */
  dryRun: z.boolean().default(false),
});

export const messageSchema = z.object({
  /** Goes with the document at every try. */
  id: z.string(),
  linkId: z.number(),
  link: z.string(),
  agencyId: z.number(),
  state: z.enum(EXCHANGE_STATES),
  cause: z.enum(EXCHANGE_CAUSES),
  reportId: z.string().nullable(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  file: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  machines: z.number(),
  isSigned: z.boolean(),
  /** False: it was let go with time; what became of it is kept. */
  hasDocument: z.boolean(),
  attempts: z.number(),
  /** When it is tried next; null unless it waits. */
  nextAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  problem: z.string().nullable(),
});
export const attemptSchema = z.object({
  at: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  address: z.string(),
  /** Null: under way. */
  outcome: z.enum(EXCHANGE_OUTCOMES).nullable(),
  status: z.number().nullable(),
  answerSha256: z.string().nullable(),
  fault: z.string().nullable(),
});
export const messageDetailSchema = messageSchema.extend({ tried: z.array(attemptSchema) });

export const madeSchema = z.object({
  /** Null: a dry run. */
  message: messageSchema.nullable(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  machines: z.number(),
  bytes: z.number(),
  sha256: z.string(),
});

/** GET /exchange/documents: newest first. */
export const messageQuerySchema = z.strictObject({
  state: z.enum(EXCHANGE_STATES).optional(),
  linkId: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});
export const messageListSchema = z.object({ documents: z.array(messageSchema) });

/** POST /exchange/documents/:id/carried */
export const carriedSchema = z.strictObject({ note: z.string().trim().min(1).max(1_000) });

/** POST /exchange/validate */
export const validatedSchema = z.object({
  variant: z.string().nullable(),
  machines: z.number(),
  isSigned: z.boolean(),
  faultCount: z.number(),
  faults: z.array(z.object({ line: z.number(), path: z.string(), code: z.string(), what: z.string() })),
});
