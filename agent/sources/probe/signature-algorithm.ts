/**
 * By which algorithm a certificate is signed: the second of the three parts it is made of (RFC 5280 4.1). Node tells
 * everything else of a certificate, so these few lines stand for a whole library.
 */
const SEQUENCE = 0x30;
const OBJECT_IDENTIFIER = 0x06;

const NAMES: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.2': 'md2WithRSAEncryption',
  '1.2.840.113549.1.1.4': 'md5WithRSAEncryption',
  '1.2.840.113549.1.1.5': 'sha1WithRSAEncryption',
  '1.2.840.113549.1.1.10': 'rsassaPss',
  '1.2.840.113549.1.1.11': 'sha256WithRSAEncryption',
  '1.2.840.113549.1.1.12': 'sha384WithRSAEncryption',
  '1.2.840.113549.1.1.13': 'sha512WithRSAEncryption',
  '1.2.840.10040.4.3': 'dsaWithSha1',
  '1.2.840.10045.4.1': 'ecdsaWithSha1',
  '1.2.840.10045.4.3.2': 'ecdsaWithSha256',
  '1.2.840.10045.4.3.3': 'ecdsaWithSha384',
  '1.2.840.10045.4.3.4': 'ecdsaWithSha512',
  '1.3.101.112': 'ed25519',
  '1.3.101.113': 'ed448',
};

interface Element {
  tag: number;
  /** Where its content is. */
  from: number;
  to: number;
}

/** @returns `unknown` when the bytes are no certificate. */
export function signatureAlgorithm(der: Uint8Array): string {
  const certificate = elementAt(der, 0);
  const body = certificate && elementAt(der, certificate.from);
  const algorithm = body && elementAt(der, body.to);
  const identifier = algorithm && elementAt(der, algorithm.from);
  if (algorithm?.tag !== SEQUENCE || identifier?.tag !== OBJECT_IDENTIFIER) return 'unknown';
  const oid = readIdentifier(der.subarray(identifier.from, identifier.to));
  return NAMES[oid] ?? oid;
}

function elementAt(der: Uint8Array, at: number): Element | undefined {
  const tag = der[at];
  const first = der[at + 1];
  if (tag === undefined || first === undefined) return undefined;
  let from = at + 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 4) return undefined;
    length = 0;
    for (let index = 0; index < count; index += 1) length = length * 256 + (der[from + index] ?? 0);
    from += count;
  }
  const to = from + length;
  return to <= der.length ? { tag, from, to } : undefined;
}

function readIdentifier(bytes: Uint8Array): string {
  const numbers: number[] = [];
  let value = 0;
  for (const byte of bytes) {
    value = value * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    numbers.push(value);
    value = 0;
  }
  const [head = 0, ...rest] = numbers;
  const first = Math.min(Math.floor(head / 40), 2);
  return [first, head - first * 40, ...rest].join('.');
}
