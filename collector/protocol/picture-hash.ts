/** The name of a category's picture: both ends make it, so that the collector sees whether it has what the agent told. */
import { createHash } from 'node:crypto';

const DIGITS = 32;

/**
 * @param items key and facts as JSON text without spaces, names in order of their code units
 * @returns 32 hexadecimal digits
 */
export function hashPicture(items: Iterable<readonly [key: string, facts: string]>): string {
  const hash = createHash('sha256');
  for (const [key, facts] of [...items].sort(([left], [right]) => (left < right ? -1 : 1))) {
    hash.update(`${JSON.stringify(key)}${facts}\n`);
  }
  return hash.digest('hex').slice(0, DIGITS);
}
