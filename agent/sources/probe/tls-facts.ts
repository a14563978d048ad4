/** What a server's TLS is like, read from one handshake. */
import { X509Certificate } from 'node:crypto';
import tls from 'node:tls';
import { signatureAlgorithm } from './signature-algorithm.ts';

export interface TlsFacts {
  /** E.g. `TLSv1.3`. */
  protocol: string;
  cipher: string;
  /** Keys of the session cannot be found from the server's key later. */
  forwardSecret: boolean;
  subject: string;
  issuer: string;
  serial: string;
  /** SHA-256 of the certificate (DER), lower-case hex. */
  fingerprint: string;
  validFromMs: number;
  validToMs: number;
  /** DNS names and addresses, at most 100. */
  names: readonly string[];
  matchesHost: boolean;
  selfSigned: boolean;
  /** Why its chain does not lead to a known authority, as OpenSSL names it; name and dates apart. */
  chainProblem: string | undefined;
  /** `rsa`, `ec`, `ed25519`, ... */
  keyType: string;
  /** Of RSA keys and curves. */
  keyBits: number | undefined;
  /** E.g. `sha256WithRSAEncryption`; the object identifier where it has no name here. */
  signature: string;
}

const NAMES_MAX = 100;
const CURVE_BITS: Readonly<Record<string, number>> = {
  prime256v1: 256,
  secp384r1: 384,
  secp521r1: 521,
  secp224r1: 224,
  prime192v1: 192,
};

/** Of dates and names, which are judged by themselves. */
const NOT_OF_CHAIN: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
]);

/** @returns undefined when the server showed no certificate. */
export function tlsFacts(socket: tls.TLSSocket, host: string): TlsFacts | undefined {
  const peer = socket.getPeerCertificate();
  // An empty object stands for "none"; its type does not say so.
  if (!(peer.raw instanceof Buffer)) return undefined;
  const certificate = new X509Certificate(peer.raw);
  const protocol = socket.getProtocol() ?? '';
  const cipher = socket.getCipher();
  const problem = problemOf(socket);
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  return {
    protocol,
    cipher: cipher.standardName,
    forwardSecret: protocol === 'TLSv1.3' || /^TLS_(?:EC)?DHE_/.test(cipher.standardName),
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    serial: certificate.serialNumber.toLowerCase(),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    validFromMs: Date.parse(certificate.validFrom),
    validToMs: Date.parse(certificate.validTo),
    names: namesOf(certificate),
    matchesHost: tls.checkServerIdentity(host, peer) === undefined,
    selfSigned: certificate.subject === certificate.issuer && certificate.verify(certificate.publicKey),
    chainProblem: problem === undefined || NOT_OF_CHAIN.has(problem) ? undefined : problem,
    keyType: asymmetricKeyType ?? 'unknown',
    keyBits:
      asymmetricKeyDetails?.modulusLength ?? CURVE_BITS[asymmetricKeyDetails?.namedCurve ?? ''] ?? undefined,
    signature: signatureAlgorithm(peer.raw),
  };
}

function problemOf(socket: tls.TLSSocket): string | undefined {
  if (socket.authorized) return undefined;
  // Node gives a code here, or an error that has one.
  const error: unknown = socket.authorizationError;
  if (error instanceof Error && 'code' in error) return String(error.code);
  return typeof error === 'string' ? error : undefined;
}

function oneLine(name: string | undefined): string {
  return (name ?? '').replaceAll('\n', ', ').slice(0, 512);
}

function namesOf(certificate: X509Certificate): string[] {
  const entries = (certificate.subjectAltName ?? '').split(', ');
  return entries
    .flatMap((entry) => /^(?:DNS|IP Address):(.+)$/.exec(entry)?.[1] ?? [])
    .slice(0, NAMES_MAX)
    .map((name) => name.slice(0, 256));
}
