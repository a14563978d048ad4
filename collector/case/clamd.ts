/**
 * The way to a ClamAV daemon: clamd(8), commands INSTREAM and PING over a Unix socket or TCP. Invariants: a talk has an end, and a file
 * that is larger than the daemon takes is never sent; whatever is not a plain answer is a fault, never "clean".
 */
import { createReadStream } from 'node:fs';
import net from 'node:net';

export type ClamdTarget = { path: string } | { host: string; port: number };

export const CLAMD_LIMITS = {
  /** StreamMaxLength of clamd unless its settings say otherwise. */
  bytesMax: 100 * 1_048_576,
  chunkBytes: 262_144,
  talkMsMax: 120_000,
  pingMsMax: 5_000,
  answerBytesMax: 4_096,
} as const;

export type ClamdVerdict = { kind: 'clean' } | { kind: 'infected'; signature: string };

/** The daemon did not say what the file is. */
export class ClamdError extends Error {
  override readonly name = 'ClamdError';
}

/** @param text `unix:/run/clamav/clamd.ctl` or `tcp:HOST:PORT` @throws RangeError */
export function parseClamdTarget(text: string): ClamdTarget {
  const path = /^unix:(\/.{1,100})$/.exec(text)?.[1];
  if (path !== undefined) return { path };
  const [, host, port] = /^tcp:\[?([\w.:-]{1,255}?)\]?:(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535)
    throw new RangeError('write it like unix:/run/clamav/clamd.ctl or tcp:127.0.0.1:3310');
  return { host, port: Number(port) };
}

/** Sends what is given, and reads one answer. @throws ClamdError, what `pieces` throws */
async function talk(target: ClamdTarget, pieces: AsyncIterable<Uint8Array>, msMax: number): Promise<string> {
  const socket = net.connect({ ...target, allowHalfOpen: true });
  const timer = setTimeout(() => socket.destroy(new Error(`no answer within ${msMax / 1_000} s`)), msMax);
  const answer = readAnswer(socket);
  // Looked at below: when the daemon hangs up while a piece is written, its answer says why.
  answer.catch(() => undefined);
  // Who reads the answer, or waits for room, is told by the end of the socket; a fault after that has nobody to be told to.
  socket.on('error', () => socket.destroy());
  try {
    for await (const piece of pieces) {
      if (socket.destroyed) break;
      if (!socket.write(piece)) await Promise.race([drained(socket), answer]);
    }
    return await answer;
  } catch (error) {
    if (error instanceof ClamdError) throw error;
    throw new ClamdError(`the virus scanner: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

function drained(socket: net.Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.on('drain', done);
    socket.on('close', done);
  });
}

async function readAnswer(socket: net.Socket): Promise<string> {
  let answer = '';
  for await (const part of socket) {
    answer += String(part);
    if (answer.length > CLAMD_LIMITS.answerBytesMax) throw new ClamdError('the virus scanner said too much');
    if (answer.includes('\0')) break;
  }
  return answer.replace(/\0[^]*$/, '').trim();
}

async function* streamOf(file: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from('zINSTREAM\0');
  for await (const chunk of createReadStream(file, { highWaterMark: CLAMD_LIMITS.chunkBytes })) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('a file is read as bytes');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(chunk.length);
    yield length;
    yield chunk;
  }
  yield Buffer.alloc(4);
}

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of one piece
async function* pingOf(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('zPING\0');
}

/** @param msMax how long the whole of it may take @throws ClamdError, the system's error when the file cannot be read */
export async function scanFile(
  target: ClamdTarget,
  file: string,
  msMax: number = CLAMD_LIMITS.talkMsMax,
): Promise<ClamdVerdict> {
  const answer = await talk(target, streamOf(file), msMax);
  if (answer === 'stream: OK') return { kind: 'clean' };
  const signature = /^stream: ([\w.:/+() -]{1,256}) FOUND$/.exec(answer)?.[1];
  if (signature !== undefined) return { kind: 'infected', signature };
  throw new ClamdError(`the virus scanner answers "${answer.slice(0, 200).replaceAll(/[^ -~]/g, '?')}"`);
}

/** @throws ClamdError when it does not answer as clamd does */
export async function pingClamd(target: ClamdTarget): Promise<void> {
  const answer = await talk(target, pingOf(), CLAMD_LIMITS.pingMsMax);
  if (answer !== 'PONG') throw new ClamdError('what listens there is no clamd');
}
