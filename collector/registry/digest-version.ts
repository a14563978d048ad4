/** A version of what has none of its own: it is another one when what it was made of is. */
import { createHash } from 'node:crypto';

/** A whole number of at most 15 digits, as an ETag carries it. */
export function digestVersion(value: unknown): number {
  return createHash('sha256').update(JSON.stringify(value)).digest().readUIntBE(0, 6);
}
