/**
 * Where simulated hosts come from: sites of two hundred, each behind an address of its own. Only this machine's loopback
 * has addresses to give; everywhere else all come from the machine's own.
 */
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import tls from 'node:tls';

const HOSTS_PER_SITE = 200;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3})$/;

/** @returns undefined when the collector is not reached over IPv4 loopback */
export function siteAddress(url: string, host: number): string | undefined {
  if (!LOOPBACK.test(new URL(url).hostname)) return undefined;
  const site = Math.floor(host / HOSTS_PER_SITE);
  return `127.0.${1 + (Math.floor(site / 250) % 250)}.${1 + (site % 250)}`;
}

/** Whom a join token names. */
export interface Pin {
  /** SHA-256 of the collector's certificate, or of the authority that issued it; lower-case hex. */
  fingerprint: string;
  authority?: true | undefined;
}

export interface LineOptions {
  url: string;
  pin: Pin;
  localAddress: string | undefined;
  /** Ticket of an earlier connection. */
  session?: Buffer | undefined;
  onSession?: ((session: Buffer) => void) | undefined;
}

/** Who answers shows another certificate than the join token names: it is another collector, or the token is. */
export class OtherCertificateError extends Error {
  override readonly name = 'OtherCertificateError';

  constructor() {
    super('another certificate than the token names');
  }
}

/** Links between a certificate and its authority. */
const CHAIN_MAX = 8;

export function fingerprintOf(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(':', '').toLowerCase();
}

/** What the collector shows of its chain, its own certificate first. It may be asked for once a connection. */
function chainOf(socket: tls.TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let next: tls.DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (next?.raw instanceof Buffer && chain.length < CHAIN_MAX) {
    chain.push(new X509Certificate(next.raw));
    // The root of a chain is its own issuer.
    next = next.issuerCertificate === next ? undefined : next.issuerCertificate;
  }
  return chain;
}

function isNamed(socket: tls.TLSSocket, { fingerprint, authority }: Pin): boolean {
  if (authority !== true) {
    const certificate = socket.getPeerX509Certificate();
    return certificate !== undefined && fingerprintOf(certificate) === fingerprint;
  }
  const chain = chainOf(socket);
  const top = chain.findIndex((certificate) => fingerprintOf(certificate) === fingerprint);
  return (
    top > 0 &&
    chain.slice(0, top).every((issued, at) => {
      const issuer = chain[at + 1];
      return issuer !== undefined && issued.verify(issuer.publicKey);
    })
  );
}

/** Fingerprint of the certificate that a collector shows. @throws OtherCertificateError, or the network's error */
export async function servedFingerprint(line: Omit<LineOptions, 'session' | 'onSession'>): Promise<string> {
  const socket = connectTls(line);
  socket.on('error', () => undefined); // also after it was looked at; `once` rejects with what comes before
  try {
    await once(socket, 'secureConnect');
    const certificate = socket.getPeerX509Certificate();
    if (socket.destroyed || certificate === undefined) throw new OtherCertificateError();
    return fingerprintOf(certificate);
  } finally {
    socket.destroy();
  }
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
    if (!isNamed(socket, options.pin)) socket.destroy(new OtherCertificateError());
  });
  const { onSession } = options;
  if (onSession !== undefined) socket.once('session', onSession);
  return socket;
}
