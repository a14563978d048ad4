/**
 * Where simulated hosts come from: sites of two hundred, each behind an address of its own. Only this machine's loopback
 * has addresses to give; everywhere else all come from the machine's own.
 */
import tls from 'node:tls';

const HOSTS_PER_SITE = 200;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3})$/;

/** @returns undefined when the collector is not reached over IPv4 loopback */
export function siteAddress(url: string, host: number): string | undefined {
  if (!LOOPBACK.test(new URL(url).hostname)) return undefined;
  const site = Math.floor(host / HOSTS_PER_SITE);
  return `127.0.${1 + (Math.floor(site / 250) % 250)}.${1 + (site % 250)}`;
}

export interface LineOptions {
  url: string;
  /** SHA-256 of the collector's certificate, lower-case hex. */
  fingerprint: string;
  localAddress: string | undefined;
  /** Ticket of an earlier connection. */
  session?: Buffer | undefined;
  onSession?: ((session: Buffer) => void) | undefined;
}

/**
 * A TLS connection to the holder of that certificate; destroyed with an error before anything is said to another. Who
 * issued it does not matter, as with the real agent.
 */
export function connectTls(options: LineOptions): tls.TLSSocket {
  const { hostname, port } = new URL(options.url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = tls.connect({
    host: host === 'localhost' && options.localAddress !== undefined ? '127.0.0.1' : host,
    port: Number(port === '' ? 443 : port),
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    ...(options.localAddress === undefined ? {} : { localAddress: options.localAddress }),
    ...(options.session === undefined ? {} : { session: options.session }),
  });
  socket.prependOnceListener('secureConnect', () => {
    // Only who holds the certificate's key can take a session up again.
    if (socket.isSessionReused()) return;
    const seen = socket.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase();
    if (seen !== options.fingerprint)
      socket.destroy(new Error(`another certificate than the token names: ${seen ?? 'none'}`));
  });
  const { onSession } = options;
  if (onSession !== undefined) socket.once('session', onSession);
  return socket;
}
