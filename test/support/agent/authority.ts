/** An authority for tests, and certificates that it issues. */
import { createHash, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import 'reflect-metadata'; // x509 needs it, and does not bring it in by itself
import * as x509 from '@peculiar/x509';
import type { TestCertificate } from './certificate.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const LONG = { notBefore: new Date('2000-01-01'), notAfter: new Date('2120-01-01') };

export interface TestAuthority {
  pem: string;
  /** SHA-256 of the DER, lower-case hex. */
  fingerprint: string;
  /** @param names host names and addresses it is for */
  issue(names: readonly string[], validity?: { notBefore: Date; notAfter: Date }): Promise<TestCertificate>;
}

const fingerprintOf = (der: ArrayBuffer): string =>
  createHash('sha256').update(Buffer.from(der)).digest('hex');

export async function makeAuthority(name = 'CN=Test authority'): Promise<TestAuthority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name,
    ...LONG,
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 1, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  let serial = 1;
  return {
    pem: `${root.toString('pem')}\n`,
    fingerprint: fingerprintOf(root.rawData),
    async issue(names, validity = LONG) {
      const own = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
      serial += 1;
      const certificate = await x509.X509CertificateGenerator.create({
        serialNumber: String(serial).padStart(4, '0'),
        subject: 'CN=collector',
        issuer: root.subject,
        ...validity,
        signingAlgorithm: ALGORITHM,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension(
            names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })),
          ),
          await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
        ],
      });
      const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', own.privateKey)).toString('base64');
      return {
        cert: `${certificate.toString('pem')}\n`,
        key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`,
        fingerprint: fingerprintOf(certificate.rawData),
      };
    },
  };
}
