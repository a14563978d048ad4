/**
 * Where browsers are told to come over HTTPS only. Invariant: said under a real name with a certificate that an authority issued; under
 * `localhost`, an address or a bare name it would break whatever else answers there without TLS.
 */
import { isIP } from 'node:net';

/** A year, and all names below it (OWASP ASVS 5.0, 3.4.1). */
export const STRICT_TRANSPORT = 'max-age=31536000; includeSubDomains';

/** @param host as the client named it, without the port */
export function isStrictHost(host: string, tls: { readonly authority: string | undefined }): boolean {
  return tls.authority !== undefined && isIP(host) === 0 && /^[^.]+\.[^.]/.test(host);
}
