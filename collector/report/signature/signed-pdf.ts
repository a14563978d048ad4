/**
 * A report's PDF that comes back signed: is it the one that left, and who signed it. Pure; reads hostile bytes in time that grows
 * with their length. Invariant: `signed` is said only when the first revision is ours byte by byte, nothing appended changes what
 * it says, and every signature over it holds, of a chain that is trusted.
 */
import { createHash, type X509Certificate } from 'node:crypto';
import { type Chain, chainOf, nameOf } from './certificate-chain.ts';
import { verifyCms } from './cms.ts';
import { DerError } from './der.ts';
import { contentChanges } from './pdf-revisions.ts';

const SIGNATURES_MAX = 20;
const SIGNATURE_BYTES_MAX = 512 * 1024;
const BYTE_RANGE =
  /\/ByteRange\s{0,8}\[\s{0,8}([0-9]{1,10})\s{1,8}([0-9]{1,10})\s{1,8}([0-9]{1,10})\s{1,8}([0-9]{1,10})\s{0,64}\]/g;

export interface SignerFound {
  name: string;
  issuer: string;
  /** Upper-case hex. */
  serial: string;
  validFrom: string;
  validTo: string;
  /** As the signer says, ISO 8601; null when it does not. */
  signedAt: string | null;
  chain: Chain['state'];
  issuers: string[];
}

export interface SignatureFound {
  /** `holds`: it is of these bytes and of this signer. */
  state: 'holds' | 'changed' | 'wrong' | 'unreadable';
  /** Why it cannot be read. */
  why: string | null;
  /** Everything before the signature's own end, which holds all of ours. */
  coversReport: boolean;
  /** Nothing comes after it. */
  coversFile: boolean;
  signer: SignerFound | null;
}

/**
 * `signed`; `signer-unknown`, `signer-expired`: signatures hold, of somebody whose chain is not trusted or was over; `unsigned`;
 * `broken`: a signature does not hold; `changed`: it says something else than the report; `other-file`: it is not that report.
 */
export const VERDICTS = [
  'signed',
  'signer-unknown',
  'signer-expired',
  'unsigned',
  'broken',
  'changed',
  'other-file',
] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface SignedPdf {
  verdict: Verdict;
  /** Of the whole file. */
  sha256: string;
  bytes: number;
  signatures: SignatureFound[];
  /** What was appended that changes what it says. */
  changes: string[];
}

export interface ExpectedPdf {
  /** Of the PDF as it left, and its length. */
  sha256: string;
  bytes: number;
}

export function verifySignedPdf(
  file: Buffer,
  expected: ExpectedPdf,
  options: { trusted: readonly X509Certificate[]; nowMs: number },
): SignedPdf {
  const ours = file.subarray(0, expected.bytes);
  const isOurs = sha256Of(ours) === expected.sha256;
  const signatures = signaturesIn(file, expected.bytes, options);
  const changes = isOurs ? contentChanges(ours, file.subarray(expected.bytes)) : [];
  return {
    verdict: isOurs ? verdictOf(signatures, changes) : 'other-file',
    sha256: sha256Of(file),
    bytes: file.length,
    signatures,
    changes,
  };
}

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

function verdictOf(signatures: readonly SignatureFound[], changes: readonly string[]): Verdict {
  if (changes.length > 0) return 'changed';
  if (signatures.length === 0) return 'unsigned';
  if (signatures.some(({ state, coversReport }) => state !== 'holds' || !coversReport)) return 'broken';
  // What comes after the last signature is of nobody.
  if (!signatures.some(({ coversFile }) => coversFile)) return 'broken';
  const chains = signatures.map(({ signer }) => signer?.chain);
  if (chains.some((chain) => chain === 'unknown-issuer')) return 'signer-unknown';
  return chains.every((chain) => chain === 'trusted') ? 'signed' : 'signer-expired';
}

function signaturesIn(
  file: Buffer,
  reportBytes: number,
  options: { trusted: readonly X509Certificate[]; nowMs: number },
): SignatureFound[] {
  const found: SignatureFound[] = [];
  for (const match of file.toString('latin1').matchAll(BYTE_RANGE)) {
    if (found.length >= SIGNATURES_MAX) return [...found, unreadable('there are too many signatures')];
    const [start = 0, length = 0, next = 0, rest = 0] = match.slice(1).map(Number);
    found.push(signatureAt(file, { start, length, next, rest, reportBytes }, options));
  }
  return found;
}

function unreadable(why: string): SignatureFound {
  return { state: 'unreadable', why, coversReport: false, coversFile: false, signer: null };
}

interface Range {
  start: number;
  length: number;
  next: number;
  rest: number;
  reportBytes: number;
}

/** The signature itself fills the gap between the two stretches that it covers: `<` hex digits `>`. */
function signatureAt(
  file: Buffer,
  { start, length, next, rest, reportBytes }: Range,
  options: { trusted: readonly X509Certificate[]; nowMs: number },
): SignatureFound {
  const end = next + rest;
  if (start !== 0 || next < length + 2 || end > file.length)
    return unreadable('the signature does not cover what it must');
  const gap = file.subarray(length, next).toString('latin1');
  if (gap.length > SIGNATURE_BYTES_MAX * 2 + 2 || !/^<(?:[0-9a-fA-F]{2})+>$/.test(gap))
    return unreadable('there is no signature where it says it is');
  const covers = {
    coversReport: length >= reportBytes,
    coversFile: file.subarray(end).toString('latin1').trim() === '',
  };
  try {
    const content = [file.subarray(0, length), file.subarray(next, end)];
    const { signers, certificates } = verifyCms(Buffer.from(gap.slice(1, -1), 'hex'), content);
    const bad = signers.find(({ digestHolds, signatureHolds }) => !digestHolds || !signatureHolds);
    const shown = bad ?? signers[0];
    if (shown === undefined) return unreadable('the signature has no signer');
    const { certificate, signedMs } = shown;
    const { state, issuers } = chainOf(certificate, certificates, options.trusted, signedMs ?? options.nowMs);
    return {
      state: bad === undefined ? 'holds' : bad.digestHolds ? 'wrong' : 'changed',
      why: null,
      ...covers,
      signer: {
        name: nameOf(certificate.subject),
        issuer: nameOf(certificate.issuer),
        serial: certificate.serialNumber,
        validFrom: new Date(certificate.validFrom).toISOString(),
        validTo: new Date(certificate.validTo).toISOString(),
        signedAt: signedMs === null ? null : new Date(signedMs).toISOString(),
        chain: state,
        issuers,
      },
    };
  } catch (error) {
    if (error instanceof DerError) return { ...unreadable(error.message), ...covers };
    throw error;
  }
}
