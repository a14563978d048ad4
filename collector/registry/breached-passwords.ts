/**
 * Passwords that leaks have shown, and guessers try first: of the million most frequent ones those that are long enough to be set
 * here. Kept as digests of five bytes in order, so that the file names none; a good password is among them by chance once in 26
 * million times. Made by `node scripts/breached-passwords.ts LIST`.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

export const DIGEST_BYTES = 5;
export const BREACHED_FILE = path.join(import.meta.dirname, 'breached-passwords.bin');

/** Case and the way its accents were typed make no password another one. */
export const breachDigest = (password: string): Buffer =>
  createHash('sha256').update(password.normalize('NFKC').toLowerCase()).digest().subarray(0, DIGEST_BYTES);

/** Read at the first password that is set. */
let known: Buffer | undefined;

export function isBreached(password: string): boolean {
  known ??= readFileSync(BREACHED_FILE);
  const wanted = breachDigest(password);
  let [low, high] = [0, known.length / DIGEST_BYTES];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = middle * DIGEST_BYTES;
    const order = wanted.compare(known, at, at + DIGEST_BYTES);
    if (order === 0) return true;
    if (order < 0) high = middle;
    else low = middle + 1;
  }
  return false;
}
