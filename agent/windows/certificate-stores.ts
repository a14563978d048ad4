/**
 * Certificates of Windows' stores by the registry, where no program has to be started for each: those that the host shows itself
 * (My), and the roots that were added to what Windows brings along. Format: [MS-GPEF] 2.2.1.2.3. Keys are never read.
 */
import { createHash } from 'node:crypto';
import { certificateFacts, type CertificateFacts } from '../host/certificates.ts';
import type { Host } from '../host/host.ts';
import { loadedUsers, messageOf } from './installed-programs.ts';
import { readRegistry } from './read-registry.ts';

export interface StoredCertificate extends CertificateFacts {
  /** As people name it: `LocalMachine\My`. */
  store: string;
  kind: 'own' | 'root';
  /** SHA-1, by which Windows names it. */
  thumbprint: string;
  title: string;
  /** The store says where its key is; no word of whether it may be used. */
  hasKey: boolean;
}

interface Unread {
  part: string;
  reason: string;
}

const PLACES: readonly { key: string; store: string; kind: StoredCertificate['kind'] }[] = [
  { key: 'HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\MY', store: 'LocalMachine\\My', kind: 'own' },
  { key: 'HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\ROOT', store: 'LocalMachine\\Root', kind: 'root' },
  {
    key: 'HKLM\\SOFTWARE\\Policies\\Microsoft\\SystemCertificates\\Root',
    store: 'LocalMachine\\Root by policy',
    kind: 'root',
  },
  {
    key: 'HKLM\\SOFTWARE\\Microsoft\\EnterpriseCertificates\\Root',
    store: 'LocalMachine\\Root by domain',
    kind: 'root',
  },
];

/** What Windows itself puts among its roots; those of Microsoft's programme are in a store of their own. By thumbprint. */
const BROUGHT_ALONG = new Set([
  '0119e81be9a14cd8e22f40ac118c687ecba3f4d8', // Microsoft Time Stamp Root Certificate Authority 2014
  '06f1aa330b927b753a40e68cdf22e34bcbef3352', // Microsoft ECC Product Root Certificate Authority 2018
  '18f7c1fcc3090203fd5baa2f861a754976c8dd25', // NO LIABILITY ACCEPTED, (c)97 VeriSign, Inc.
  '245c97df7514e7cf2df8be72ae957b9e04741e85', // Copyright (c) 1997 Microsoft Corp.
  '31f9fc8ba3805986b721ea7295c65b3a44534274', // Microsoft ECC TS Root Certificate Authority 2018
  '3b1efd3a66ea28b16697394703a72ca340a05bd5', // Microsoft Root Certificate Authority 2010
  '742c3192e607e424eb4549542be1bbc53e6174e2', // Class 3 Public Primary Certification Authority
  '7f88cd7223f3c813818c994614a89c99fa3b5247', // Microsoft Authenticode(tm) Root Authority
  '8f43288ad272f3103b6fb1428485ea3014c0bcfe', // Microsoft Root Certificate Authority 2011
  '92b46c76e13054e104f230517e6e504d43ab10b5', // Symantec Enterprise Mobile Root for Microsoft
  'a43489159a520f0d93d032ccaf37e7fe20a8b419', // Microsoft Root Authority
  'be36a4562fb2ee05dbb3d32323adf445084ed656', // Thawte Timestamping CA
  'cdd4eeae6000ac7f40c3802c171e30148030c072', // Microsoft Root Certificate Authority
]);

const CERTIFICATES_MAX = 2_000;
const PROPERTIES_MAX = 200;
/** CERT_KEY_PROV_INFO_PROP_ID, CERT_FRIENDLY_NAME_PROP_ID, CERT_CERT_PROP_ID */
const KEY_AT = 2;
const TITLE = 11;
const CERTIFICATE = 32;
const HEAD_BYTES = 12;

export interface StoredBlob {
  der: Buffer;
  title: string;
  hasKey: boolean;
}

/** Properties one after another: number, what is always 1, length, bytes. @returns undefined: it holds no certificate */
export function readBlob(blob: Buffer): StoredBlob | undefined {
  let der: Buffer | undefined;
  let title = '';
  let hasKey = false;
  for (let at = 0, count = 0; at + HEAD_BYTES <= blob.length && count < PROPERTIES_MAX; count += 1) {
    const property = blob.readUInt32LE(at);
    const from = at + HEAD_BYTES;
    const length = blob.readUInt32LE(at + 8);
    if (length > blob.length - from) break;
    const bytes = blob.subarray(from, from + length);
    if (property === CERTIFICATE) der = bytes;
    if (property === KEY_AT) hasKey = true;
    if (property === TITLE) title = bytes.toString('utf16le').replace(/\0.*$/s, '').toWellFormed();
    at = from + length;
  }
  return der === undefined ? undefined : { der, title, hasKey };
}

export interface StoredCertificates {
  items: StoredCertificate[];
  unread: Unread[];
  truncated: number;
}

export async function readCertificateStores(host: Host, signal?: AbortSignal): Promise<StoredCertificates> {
  const found: StoredCertificates = { items: [], unread: [], truncated: 0 };
  const places = [...PLACES];
  try {
    for (const user of await loadedUsers(host, signal))
      places.push({
        key: `HKU\\${user}\\Software\\Microsoft\\SystemCertificates\\Root`,
        store: `${user}\\Root`,
        kind: 'root',
      });
  } catch (error) {
    found.unread.push({ part: 'HKU', reason: messageOf(error) });
  }
  for (const { key, store, kind } of places) {
    try {
      const tree = await readRegistry(host, `${key}\\Certificates`, signal);
      for (const { values } of tree?.keys.values() ?? []) {
        const blob = values.get('blob');
        if (blob?.type === 'bytes') take(blob.bytes, store, kind, found);
      }
    } catch (error) {
      found.unread.push({ part: store, reason: messageOf(error) });
    }
  }
  return found;
}

function take(bytes: Buffer, store: string, kind: StoredCertificate['kind'], to: StoredCertificates): void {
  const blob = readBlob(bytes);
  const facts = blob === undefined ? undefined : certificateFacts(blob.der);
  if (blob === undefined || facts === undefined) {
    to.unread.push({ part: store, reason: 'it holds what is no certificate' });
    return;
  }
  const thumbprint = createHash('sha1').update(blob.der).digest('hex');
  if (kind === 'root' && BROUGHT_ALONG.has(thumbprint)) return;
  if (to.items.length >= CERTIFICATES_MAX) {
    to.truncated += 1;
    return;
  }
  const { title, hasKey } = blob;
  to.items.push({ ...facts, store, kind, thumbprint, title, hasKey });
}
