/**
 * How trust in a collector's certificate passes to the next one: each statement is signed with the key of the
 * certificate it speaks for, so whoever trusts that certificate can follow the chain without trusting the line.
 */
import { createHash, type KeyObject, sign, verify, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { LIMITS } from './limits.ts';
import { rotationBytes } from './signing.ts';

const CERTIFICATE_CHARS_MAX = 8_192;

const rotationStatementSchema = z.strictObject({
  /** The certificate that speaks: DER, base64. */
  certificate: z.base64().max(CERTIFICATE_CHARS_MAX),
  /** The certificate that takes its place: SHA-256 of the DER, lower-case hex. */
  to: z.string().regex(/^[0-9a-f]{64}$/),
  /** Over rotationBytes() of signing.ts with the first one's key and SHA-256, base64. */
  signature: z.base64().max(LIMITS.shortStringMax),
});

/** Answer to GET ROTATION_PATH. */
export const rotationAnswerSchema = z.strictObject({
  statements: z.array(rotationStatementSchema).max(LIMITS.rotationStatementsMax),
});

export type RotationStatement = z.infer<typeof rotationStatementSchema>;

/** Ed25519 and Ed448 bring their own digest. */
export function digestFor(key: KeyObject): 'sha256' | null {
  return key.asymmetricKeyType?.startsWith('ed') === true ? null : 'sha256';
}

/** @param from the certificate that speaks (DER) and its private key */
export function stateRotation(from: { certificate: Buffer; key: KeyObject }, to: string): RotationStatement {
  const fingerprint = createHash('sha256').update(from.certificate).digest('hex');
  const signature = sign(digestFor(from.key), rotationBytes({ from: fingerprint, to }), from.key);
  return { certificate: from.certificate.toString('base64'), to, signature: signature.toString('base64') };
}

/** Who speaks, when the statement holds; undefined when it is forged or damaged. */
function speakerOf({ certificate, to, signature }: RotationStatement): string | undefined {
  const der = Buffer.from(certificate, 'base64');
  const from = createHash('sha256').update(der).digest('hex');
  try {
    const { publicKey } = new X509Certificate(der);
    const bytes = rotationBytes({ from, to });
    return verify(digestFor(publicKey), bytes, publicKey, Buffer.from(signature, 'base64'))
      ? from
      : undefined;
  } catch {
    return undefined; // not a certificate, or a key that cannot sign: nobody speaks
  }
}

/** Whether the statements lead from a trusted certificate to `wanted`. */
export function leadsTo(
  trusted: readonly string[],
  wanted: string,
  statements: readonly RotationStatement[],
): boolean {
  const reached = new Set(trusted);
  const open = statements.map((statement) => ({ from: speakerOf(statement), to: statement.to }));
  for (let more = true; more && !reached.has(wanted);) {
    more = false;
    for (const { from, to } of open) {
      if (from === undefined || !reached.has(from) || reached.has(to)) continue;
      reached.add(to);
      more = true;
    }
  }
  return reached.has(wanted);
}
