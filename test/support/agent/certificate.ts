/** Self-signed certificates for test servers, of any dates. */
import { createHash, webcrypto } from 'node:crypto';
// x509 needs it, and does not bring it in by itself.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

export interface TestCertificate {
  cert: string;
  key: string;
  /** SHA-256 of the DER, lower-case hex. */
  fingerprint: string;
}

export async function makeCertificate(
  validity: { notBefore: Date; notAfter: Date } = {
    notBefore: new Date('2020-01-01'),
    notAfter: new Date('2120-01-01'),
  },
  /** DNS names it is for; none by default. */
  names: readonly string[] = [],
): Promise<TestCertificate> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=somewhere.else.example',
    ...validity,
    signingAlgorithm: algorithm,
    keys,
    extensions:
      names.length === 0
        ? []
        : [new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns', value })))],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    cert: certificate.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`,
    fingerprint: createHash('sha256').update(Buffer.from(certificate.rawData)).digest('hex'),
  };
}
