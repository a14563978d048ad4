/**
 * A token by which the collector allows an agent to be taken off its host: signed with the key of the collector's
 * certificate, for one agent, for some hours. The agent checks it by what it trusts, so it holds without a line.
 */
import { createHash, sign, verify, X509Certificate, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { LIMITS } from './limits.ts';
import { digestFor } from './rotation.ts';
import { uninstallBytes } from './signing.ts';
import { agentIdSchema } from './message-fields.ts';

const PREFIX = 'vguninst1.';
const TOKEN_CHARS_MAX = 16_384;

const tokenSchema = z.strictObject({
  /** For the audit trails of both ends. */
  id: z.uuid(),
  agentId: agentIdSchema,
  /** Milliseconds since 1970. */
  notAfterMs: z.int().min(0),
  /** The collector's certificate: DER, base64. */
  certificate: z.base64().max(LIMITS.shortStringMax * 2),
  /** Over uninstallBytes() of signing.ts with the certificate's key and SHA-256, base64. */
  signature: z.base64().max(LIMITS.shortStringMax),
});

export interface UninstallToken {
  id: string;
  agentId: string;
  notAfterMs: number;
}

export interface SpokenToken extends UninstallToken {
  /** Who allows it: to be held against what is trusted. */
  certificate: X509Certificate;
  /** SHA-256 of the certificate (DER), lower-case hex. */
  fingerprint: string;
}

/** @param by the collector's certificate (DER) and its private key */
export function makeUninstallToken(
  by: { certificate: Buffer; key: KeyObject },
  token: UninstallToken,
): string {
  const signature = sign(digestFor(by.key), uninstallBytes(token), by.key).toString('base64');
  const text = JSON.stringify({ ...token, certificate: by.certificate.toString('base64'), signature });
  return PREFIX + Buffer.from(text).toString('base64url');
}

/** @returns undefined when it is none, or was not signed by the certificate it names */
export function readUninstallToken(text: string): SpokenToken | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith(PREFIX) || trimmed.length > TOKEN_CHARS_MAX) return undefined;
  try {
    const json: unknown = JSON.parse(Buffer.from(trimmed.slice(PREFIX.length), 'base64url').toString());
    const { certificate: der, signature, ...token } = tokenSchema.parse(json);
    const bytes = Buffer.from(der, 'base64');
    const certificate = new X509Certificate(bytes);
    const { publicKey } = certificate;
    const holds = verify(
      digestFor(publicKey),
      uninstallBytes(token),
      publicKey,
      Buffer.from(signature, 'base64'),
    );
    if (!holds) return undefined;
    return { ...token, certificate, fingerprint: createHash('sha256').update(bytes).digest('hex') };
  } catch {
    return undefined; // damaged on its way, or made up
  }
}
