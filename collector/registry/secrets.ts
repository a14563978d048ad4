/** Random names and secrets, and their hashes. Secrets are random, so a plain SHA-256 is enough to store them. */
import { createHash, timingSafeEqual } from 'node:crypto';

type Random = (bytes: number) => Buffer;

/** 12 characters of base64url. Never begins with `-`, so it can be typed as an argument. */
export function randomName(random: Random): string {
  for (;;) {
    const name = random(9).toString('base64url');
    if (!name.startsWith('-')) return name;
  }
}

/** UUID version 4. */
export function randomUuid(random: Random): string {
  const bytes = random(16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** SHA-256, lower-case hex. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex');
}

/** Compares two hashes in constant time. */
export function sameHash(left: string, right: string): boolean {
  const a = Buffer.from(left, 'utf8');
  const b = Buffer.from(right, 'utf8');
  return a.length === b.length && timingSafeEqual(a, b);
}
