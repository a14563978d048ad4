/** An agent's Ed25519 public key as it goes over the wire and lies in the registry: its raw 32 bytes, base64. */
import { createPublicKey, type KeyObject } from 'node:crypto';

/** What precedes the raw key in a SubjectPublicKeyInfo (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_BYTES = 32;

/** @param key either half of an Ed25519 pair */
export function encodePublicKey(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length).toString('base64');
}

/** @throws RangeError when these are not 32 bytes (DER itself would let more pass). */
export function decodePublicKey(base64: string): KeyObject {
  const raw = Buffer.from(base64, 'base64');
  if (raw.length !== KEY_BYTES) throw new RangeError(`an Ed25519 public key has 32 bytes, not ${raw.length}`);
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
}
