/**
 * Whether a signer's certificate leads to one that an administrator trusts, and whether all on the way were in force when it was
 * signed. Revocation is not asked for: this host may have no network, and says so.
 */
import type { X509Certificate } from 'node:crypto';

export type ChainState = 'trusted' | 'unknown-issuer' | 'expired';

export interface Chain {
  state: ChainState;
  /** From the signer's issuer upwards, as far as it is known. */
  issuers: string[];
}

const DEPTH_MAX = 8;

/** e.g. `CN=Nguyễn Văn An, O=Sở Y tế`, on one line. */
export function nameOf(subject: string): string {
  return subject.split('\n').join(', ').slice(0, 400);
}

/**
 * @param others lie in the signature; they are believed to be nothing but on the way
 * @param atMs when it was signed, milliseconds UTC
 */
export function chainOf(
  signer: X509Certificate,
  others: readonly X509Certificate[],
  trusted: readonly X509Certificate[],
  atMs: number,
): Chain {
  const issuers: string[] = [];
  let inForce = holdsAt(signer, atMs);
  let at = signer;
  for (let depth = 0; depth < DEPTH_MAX; depth += 1) {
    if (trusted.some(({ fingerprint256 }) => fingerprint256 === at.fingerprint256))
      return { state: inForce ? 'trusted' : 'expired', issuers };
    const issuer = issuerOf(at, trusted) ?? issuerOf(at, others);
    if (issuer === undefined || issuer.fingerprint256 === at.fingerprint256) break;
    issuers.push(nameOf(issuer.subject));
    inForce &&= holdsAt(issuer, atMs);
    at = issuer;
  }
  return { state: 'unknown-issuer', issuers };
}

function issuerOf(of: X509Certificate, among: readonly X509Certificate[]): X509Certificate | undefined {
  return among.find((one) => one.ca && of.checkIssued(one) && isSignedBy(of, one));
}

function isSignedBy(of: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return of.verify(issuer.publicKey);
  } catch {
    return false; // a signature that this key cannot have made
  }
}

function holdsAt({ validFrom, validTo }: X509Certificate, ms: number): boolean {
  return Date.parse(validFrom) <= ms && ms <= Date.parse(validTo);
}
