/**
 * The collector's own certificate: self-signed ECDSA P-256, made at the first start. Agents pin its fingerprint, so
 * it is never made anew while a file of it exists: a damaged one is an error, not a reason to lose every agent.
 */
import {
  createHash,
  createPrivateKey,
  type KeyObject,
  randomBytes,
  webcrypto,
  X509Certificate,
} from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type * as X509 from '@peculiar/x509';
import { dataFolder } from './data-folder.ts';
import { writeFileDurably } from './files.ts';

const VALID_MS = 3_652 * 86_400_000;
/** Clocks of agents may be behind. */
const BACKDATE_MS = 86_400_000;
const SIGNING = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

export interface CollectorCertificate {
  /** PEM */
  key: string;
  /** PEM */
  cert: string;
  /** SHA-256 of the DER form, lower-case hex. */
  fingerprint: string;
  /** End of validity, milliseconds since 1970. */
  expiresMs: number;
}

/** The certificate files are there but cannot be used. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
}

/** SHA-256 of a certificate in DER form, lower-case hex. */
export function fingerprintOf(der: Uint8Array): string {
  return createHash('sha256').update(der).digest('hex');
}

/** Loaded when a certificate is made only, once in the life of a data folder: it costs a quarter of a second. */
async function loadX509(): Promise<typeof X509> {
  await import('reflect-metadata'); // x509's container of extensions reads decorator metadata
  return import('@peculiar/x509');
}

/** A self-signed one, which is written nowhere yet. */
export async function makeCertificate(
  names: readonly string[],
  nowMs: number,
): Promise<{ key: string; cert: string }> {
  const x509 = await loadX509();
  const keys = await webcrypto.subtle.generateKey(SIGNING, true, ['sign', 'verify']);
  const wanted = [...new Set(['localhost', '127.0.0.1', '::1', ...names])];
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: `00${randomBytes(15).toString('hex')}`,
      name: 'CN=Vong Gac collector',
      notBefore: new Date(nowMs - BACKDATE_MS),
      notAfter: new Date(nowMs + VALID_MS),
      keys,
      signingAlgorithm: SIGNING,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(
          wanted.map((name) => ({ type: isIP(name) === 0 ? 'dns' : 'ip', value: name })),
        ),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    },
    webcrypto,
  );
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  return {
    key: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
    cert: `${certificate.toString('pem')}\n`,
  };
}

function read(key: string, cert: string, where: string): CollectorCertificate {
  let certificate: X509Certificate;
  let privateKey: KeyObject;
  try {
    certificate = new X509Certificate(cert);
    privateKey = createPrivateKey(key);
  } catch (error) {
    throw new CertificateError(`${where} cannot be read: restore it from a backup`, { cause: error });
  }
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new CertificateError(`${where} does not belong to its key: restore both from the same backup`);
  }
  return {
    key,
    cert,
    fingerprint: fingerprintOf(certificate.raw),
    expiresMs: certificate.validToDate.getTime(),
  };
}

/** @throws CertificateError when the files cannot be used */
export function readCertificate(keyFile: string, certificateFile: string): CollectorCertificate {
  try {
    return read(readFileSync(keyFile, 'utf8'), readFileSync(certificateFile, 'utf8'), certificateFile);
  } catch (error) {
    if (error instanceof CertificateError) throw error;
    throw new CertificateError(`${certificateFile} or its key ${keyFile} cannot be read`, { cause: error });
  }
}

/**
 * The folder must exist.
 * @param options.names host names and addresses besides localhost, 127.0.0.1 and ::1; this host's name by default
 * @throws CertificateError when only one of the two files is there, or they cannot be used
 */
export async function loadOrCreateCertificate(options: {
  dataDir: string;
  names?: readonly string[] | undefined;
  now: () => number;
}): Promise<CollectorCertificate> {
  const files = dataFolder(options.dataDir);
  if (!existsSync(files.certificate)) {
    // A key without certificate is left from a first start that was cut off: nobody has pinned anything yet.
    const made = await makeCertificate(options.names ?? [hostname()], options.now());
    writeFileDurably(files.certificateKey, made.key);
    writeFileDurably(files.certificate, made.cert, 0o644);
  }
  if (!existsSync(files.certificateKey)) {
    throw new CertificateError(
      `${files.certificateKey} is missing: restore it from a backup; agents trust only the certificate that belongs to it`,
    );
  }
  return readCertificate(files.certificateKey, files.certificate);
}
