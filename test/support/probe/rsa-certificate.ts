/** RSA certificates of any length and hash, as old servers have them; signed by a key that nobody keeps. */
import { webcrypto } from 'node:crypto';
import 'reflect-metadata'; // x509 needs it, and does not bring it in by itself
import * as x509 from '@peculiar/x509';

export async function makeRsaCertificate(options: {
  bits: 1_024 | 2_048;
  hash: 'SHA-1' | 'SHA-256';
  issuer: string;
}): Promise<{ cert: string; key: string }> {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    modulusLength: options.bits,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: options.hash,
  };
  const own = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const issuer = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: '02',
    subject: 'CN=old server',
    issuer: options.issuer,
    notBefore: new Date('2020-01-01'),
    notAfter: new Date('2120-01-01'),
    signingAlgorithm: algorithm,
    publicKey: own.publicKey,
    signingKey: issuer.privateKey,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', own.privateKey)).toString('base64');
  return {
    cert: `${certificate.toString('pem')}\n`,
    key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`,
  };
}
