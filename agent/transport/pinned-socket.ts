/**
 * A TLS connection to a server that proved to hold the key of a trusted certificate (trust.ts). No byte of application
 * data is written before the check; a server that is not known is asked one thing only, on a connection of its own:
 * what it has to show from the one that is.
 */
import { createHash } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';
import { jsonOf } from '#protocol/json-of.ts';
import { leadsTo, rotationAnswerSchema } from '#protocol/rotation.ts';
import { ROTATION_PATH } from '#protocol/version.ts';
import { formatHostPort, mustParseAddress } from './address.ts';
import { describe, dial } from './dial.ts';
import type { DialTarget } from './dial.ts';
import { httpOnce } from './http-once.ts';
import { ConnectError, PinMismatchError } from './transport.ts';
import { isOfAuthority, shownBy } from './trust.ts';
import type { Trust } from './trust.ts';
import { monotonicNow } from '../monotonic-now.ts';

export interface PinnedTarget extends DialTarget {
  trust: Trust;
  /** The collector's time, milliseconds since 1970; undefined while it is not known. */
  collectorNow?: (() => number | undefined) | undefined;
  /** A trusted certificate named this one as its successor. */
  onSuccessor?: ((fingerprint: string) => void) | undefined;
}

const ROTATION_MS_MAX = 10_000;
const ROTATION_CHARS_MAX = 1_048_576;

/** @throws ConnectError, PinMismatchError */
export async function connectPinned(target: PinnedTarget): Promise<tls.TLSSocket> {
  const startedMs = monotonicNow();
  const raw = await dial(target);
  const msLeft = Math.max(1, target.connectMsMax - (monotonicNow() - startedMs));
  const socket = await handshake(raw, target, msLeft);
  try {
    await check(socket, target);
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
}

/** @throws PinMismatchError, ConnectError */
async function check(socket: tls.TLSSocket, target: PinnedTarget): Promise<void> {
  const { fingerprints, caPem } = target.trust;
  // Now: once the other end has closed, the socket tells no longer what it showed.
  const shown = shownDer(socket);
  const seen = nameOf(shown);
  if (fingerprints.includes(seen)) return;
  const { host } = mustParseAddress(target.url);
  if (caPem !== undefined && isOfAuthority(socket, caPem, host, target.collectorNow?.())) return;
  if (fingerprints.length > 0 && (await isSuccessor(seen, target))) {
    target.onSuccessor?.(seen);
    return;
  }
  throw new PinMismatchError(fingerprints.at(-1) ?? 'one of the given authority', seen, shown);
}

/**
 * Whether what the server publishes leads from a trusted certificate to its own. Nothing secret is asked or sent, and
 * what comes back is believed by its signatures alone.
 */
async function isSuccessor(seen: string, target: PinnedTarget): Promise<boolean> {
  const socket = await handshake(await dial(target), target, target.connectMsMax);
  try {
    const { status, text } = await httpOnce(socket, {
      method: 'GET',
      path: ROTATION_PATH,
      authority: mustParseAddress(target.url).authority,
      answerMsMax: ROTATION_MS_MAX,
      answerCharsMax: ROTATION_CHARS_MAX,
      purpose: 'the question for the successors of the certificate',
    });
    if (status !== 200) return false;
    const answer = rotationAnswerSchema.safeParse(jsonOf(text));
    return answer.success && leadsTo(target.trust.fingerprints, seen, answer.data.statements);
  } catch (error) {
    // A server that is not the collector may answer anything, or nothing.
    if (error instanceof ConnectError) return false;
    throw error;
  } finally {
    socket.destroy();
  }
}

/** SHA-256 of the certificate the server showed (DER), lower-case hex. */
export function peerFingerprint(socket: tls.TLSSocket): string {
  return nameOf(shownDer(socket));
}

const nameOf = (der: Uint8Array | undefined): string => (der === undefined ? 'none' : fingerprintOf(der));

function shownDer(socket: tls.TLSSocket): Uint8Array | undefined {
  // Null where the connection has ended; its type does not say so.
  if (socket.destroyed) return undefined;
  const { raw } = socket.getPeerCertificate();
  // An empty object stands for "no certificate"; its type does not say so.
  return raw instanceof Buffer ? raw : undefined;
}

const fingerprintOf = (der: Uint8Array): string => createHash('sha256').update(der).digest('hex');

function handshake(
  raw: net.Socket,
  target: Pick<PinnedTarget, 'url' | 'trust' | 'signal' | 'connectMsMax'>,
  msLeft: number,
): Promise<tls.TLSSocket> {
  const { host, port } = mustParseAddress(target.url);
  const where = formatHostPort(host, port);
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      socket: raw,
      // What is found out about authority, name and dates is judged in check().
      rejectUnauthorized: false,
      host,
      // Never the authorities of the runtime, which nobody asks here; to have them read takes 2 MB.
      ca: target.trust.caPem ?? [],
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

/**
 * The authority with this fingerprint, as the server shows it; PEM. The connection is not used for anything else.
 * @throws PinMismatchError when the server shows no such certificate, ConnectError
 */
export async function fetchAuthority(target: DialTarget, fingerprint: string): Promise<string> {
  const untrusting = { ...target, trust: { fingerprints: [] } };
  const socket = await handshake(await dial(target), untrusting, target.connectMsMax);
  try {
    const found = shownBy(socket).find((certificate) => fingerprintOf(certificate.raw) === fingerprint);
    if (found === undefined)
      throw new PinMismatchError(fingerprint, peerFingerprint(socket), shownDer(socket));
    return found.toString();
  } finally {
    socket.destroy();
  }
}
