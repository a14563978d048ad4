/**
 * Who signed a bundle's list of files. A signature is over a word of its own and the list's bytes, so that it says nothing
 * about anything else; whoever trusts a publisher says which keys, and how many of them must have signed.
 */
import { sign, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { BundleError } from './bundle-error.ts';
import { BUNDLE_LIMITS, type BundleManifest, SIGNATURES_FILE } from './bundle-manifest.ts';
import { keyId, parsePublicText, publicText } from './publisher-key.ts';

const DOMAIN = Buffer.from('vonggac bundle 1\0');

const signatureSchema = z.strictObject({
  keyId: z.string().regex(/^[0-9a-f]{16}$/),
  /** Base64. */
  signature: z.base64().max(128),
});
const signaturesSchema = z.array(signatureSchema).max(BUNDLE_LIMITS.signaturesMax);

export type BundleSignature = z.infer<typeof signatureSchema>;

/** Whom a site trusts to publish, and how. */
export interface PublisherTrust {
  publisher: string;
  /** Public halves, as `publicText` writes them. */
  keys: readonly string[];
  /** So many different keys must have signed. */
  threshold: number;
}

export function signManifest(manifest: Buffer, key: KeyObject): BundleSignature {
  const signature = sign(null, Buffer.concat([DOMAIN, manifest]), key).toString('base64');
  return { keyId: keyId(publicText(key)), signature };
}

/** A key signs once; signing again replaces. */
export function addSignature(
  signatures: readonly BundleSignature[],
  added: BundleSignature,
): readonly BundleSignature[] {
  return [...signatures.filter(({ keyId: id }) => id !== added.keyId), added];
}

export function writeSignatures(signatures: readonly BundleSignature[]): Buffer {
  return Buffer.from(`${JSON.stringify(signatures, undefined, 1)}\n`);
}

/** @throws BundleError `damaged` */
export function readSignatures(bytes: Buffer): readonly BundleSignature[] {
  try {
    return signaturesSchema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    throw new BundleError('damaged', `${SIGNATURES_FILE} is no list of signatures`, { cause: error });
  }
}

/** Those of the keys whose signature is good. */
export function signersOf(
  manifest: Buffer,
  signatures: readonly BundleSignature[],
  keys: readonly string[],
): readonly string[] {
  const signed = Buffer.concat([DOMAIN, manifest]);
  return [...new Set(keys)].filter((text) => {
    const id = keyId(text);
    const key = parsePublicText(text);
    return signatures.some(
      (one) => one.keyId === id && verify(null, signed, key, Buffer.from(one.signature, 'base64')),
    );
  });
}

/**
 * Refuses what this site need not believe.
 * @returns the keys that signed
 * @throws BundleError `untrusted` or `expired`
 */
export function checkTrust(
  bundle: { manifest: BundleManifest; manifestBytes: Buffer; signatures: readonly BundleSignature[] },
  trust: PublisherTrust,
  nowMs: number,
): readonly string[] {
  const { manifest, manifestBytes, signatures } = bundle;
  if (trust.publisher !== manifest.publisher)
    throw new BundleError('untrusted', `the bundle is of ${manifest.publisher}, not of ${trust.publisher}`);
  const signers = signersOf(manifestBytes, signatures, trust.keys);
  if (signers.length < Math.max(1, trust.threshold))
    throw new BundleError(
      'untrusted',
      `${signers.length} trusted keys of ${manifest.publisher} signed; ${Math.max(1, trust.threshold)} must`,
    );
  if (nowMs > manifest.notAfterMs)
    throw new BundleError(
      'expired',
      `the bundle was to be used until ${new Date(manifest.notAfterMs).toISOString()}; ask for a newer one`,
    );
  return signers;
}
