import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodePublicKey, encodePublicKey } from '#protocol/agent-key.ts';

describe('public keys over the wire', () => {
  it('is the 32 bytes that the key pair has as a JWK, from either half', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
    expect(raw).toHaveLength(32);
    expect(encodePublicKey(publicKey)).toBe(raw.toString('base64'));
    expect(encodePublicKey(privateKey)).toBe(raw.toString('base64'));
  });

  it('verifies again, once decoded, what the private half signed', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const bytes = Buffer.from('proof');
    const decoded = decodePublicKey(encodePublicKey(publicKey));
    expect(verify(null, bytes, decoded, sign(null, bytes, privateKey))).toBe(true);
    expect(verify(null, Buffer.from('other'), decoded, sign(null, bytes, privateKey))).toBe(false);
  });

  it.each([0, 31, 33])('refuses %i bytes', (length) => {
    expect(() => decodePublicKey(Buffer.alloc(length, 7).toString('base64'))).toThrow(RangeError);
  });
});
