/** Enrolment: one HTTPS request that turns a join token and a public key into an agent identity. */
import { z } from 'zod';
import { ERROR_CODES } from './error.ts';
import { hardwareSchema } from './hardware.ts';
import { LIMITS } from './limits.ts';
import { agentIdSchema, hostSchema } from './message-fields.ts';

export const enrolRequestSchema = z.strictObject({
  tokenId: z.string().length(12),
  tokenSecret: z.string().length(32),
  /** Raw Ed25519 public key, 32 bytes, base64. */
  publicKey: z.string().length(44),
  /** Signature over enrolBytes() of signing.ts, base64. */
  signature: z.string().length(88),
  agentVersion: z.string().max(64),
  host: hostSchema,
  /** What identifies the installation, e.g. /etc/machine-id; empty when unknown. */
  machineId: z.string().max(LIMITS.nameMax),
  /** Since version 2: what identifies the hardware. */
  hardware: hardwareSchema.optional(),
});

export const enrolResponseSchema = z.strictObject({
  agentId: agentIdSchema,
  agencyName: z.string().max(LIMITS.nameMax),
  /** Since version 2: sessions are refused with `pending-approval` until somebody has approved the agent. */
  pending: z.literal(true).optional(),
});

export const enrolErrorSchema = z.strictObject({
  error: z.strictObject({ code: z.enum(ERROR_CODES), message: z.string().max(LIMITS.shortStringMax) }),
});

export type EnrolRequest = z.infer<typeof enrolRequestSchema>;
export type EnrolResponse = z.infer<typeof enrolResponseSchema>;
