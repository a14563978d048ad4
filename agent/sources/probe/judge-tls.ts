/** Whether a server's TLS is as it should be. */
import type { Facts, Finding, Look } from './finding.ts';
import type { TlsFacts } from './tls-facts.ts';

export interface TlsRules {
  warnDays: number;
  urgentDays: number;
}

export interface TlsKnown {
  /** Fingerprints seen before; empty at the first look. */
  fingerprints: readonly string[];
  /** It takes TLS 1.0 or 1.1; undefined: not tried yet. */
  legacy: boolean | undefined;
}

const DAY_MS = 86_400_000;
const RSA_BITS_MIN = 2_048;
const CURVE_BITS_MIN = 224;
const WEAK_CIPHER = /RC4|3DES|_DES_|NULL|EXPORT|anon|_MD5|RC2|IDEA/i;
const WEAK_SIGNATURE = /^(?:md2|md5|sha1)|Sha1$/;

export function judgeTls(tls: TlsFacts, known: TlsKnown, rules: TlsRules, nowMs: number): Look {
  const daysLeft = Math.floor((tls.validToMs - nowMs) / DAY_MS);
  const findings: Finding[] = [];
  const when = (is: boolean, finding: Finding): void => {
    if (is) findings.push(finding);
  };
  const expired = tls.validToMs <= nowMs;
  when(expired, 'expired');
  when(tls.validFromMs > nowMs, 'not-yet-valid');
  when(!tls.matchesHost, 'wrong-name');
  when(tls.chainProblem !== undefined, tls.selfSigned ? 'self-signed' : 'untrusted');
  const urgent = daysLeft < rules.urgentDays;
  when(!expired && urgent, 'expires-urgently');
  when(!expired && !urgent && daysLeft < rules.warnDays, 'expires-soon');
  when(tls.protocol !== 'TLSv1.3' && tls.protocol !== 'TLSv1.2', 'legacy-protocol');
  when(known.legacy === true && !findings.includes('legacy-protocol'), 'legacy-protocol');
  when(WEAK_CIPHER.test(tls.cipher), 'weak-cipher');
  when(!tls.forwardSecret, 'no-forward-secrecy');
  when(hasWeakKey(tls), 'weak-key');
  when(WEAK_SIGNATURE.test(tls.signature) && !tls.selfSigned, 'weak-signature');
  when(known.fingerprints.length > 0 && !known.fingerprints.includes(tls.fingerprint), 'certificate-changed');
  return { findings, facts: describe(tls, known, daysLeft) };
}

function hasWeakKey({ keyType, keyBits }: TlsFacts): boolean {
  if (keyBits === undefined) return false;
  return keyBits < (keyType.startsWith('rsa') || keyType === 'dsa' ? RSA_BITS_MIN : CURVE_BITS_MIN);
}

function describe(tls: TlsFacts, known: TlsKnown, daysLeft: number): Facts {
  const previous = known.fingerprints.at(-1);
  return {
    protocol: tls.protocol,
    cipher: tls.cipher,
    subject: tls.subject,
    issuer: tls.issuer,
    serial: tls.serial,
    fingerprint: tls.fingerprint,
    validFromMs: tls.validFromMs,
    validToMs: tls.validToMs,
    daysLeft,
    names: tls.names.join(', ').slice(0, 1_024),
    keyType: tls.keyType,
    signature: tls.signature,
    ...(tls.keyBits === undefined ? {} : { keyBits: tls.keyBits }),
    ...(tls.chainProblem === undefined ? {} : { chainProblem: tls.chainProblem }),
    ...(known.legacy === undefined ? {} : { legacyOffered: known.legacy }),
    ...(previous === undefined || previous === tls.fingerprint ? {} : { previousFingerprint: previous }),
  };
}
