/**
 * Keys that a collector signs with beside its certificate's: one for policies, one for commands. An agent pins the first
 * it hears of, over its pinned line; each key states its successor, so a changed one is followed and no other taken.
 */
import { sign, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { decodePublicKey, encodePublicKey } from './agent-key.ts';
import { LIMITS } from './limits.ts';
import { keySuccessorBytes } from './signing.ts';

export const KEY_PURPOSES = ['policy', 'command'] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

/** Raw Ed25519 key, 32 bytes, base64. */
export const publicKeySchema = z.string().length(44);
/** Ed25519 signature, base64. */
export const signatureSchema = z.string().length(88);

/** One key says which takes its place. */
const keyStatementSchema = z.strictObject({
  from: publicKeySchema,
  to: publicKeySchema,
  /** Over keySuccessorBytes() of signing.ts with the first one. */
  signature: signatureSchema,
});

/** The key in use, and what leads to it from earlier ones, oldest first. */
export const keyChainSchema = z.strictObject({
  key: publicKeySchema,
  statements: z.array(keyStatementSchema).max(LIMITS.rotationStatementsMax),
});

export type KeyStatement = z.infer<typeof keyStatementSchema>;
export type KeyChain = z.infer<typeof keyChainSchema>;

/** @param from private half of the key that speaks */
export function stateSuccessor(purpose: KeyPurpose, from: KeyObject, to: string): KeyStatement {
  const speaker = encodePublicKey(from);
  const bytes = keySuccessorBytes({ purpose, from: speaker, to });
  return { from: speaker, to, signature: sign(null, bytes, from).toString('base64') };
}

/** Whether the signature over `bytes` is by this key (raw, base64); false for what is no key at all. */
export function isSignedBy(key: string, bytes: Uint8Array, signature: string): boolean {
  try {
    return verify(null, bytes, decodePublicKey(key), Buffer.from(signature, 'base64'));
  } catch {
    return false; // not a key that can sign: nobody speaks
  }
}

/** Whether statements lead from a pinned key to the one the chain says is in use. */
export function keyLeadsTo(purpose: KeyPurpose, pinned: string, { key, statements }: KeyChain): boolean {
  let reached = pinned;
  // Each statement is used once at most, so a circle of them ends.
  const open = new Set(statements);
  while (reached !== key) {
    const next = [...open].find(({ from }) => from === reached);
    if (next === undefined) return false;
    open.delete(next);
    const { from, to, signature } = next;
    if (isSignedBy(from, keySuccessorBytes({ purpose, from, to }), signature)) reached = to;
  }
  return true;
}
