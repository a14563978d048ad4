/**
 * An enveloped XML signature (exclusive canonicalisation, RSA-SHA-256, X.509) over a document of canonical-xml.ts: its text is its
 * canonical form, and so is that of the SignedInfo written here.
 */
import { createHash, createPrivateKey, sign, X509Certificate, type KeyObject } from 'node:crypto';
import { SIGNATURE_NAMESPACE } from './namespaces.ts';

export interface Signer {
  key: KeyObject;
  certificate: X509Certificate;
}

const DS = SIGNATURE_NAMESPACE;
const EXC_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';

/** A key or certificate that cannot sign; the message says what to do. */
export class SignerError extends Error {
  override readonly name = 'SignerError';
}

/** @param nowMs the certificate must be valid then. @throws SignerError */
export function readSigner(keyPem: string, certificatePem: string, nowMs: number): Signer {
  let signer: Signer;
  try {
    signer = { key: createPrivateKey(keyPem), certificate: new X509Certificate(certificatePem) };
  } catch (error) {
    throw new SignerError('the key or the certificate is not PEM, or the key has a passphrase', {
      cause: error,
    });
  }
  const { key, certificate } = signer;
  if (key.asymmetricKeyType !== 'rsa') throw new SignerError('the key is not RSA, which the centre asks for');
  if (!certificate.checkPrivateKey(key)) throw new SignerError('the key is not that of the certificate');
  if (nowMs < Date.parse(certificate.validFrom) || nowMs > Date.parse(certificate.validTo))
    throw new SignerError(`the certificate holds from ${certificate.validFrom} to ${certificate.validTo}`);
  return signer;
}

/** @param text canonical text of the document without the signature */
export function signatureOver(text: string, { key, certificate }: Signer): string {
  const digest = createHash('sha256').update(text).digest('base64');
  const signedInfo =
    `<ds:SignedInfo xmlns:ds="${DS}">` +
    `<ds:CanonicalizationMethod Algorithm="${EXC_C14N}"></ds:CanonicalizationMethod>` +
    '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod>' +
    '<ds:Reference URI=""><ds:Transforms>' +
    `<ds:Transform Algorithm="${DS}enveloped-signature"></ds:Transform>` +
    `<ds:Transform Algorithm="${EXC_C14N}"></ds:Transform></ds:Transforms>` +
    '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>' +
    `<ds:DigestValue>${digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>`;
  const value = sign('sha256', Buffer.from(signedInfo), key).toString('base64');
  return (
    `<ds:Signature xmlns:ds="${DS}">${signedInfo}<ds:SignatureValue>${value}</ds:SignatureValue>` +
    `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${certificate.raw.toString('base64')}` +
    '</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>'
  );
}
