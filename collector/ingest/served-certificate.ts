/** The certificate that a socket was served, by which a proof over it is checked: it may change while sockets are open. */
import { TLSSocket } from 'node:tls';
import type { Duplex } from 'node:stream';

/** Few certificates are ever served: each fingerprint is kept once, whatever the number of sockets. */
const known = new Map<string, string>();
const KNOWN_MAX = 64;

/** @returns SHA-256 of the DER, lower-case hex; undefined for a socket without TLS */
export function servedFingerprint(stream: Duplex): string | undefined {
  if (!(stream instanceof TLSSocket)) return undefined;
  const colons = stream.getX509Certificate()?.fingerprint256;
  if (colons === undefined) return undefined;
  let fingerprint = known.get(colons);
  if (fingerprint === undefined) {
    if (known.size >= KNOWN_MAX) known.clear();
    fingerprint = colons.replaceAll(':', '').toLowerCase();
    known.set(colons, fingerprint);
  }
  return fingerprint;
}
