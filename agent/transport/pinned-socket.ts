/**
 * A TLS connection to a server that proved to hold the key of the pinned certificate. Who issued it, for which
 * name and until when does not matter: a wrong PC clock must not cut an agent off. No byte of application data
 * is written before the check.
 */
import { createHash } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';
import { ConnectError, PinMismatchError } from './transport.ts';

export interface PinnedTarget {
  /** https: or wss: URL; only host and port are used. */
  url: string;
  /** SHA-256 of the certificate (DER), lower-case hex. */
  fingerprint: string;
  connectMsMax: number;
  signal?: AbortSignal | undefined;
}

const PORT_DEFAULT = 443;

/** Host without the brackets of an IPv6 literal, and port. */
function hostAndPort(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? PORT_DEFAULT : Number.parseInt(port, 10),
  };
}

/** @throws ConnectError, PinMismatchError */
export async function connectPinned(target: PinnedTarget): Promise<tls.TLSSocket> {
  const { host, port } = hostAndPort(target.url);
  const socket = await connectTls(host, port, target);
  const seen = certificateFingerprint(socket);
  if (seen !== target.fingerprint) {
    socket.destroy();
    throw new PinMismatchError(target.fingerprint, seen);
  }
  return socket;
}

function certificateFingerprint(socket: tls.TLSSocket): string {
  const { raw } = socket.getPeerCertificate();
  // An empty object stands for "no certificate"; its type does not say so.
  return raw instanceof Buffer ? createHash('sha256').update(raw).digest('hex') : 'none';
}

function connectTls(host: string, port: number, target: PinnedTarget): Promise<tls.TLSSocket> {
  const where = `${net.isIPv6(host) ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      host,
      port,
      // The pin takes the place of the authority, the name and the dates.
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['http/1.1'],
      ...(net.isIP(host) === 0 ? { servername: host } : {}),
    });
    const settle = (): void => {
      clearTimeout(timer);
      target.signal?.removeEventListener('abort', onAbort);
      socket.off('secureConnect', onSecure);
      socket.off('error', onError);
      socket.off('close', onClose);
    };
    const fail = (message: string, cause?: unknown): void => {
      settle();
      // A late error has been answered already; without a listener it would end the process.
      socket.on('error', () => undefined);
      socket.destroy();
      reject(new ConnectError(message, { cause }));
    };
    const onSecure = (): void => {
      settle();
      resolve(socket);
    };
    const onError = (cause: Error): void => fail(`cannot connect to ${where}: ${describe(cause)}`, cause);
    const onClose = (): void => fail(`${where} closed the connection during the TLS handshake`);
    const onAbort = (): void => fail('stopped');
    const timer = setTimeout(
      () => fail(`${where} did not answer within ${target.connectMsMax} ms`),
      target.connectMsMax,
    );
    socket.on('secureConnect', onSecure);
    socket.on('error', onError);
    socket.on('close', onClose);
    target.signal?.addEventListener('abort', onAbort, { once: true });
    if (target.signal?.aborted === true) onAbort();
  });
}

/** An AggregateError (one per address tried) has no message of its own. */
function describe(error: Error): string {
  if (error instanceof AggregateError) return error.errors.map(String).join('; ');
  return error.message;
}
