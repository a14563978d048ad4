/**
 * Policies: settings of agents, by their group, under a signature of their own (signing-key.ts). What is signed names the
 * one agent it is for, the version, its digest, and a number that only grows, so none can be replayed or passed on.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { LIMITS } from './limits.ts';
import { keyChainSchema, signatureSchema } from './signing-key.ts';

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** Which policy: version 0 with an empty group means that none holds, only the host's own settings. */
const referenceShape = {
  group: z.string().max(LIMITS.nameMax),
  version: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  /** Grows with every change of what this agent is to run. */
  issue: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
  /** Of the document's text in UTF-8: lower-case hex. */
  sha256: sha256Schema,
};
export const policyReferenceSchema = z.strictObject(referenceShape);

/** Down, once in a session, before anything that is signed with them. */
export const signingKeysSchema = z.strictObject({
  type: z.literal('signing-keys'),
  policy: keyChainSchema,
  command: keyChainSchema,
});

/** Down: a part of a document; the parts follow each other in order, with the same head. */
export const policyDocumentSchema = z.strictObject({
  type: z.literal('policy-document'),
  ...referenceShape,
  /** An older version than before takes its place: somebody wanted it so. */
  rollback: z.literal(true).optional(),
  part: z.int().min(1).max(LIMITS.policyPartsMax),
  parts: z.int().min(1).max(LIMITS.policyPartsMax),
  text: z.string().max(LIMITS.policyPartCharsMax),
  /** Over policyBytes() of signing.ts with the policy key. */
  signature: signatureSchema,
});

/** Down: the report of this issue is written down; 0: that of an agent that runs no policy. */
export const policyAckSchema = z.strictObject({ type: z.literal('policy-ack'), issue: z.int().min(0) });

/** Why a document was not taken. */
export const POLICY_REFUSALS = [
  'no-key',
  'wrong-key',
  'bad-signature',
  'replayed',
  'older-version',
  'bad-parts',
  'bad-digest',
  'not-json',
  'local-only',
  'invalid',
  'switched-off',
  'unreachable',
  'crashed',
] as const;
export type PolicyRefusal = (typeof POLICY_REFUSALS)[number];

/** Up, after each welcome and each change: what the agent runs, and what became of the last document if it is not that. */
export const policyReportSchema = z.strictObject({
  type: z.literal('policy-report'),
  /** Absent: only the host's own settings. */
  running: policyReferenceSchema.optional(),
  /** `trial`: it runs, and holds when this report is acknowledged. */
  state: z.enum(['own-settings', 'trial', 'applied', 'refused', 'rolled-back']),
  /** The document that was refused, or taken back. */
  tried: policyReferenceSchema.optional(),
  code: z.enum(POLICY_REFUSALS).optional(),
  /** Which field, and what is wrong with it. */
  message: z.string().max(LIMITS.policyReasonCharsMax).optional(),
});

export type PolicyReference = z.infer<typeof policyReferenceSchema>;
export type SigningKeys = z.infer<typeof signingKeysSchema>;
export type PolicyDocument = z.infer<typeof policyDocumentSchema>;
export type PolicyReport = z.infer<typeof policyReportSchema>;

/** SHA-256 of a document's text, lower-case hex. */
export function policyDigest(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** The document's text cut into parts that fit a control message. @throws RangeError when it is over the limit */
export function policyParts(text: string): string[] {
  if (text.length > LIMITS.policyCharsMax)
    throw new RangeError(`a policy of ${text.length} characters is over the limit`);
  const parts: string[] = [];
  for (let from = 0; from < text.length; from += LIMITS.policyPartCharsMax)
    parts.push(text.slice(from, from + LIMITS.policyPartCharsMax));
  return parts.length === 0 ? [''] : parts;
}
