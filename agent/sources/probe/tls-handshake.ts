/** TLS over a connection that is there, with whatever the server can: what is weak about it is a finding, no obstacle. */
import net from 'node:net';
import tls from 'node:tls';
import { describe } from '../../transport/dial.ts';
import { ProbeError } from './probe-error.ts';
import { tlsFacts } from './tls-facts.ts';
import type { TlsFacts } from './tls-facts.ts';

export interface HandshakeOptions {
  host: string;
  signal: AbortSignal;
  caPem?: string | undefined;
  /** Nothing newer than TLS 1.1: to see whether the server still takes it. */
  legacyOnly?: boolean | undefined;
}

/** OpenSSL refuses old versions and short keys unless told that no level of security is asked for. */
const ANY_CIPHER = 'DEFAULT:@SECLEVEL=0';

/** @throws ProbeError */
export async function handshake(
  raw: net.Socket,
  options: HandshakeOptions,
): Promise<{ socket: tls.TLSSocket; facts: TlsFacts | undefined }> {
  const socket = await begin(raw, options);
  try {
    return { socket, facts: tlsFacts(socket, options.host) };
  } catch (cause) {
    // A certificate that cannot be read.
    socket.destroy();
    throw new ProbeError('tls-failed', `its certificate cannot be read: ${describe(cause)}`, { cause });
  }
}

function begin(raw: net.Socket, options: HandshakeOptions): Promise<tls.TLSSocket> {
  const { host, signal, caPem, legacyOnly = false } = options;
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      socket: raw,
      rejectUnauthorized: false,
      host,
      minVersion: 'TLSv1',
      maxVersion: legacyOnly ? 'TLSv1.1' : 'TLSv1.3',
      ciphers: ANY_CIPHER,
      minDHSize: 1,
      ALPNProtocols: ['http/1.1'],
      ...(caPem === undefined ? {} : { ca: [...tls.rootCertificates, caPem] }),
      ...(net.isIP(host) === 0 ? { servername: host } : {}),
    });
    const fail = (cause: Error): void => {
      signal.removeEventListener('abort', onAbort);
      // A late error has been answered already; without a listener it would end the process.
      socket.on('error', () => undefined);
      socket.destroy();
      const failure = signal.aborted ? 'no-answer' : 'tls-failed';
      reject(new ProbeError(failure, `no TLS with ${host}: ${describe(cause)}`, { cause }));
    };
    const onClose = (): void => fail(new Error('it closed the connection'));
    const onAbort = (): void => fail(new Error('the time is over'));
    socket.once('error', fail);
    socket.once('close', onClose);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('secureConnect', () => {
      signal.removeEventListener('abort', onAbort);
      socket.off('error', fail);
      socket.off('close', onClose);
      // Between two users of the socket nobody else listens.
      socket.on('error', () => undefined);
      resolve(socket);
    });
    if (signal.aborted) onAbort();
  });
}
