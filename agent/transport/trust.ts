/**
 * Which collector is the right one: it holds the key of a pinned certificate, or of one that the pinned one's key names
 * as its successor, or shows a certificate of the authority the agent was enrolled with. A pin knows no dates: a wrong
 * PC clock must not cut an agent off. An authority's dates are held against the collector's own time once it is known.
 */
import { X509Certificate } from 'node:crypto';
import net from 'node:net';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';

export interface Trust {
  /** SHA-256 of certificates (DER), lower-case hex. */
  fingerprints: readonly string[];
  /** Certificates of authorities, PEM. */
  caPem?: string | undefined;
}

/** Deepest way from a server's certificate to its authority. */
const DEPTH_MAX = 4;
const SERVER_USE = '1.3.6.1.5.5.7.3.1';
/** What OpenSSL says when nothing but a date is wrong, by this machine's clock. */
const DATE_FAULTS = new Set(['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED']);

/** Splits a file of several certificates. @throws Error when one cannot be read */
export function authoritiesOf(caPem: string): X509Certificate[] {
  const found = caPem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return found.map((pem) => new X509Certificate(pem));
}

/**
 * The certificates a server showed, its own first. Not by getPeerX509Certificate(): that takes them from the socket, and
 * whoever asks next finds none.
 */
export function shownBy(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  const seen = new Set<string>();
  let next: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  // An empty object stands for "no certificate"; the root of a chain is its own issuer.
  while (next?.raw instanceof Buffer && !seen.has(next.fingerprint256) && chain.length <= DEPTH_MAX) {
    seen.add(next.fingerprint256);
    chain.push(new X509Certificate(next.raw));
    next = next.issuerCertificate;
  }
  return chain;
}

function holdsAt(certificate: X509Certificate, nowMs: number | undefined): boolean {
  if (nowMs === undefined) return true;
  return certificate.validFromDate.getTime() <= nowMs && nowMs <= certificate.validToDate.getTime();
}

function names(certificate: X509Certificate, host: string): boolean {
  const name = net.isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host);
  return name !== undefined;
}

/** The way from the server's certificate to an authority, each signed by the next; undefined when there is none. */
function wayToAuthority(
  shown: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): X509Certificate[] | undefined {
  const [leaf, ...others] = shown;
  if (leaf === undefined) return undefined;
  const way = [leaf];
  for (let current = leaf; way.length <= DEPTH_MAX; way.push(current)) {
    const signs = (issuer: X509Certificate): boolean =>
      issuer.ca && current.checkIssued(issuer) && current.verify(issuer.publicKey);
    const authority = authorities.find(signs);
    if (authority !== undefined) return [...way, authority];
    const next = others.find((other) => !way.includes(other) && signs(other));
    if (next === undefined) return undefined;
    current = next;
  }
  return undefined;
}

/**
 * OpenSSL decides. Where it objects to a date, which this machine's clock may have wrong, the way to the authority is
 * walked here, with the dates held against the collector's time.
 * @param nowMs the collector's time; undefined while it is not known, then dates are not looked at
 */
export function isOfAuthority(
  socket: TLSSocket,
  caPem: string,
  host: string,
  nowMs: number | undefined,
): boolean {
  const shown = shownBy(socket);
  const [leaf] = shown;
  if (leaf === undefined || !names(leaf, host)) return false;
  if (socket.authorized) return nowMs === undefined || holdsAt(leaf, nowMs);
  const fault: unknown = socket.authorizationError;
  const code = fault instanceof Error && 'code' in fault ? fault.code : fault;
  if (typeof code !== 'string' || !DATE_FAULTS.has(code)) return false;
  if (leaf.keyUsage !== undefined && !leaf.keyUsage.includes(SERVER_USE)) return false;
  const way = wayToAuthority(shown, authoritiesOf(caPem));
  return way !== undefined && way.every((certificate) => holdsAt(certificate, nowMs));
}
