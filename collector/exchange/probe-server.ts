/** Tries the way to the centre without sending anything: a TLS handshake by the rules of a delivery, and what the server showed. */
import tls from 'node:tls';
import { faultOf, fingerprintOf, type ServerTrust, trustOptions } from './send-report.ts';

const TIMEOUT_MS = 15_000;
const NAME_CHARS_MAX = 256;

export interface ServerSeen {
  /** A delivery would be made to it. */
  isTrusted: boolean;
  /** Why not. */
  fault: string | null;
  /** Of TLS, e.g. `TLSv1.3`; null: there was no handshake. */
  protocol: string | null;
  /** SHA-256 of its certificate, to be pinned; null: it showed none. */
  fingerprint: string | null;
  subject: string | null;
  issuer: string | null;
  /** Until when its certificate holds, as OpenSSL writes it. */
  validTo: string | null;
}

const NOTHING = { protocol: null, fingerprint: null, subject: null, issuer: null, validTo: null } as const;

function shownBy(socket: tls.TLSSocket): Omit<ServerSeen, 'isTrusted' | 'fault'> {
  const certificate = socket.getPeerCertificate();
  if (certificate.fingerprint256 === undefined) return { ...NOTHING, protocol: socket.getProtocol() };
  const nameOf = ({ CN, O }: tls.Certificate): string =>
    [CN ?? O ?? []].flat().join(', ').slice(0, NAME_CHARS_MAX);
  return {
    protocol: socket.getProtocol(),
    fingerprint: fingerprintOf(certificate),
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    validTo: certificate.valid_to,
  };
}

/** Never throws for what the network or the peer does. */
export function probeServer(
  address: string,
  trust: ServerTrust,
  timeoutMs = TIMEOUT_MS,
): Promise<ServerSeen> {
  const { hostname, port } = new URL(address);
  const host = hostname.replaceAll(/[[\]]/g, '');
  return new Promise((resolve) => {
    let socket: tls.TLSSocket;
    const end = (seen: ServerSeen): void => {
      socket.destroy();
      resolve(seen);
    };
    try {
      // What it shows is told even when it is not believed; nothing is sent on such a connection.
      socket = tls.connect({
        ...trustOptions(trust),
        host,
        port: port === '' ? 443 : Number(port),
        servername: /[a-z]/i.test(host) && !host.includes(':') ? host : '',
        rejectUnauthorized: false,
      });
    } catch (error) {
      resolve({ isTrusted: false, fault: faultOf(error as Error), ...NOTHING });
      return;
    }
    socket.setTimeout(timeoutMs, () => end({ isTrusted: false, fault: 'ETIMEDOUT', ...NOTHING }));
    socket.on('error', (error) => end({ isTrusted: false, fault: faultOf(error), ...NOTHING }));
    socket.on('secureConnect', () => {
      // A code, whatever its type says.
      const wrong: unknown = socket.authorizationError;
      const fault = socket.authorized ? null : wrong instanceof Error ? faultOf(wrong) : String(wrong);
      end({ isTrusted: socket.authorized, fault, ...shownBy(socket) });
    });
  });
}
