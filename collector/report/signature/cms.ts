/**
 * A detached CMS signature (RFC 5652, SignedData) as it lies in a PDF. Read and verified with bounds; certificates are read by the
 * runtime's own library. Invariant: what is not understood is an error, never a valid signature.
 */
import { constants, createHash, verify, X509Certificate } from 'node:crypto';
import {
  childrenOf,
  DerError,
  type DerNode,
  expectTag,
  OCTETS,
  oidOf,
  readDer,
  SEQUENCE,
  SET,
} from './der.ts';

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SIGNING_TIME = '1.2.840.113549.1.9.5';
const RSA_PSS = '1.2.840.113549.1.1.10';
const CERTIFICATES_MAX = 32;
const SIGNERS_MAX = 4;

const HASHES: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
/** Algorithms that the key's kind and the digest say all about. */
const PLAIN_ALGORITHMS: ReadonlySet<string> = new Set([
  '1.2.840.113549.1.1.1', // RSA
  '1.2.840.113549.1.1.11', // SHA-256 with RSA
  '1.2.840.113549.1.1.12', // SHA-384 with RSA
  '1.2.840.113549.1.1.13', // SHA-512 with RSA
  '1.2.840.10045.2.1', // an elliptic curve
  '1.2.840.10045.4.3.2', // ECDSA with SHA-256
  '1.2.840.10045.4.3.3', // ECDSA with SHA-384
  '1.2.840.10045.4.3.4', // ECDSA with SHA-512
]);

export interface CmsSigner {
  certificate: X509Certificate;
  /** As the signer says; null when it does not. Milliseconds UTC. */
  signedMs: number | null;
  /** The content is what was signed. */
  digestHolds: boolean;
  /** The signature is of the certificate's key. */
  signatureHolds: boolean;
}

export interface CmsSignature {
  signers: CmsSigner[];
  /** All that lie in the signature. */
  certificates: X509Certificate[];
}

/** @throws DerError for what is no such signature, or of a kind that is not accepted (SHA-1 is not) */
export function verifyCms(der: Buffer, content: readonly Buffer[]): CmsSignature {
  const outer = expectTag(readDer(der), SEQUENCE);
  // The place in the file is larger than the signature; the rest of it is zeros and hides nothing.
  if (der.subarray(outer.bytes.length).some((octet) => octet !== 0))
    throw new DerError('something stands behind the signature');
  const [type, wrapped] = childrenOf(outer);
  if (oidOf(type) !== SIGNED_DATA) throw new DerError('that is no signature');
  const [inner] = childrenOf(expectTag(wrapped, 0xa0));
  const parts = childrenOf(expectTag(inner, SEQUENCE));
  const certificates = certificatesOf(parts.find(({ tag }) => tag === 0xa0));
  const infos = childrenOf(expectTag(parts.at(-1), SET));
  if (infos.length === 0 || infos.length > SIGNERS_MAX)
    throw new DerError('the signature has no signer, or too many');
  return { certificates, signers: infos.map((info) => signerOf(info, certificates, content)) };
}

function certificatesOf(node: DerNode | undefined): X509Certificate[] {
  if (node === undefined) return [];
  const found = childrenOf(node).filter(({ tag }) => tag === SEQUENCE);
  if (found.length > CERTIFICATES_MAX) throw new DerError('the signature has too many certificates');
  return found.map(({ bytes }) => readCertificate(bytes));
}

/** Its key and its days are read here, too: later on nothing of it may fail. */
function readCertificate(bytes: Buffer): X509Certificate {
  try {
    const certificate = new X509Certificate(bytes);
    const isWhole =
      certificate.publicKey.type === 'public' &&
      !Number.isNaN(Date.parse(certificate.validFrom) + Date.parse(certificate.validTo));
    if (isWhole) return certificate;
  } catch (error) {
    throw new DerError('a certificate in the signature cannot be read', { cause: error });
  }
  return fail();
}

function signerOf(
  info: DerNode,
  certificates: readonly X509Certificate[],
  content: readonly Buffer[],
): CmsSigner {
  const parts = childrenOf(expectTag(info, SEQUENCE));
  const [, sid, digestAlgorithm] = parts;
  const attributes = parts.find(({ tag }) => tag === 0xa0);
  if (attributes === undefined) throw new DerError('the signature has no signed attributes');
  const after = parts.indexOf(attributes);
  const algorithm = expectTag(parts[after + 1], SEQUENCE);
  const signature = expectTag(parts[after + 2], OCTETS).content;
  const hash = hashOf(digestAlgorithm);
  const certificate = certificateOf(sid, certificates);
  const said = attributesOf(attributes);
  const digest = createHash(hash);
  for (const part of content) digest.update(part);
  const claimed = expectTag(said.get(MESSAGE_DIGEST), OCTETS).content;
  // What is signed is the set itself, not as it lies in the signature.
  const signed = Buffer.concat([Buffer.from([SET]), attributes.bytes.subarray(1)]);
  return {
    certificate,
    signedMs: timeOf(said.get(SIGNING_TIME)),
    digestHolds: digest.digest().equals(claimed),
    signatureHolds: holds(algorithm, hash, signed, signature, certificate),
  };
}

function hashOf(node: DerNode | undefined): string {
  const oid = oidOf(childrenOf(expectTag(node, SEQUENCE))[0]);
  const hash = HASHES[oid];
  if (hash === undefined) throw new DerError(`digests of the kind ${oid} are not accepted`);
  return hash;
}

/** By issuer and serial number, or by the key's identifier. */
function certificateOf(sid: DerNode | undefined, certificates: readonly X509Certificate[]): X509Certificate {
  const found = certificates.find(({ raw }) => {
    const tbs = childrenOf(childrenOf(readDer(Buffer.from(raw)))[0] ?? fail());
    const from = tbs[0]?.tag === 0xa0 ? 1 : 0;
    const serial = tbs[from];
    const issuer = tbs[from + 2];
    if (sid?.tag === SEQUENCE) {
      const [wantedIssuer, wantedSerial] = childrenOf(sid);
      return (
        serial !== undefined &&
        issuer !== undefined &&
        wantedSerial?.bytes.equals(serial.bytes) === true &&
        wantedIssuer?.bytes.equals(issuer.bytes) === true
      );
    }
    // The extension holds the identifier as its last octets.
    return sid?.tag === 0x80 && sid.content.length >= 8 && Buffer.from(raw).includes(sid.content);
  });
  return found ?? fail('the signer has no certificate in the signature');
}

function fail(why = 'a certificate in the signature cannot be read'): never {
  throw new DerError(why);
}

function attributesOf(node: DerNode): Map<string, DerNode> {
  const said = new Map<string, DerNode>();
  for (const attribute of childrenOf(node)) {
    const [type, values] = childrenOf(expectTag(attribute, SEQUENCE));
    const oid = oidOf(type);
    const [value] = childrenOf(expectTag(values, SET));
    if (value === undefined || said.has(oid))
      throw new DerError('the signed attributes are not as they must be');
    said.set(oid, value);
  }
  return said;
}

/** `YYMMDDHHMMSSZ`, or with four digits of the year. */
function timeOf(node: DerNode | undefined): number | null {
  if (node === undefined) return null;
  const text = node.content.toString('latin1');
  const found = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(text);
  if (found === null) return null;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = ''] = found;
  const whole = year.length === 4 ? year : `${Number(year) < 50 ? '20' : '19'}${year}`;
  const ms = Date.parse(`${whole}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(ms) ? null : ms;
}

function holds(
  algorithm: DerNode,
  hash: string,
  signed: Buffer,
  signature: Buffer,
  certificate: X509Certificate,
): boolean {
  const oid = oidOf(childrenOf(algorithm)[0]);
  const key = certificate.publicKey;
  const isPss = oid === RSA_PSS;
  if (!isPss && !PLAIN_ALGORITHMS.has(oid))
    throw new DerError(`signatures of the kind ${oid} are not accepted`);
  try {
    if (!isPss) return verify(hash, signed, key, signature);
    // The salt's length is found by the verifier; the digest is that of the signer's.
    return verify(
      hash,
      signed,
      { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO },
      signature,
    );
  } catch (error) {
    throw new DerError('the signature cannot be verified with the key of its certificate', { cause: error });
  }
}
