/**
 * A TLS connection to a server that proved to hold the key of the pinned certificate. Who issued it, for which
 * name and until when does not matter: a wrong PC clock must not cut an agent off. No byte of application data
 * is written before the check.
 */
import { createHash } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';
import { formatHostPort, mustParseAddress } from './address.ts';
import { describe, dial } from './dial.ts';
import type { DialTarget } from './dial.ts';
import { ConnectError, PinMismatchError } from './transport.ts';

export interface PinnedTarget extends DialTarget {
  /** SHA-256 of the certificate (DER), lower-case hex. */
  fingerprint: string;
}

/** @throws ConnectError, PinMismatchError */
export async function connectPinned(target: PinnedTarget): Promise<tls.TLSSocket> {
  const startedMs = performance.now();
  const raw = await dial(target);
  const msLeft = Math.max(1, target.connectMsMax - (performance.now() - startedMs));
  const socket = await handshake(raw, target, msLeft);
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

function handshake(raw: net.Socket, target: PinnedTarget, msLeft: number): Promise<tls.TLSSocket> {
  const { host, port } = mustParseAddress(target.url);
  const where = formatHostPort(host, port);
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      socket: raw,
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
    const timer = setTimeout(() => fail(`${where} did not answer within ${target.connectMsMax} ms`), msLeft);
    socket.on('secureConnect', onSecure);
    socket.on('error', onError);
    socket.on('close', onClose);
    target.signal?.addEventListener('abort', onAbort, { once: true });
    if (target.signal?.aborted === true) onAbort();
  });
}
