/**
 * Certificates that services of this host show: named in the settings of web, mail, proxy and database servers, and
 * those of Let's Encrypt. Only certificates are read, never keys; bundles of authorities are left out.
 */
import { createHash, X509Certificate } from 'node:crypto';
import type { Host } from './host.ts';
import { listFolder, namesIn, readText } from './read-text.ts';
import { reading, type Reading } from './reading.ts';
import { isoTime } from '../iso-time.ts';

export interface CertificateFacts {
  subject: string;
  issuer: string;
  serial: string;
  /** ISO 8601. */
  notBefore: string;
  notAfter: string;
  names: string;
  /** SHA-256, lower-case hexadecimal. */
  fingerprint: string;
  selfSigned: boolean;
  keyType: string;
  keyBits: number | undefined;
}

export interface HostCertificate extends CertificateFacts {
  file: string;
  /** Settings that name it. */
  usedBy: string;
}

/** A setting names it, and it is not there. */
export interface MissingCertificate {
  file: string;
  usedBy: string;
}

const FILES_MAX = 2_000;
const CERTIFICATES_MAX = 500;
const FILE_BYTES_MAX = 1_048_576;

/** Where settings lie, and how they name a certificate. */
const SETTINGS: readonly { folders: readonly string[]; pattern: RegExp }[] = [
  {
    folders: ['/etc/nginx', '/etc/nginx/conf.d', '/etc/nginx/sites-enabled', '/etc/nginx/snippets'],
    pattern: /^\s*ssl_certificate\s+"?([^";\s$]+)"?\s*;/gm,
  },
  {
    folders: [
      '/etc/apache2/sites-enabled',
      '/etc/apache2/conf-enabled',
      '/etc/httpd/conf',
      '/etc/httpd/conf.d',
    ],
    pattern: /^\s*SSLCertificateFile\s+"?([^"\s]+)"?/gim,
  },
  { folders: ['/etc/postfix'], pattern: /^\s*smtpd_tls_(?:cert_file|chain_files)\s*=\s*([^\s,]+)/gm },
  {
    folders: ['/etc/dovecot', '/etc/dovecot/conf.d'],
    pattern: /^\s*ssl(?:_server)?_cert(?:_file)?\s*=\s*<?\s*(\S+)/gm,
  },
  { folders: ['/etc/haproxy', '/etc/haproxy/conf.d'], pattern: /\bcrt\s+(\/\S+)/g },
  {
    folders: ['/etc/mysql', '/etc/mysql/conf.d', '/etc/my.cnf.d'],
    pattern: /^\s*ssl[-_]cert\s*=\s*"?([^"\s]+)/gm,
  },
  {
    folders: ['/etc/exim4', '/etc/vsftpd', '/etc/ldap'],
    pattern: /^\s*(?:tls_certificate|rsa_cert_file|TLSCertificateFile)\s*=?\s*(\/\S+)/gim,
  },
];

export async function readCertificates(
  host: Pick<Host, 'root'>,
  turn: () => Promise<void> = () => Promise.resolve(),
): Promise<Reading<HostCertificate> & { missing: MissingCertificate[] }> {
  const found = reading<HostCertificate>();
  const missing: MissingCertificate[] = [];
  const usedBy = new Map<string, Set<string>>();
  const name = (file: string, by: string): void => {
    if (!file.startsWith('/') || (!usedBy.has(file) && usedBy.size >= CERTIFICATES_MAX)) return;
    usedBy.set(file, (usedBy.get(file) ?? new Set()).add(by));
  };
  for (const { folders, pattern } of SETTINGS) {
    for (const folder of folders) await findIn(host, folder, pattern, name, found, turn);
  }
  await findInPostgres(host, name);
  for (const domain of await namesIn(host, '/etc/letsencrypt/live')) {
    if (domain !== 'README') name(`/etc/letsencrypt/live/${domain}/fullchain.pem`, 'letsencrypt');
  }
  for (const [file, by] of usedBy) {
    await turn();
    const result = await readText(host, file, FILE_BYTES_MAX);
    const users = [...by].sort().join(', ');
    if (result.kind === 'absent') missing.push({ file, usedBy: users });
    if (result.kind === 'unreadable') found.unread.push({ part: file, reason: result.reason });
    if (result.kind !== 'text') continue;
    const facts = parseCertificate(result.text);
    if (facts === undefined) found.unread.push({ part: file, reason: 'it holds no certificate' });
    else found.items.push({ file, ...facts, usedBy: users });
  }
  return { ...found, missing };
}

async function findIn(
  host: Pick<Host, 'root'>,
  folder: string,
  pattern: RegExp,
  name: (file: string, by: string) => void,
  to: Reading<HostCertificate>,
  turn: () => Promise<void>,
): Promise<void> {
  const listed = await listFolder(host, folder, FILES_MAX);
  if (listed.kind === 'unreadable') to.unread.push({ part: folder, reason: listed.reason });
  if (listed.kind !== 'names') return;
  to.truncated += listed.truncated;
  for (const entry of listed.names) {
    await turn();
    const result = await readText(host, `${folder}/${entry}`, FILE_BYTES_MAX);
    if (result.kind !== 'text') continue;
    for (const match of result.text.matchAll(pattern)) name(match[1] ?? '', `${folder}/${entry}`);
  }
}

async function findInPostgres(
  host: Pick<Host, 'root'>,
  name: (file: string, by: string) => void,
): Promise<void> {
  for (const version of await namesIn(host, '/etc/postgresql')) {
    for (const cluster of await namesIn(host, `/etc/postgresql/${version}`)) {
      const settings = `/etc/postgresql/${version}/${cluster}/postgresql.conf`;
      const result = await readText(host, settings, FILE_BYTES_MAX);
      const file =
        result.kind === 'text' ? /^\s*ssl_cert_file\s*=\s*'([^']+)'/m.exec(result.text)?.[1] : undefined;
      if (file !== undefined) name(file, settings);
    }
  }
}

/** The first certificate of a PEM file; undefined when there is none. */
export function parseCertificate(pem: string): CertificateFacts | undefined {
  const block = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(pem)?.[0];
  return block === undefined ? undefined : certificateFacts(block);
}

/** @param encoded PEM or DER. @returns undefined when it is none */
export function certificateFacts(encoded: string | Buffer): CertificateFacts | undefined {
  try {
    const certificate = new X509Certificate(encoded);
    const { publicKey } = certificate;
    return {
      subject: certificate.subject.replaceAll('\n', ', '),
      issuer: certificate.issuer.replaceAll('\n', ', '),
      serial: certificate.serialNumber.toLowerCase(),
      notBefore: isoTime(Date.parse(certificate.validFrom)),
      notAfter: isoTime(Date.parse(certificate.validTo)),
      names: certificate.subjectAltName ?? '',
      fingerprint: createHash('sha256').update(certificate.raw).digest('hex'),
      selfSigned: certificate.checkIssued(certificate) && certificate.verify(publicKey),
      keyType: publicKey.asymmetricKeyType ?? '',
      keyBits: publicKey.asymmetricKeyDetails?.modulusLength,
    };
  } catch {
    // Not a certificate that can be read.
    return undefined;
  }
}
