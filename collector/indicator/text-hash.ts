/**
 * A 32-bit hash of a text, read from its end to its beginning, so that those of a domain's parents come on the way. It
 * tells where to look; equality is always checked besides. A seed keeps whoever writes a list from choosing its places.
 */

const A = 0x9e_37_79_b1;
const B = 0x85_eb_ca_77;

export function hashStart(seed: number, kind: number): number {
  return Math.imul(seed ^ Math.imul(kind + 1, B), A) | 0;
}

/** @param code up to 32 bits */
export function hashStep(hash: number, code: number): number {
  const mixed = Math.imul(hash ^ code, A);
  return mixed ^ (mixed >>> 15);
}

/** The hash of all steps so far; more steps may follow on what it was given. */
export function hashEnd(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), B);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

/** A letter A-Z as a-z, anything else as it is. */
export function lowered(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code;
}

export function hashText(start: number, text: string, from: number, to: number, fold: boolean): number {
  let hash = start;
  for (let at = to - 1; at >= from; at -= 1) {
    const code = text.charCodeAt(at);
    hash = hashStep(hash, fold ? lowered(code) : code);
  }
  return hashEnd(hash);
}
