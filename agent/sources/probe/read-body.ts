/** Reads the body of an answer, uncompressed, up to a limit: neither a bomb nor an endless stream gets further. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import zlib from 'node:zlib';
import { ProbeError } from './probe-error.ts';

export interface Body {
  bytes: Buffer;
  /** There was more than the limit; it was not read. */
  cut: boolean;
  /** Compressed in a way that was not asked for: `bytes` are as they came. */
  unreadable: boolean;
}

/** Half a page that came whole is better than none; a stream cut short is the server's matter. */
const FORGIVING = { finishFlush: zlib.constants.Z_SYNC_FLUSH };

/** @throws ProbeError when the line breaks or what is compressed is not well-formed. */
export async function readBody(response: IncomingMessage, bytesMax: number): Promise<Body> {
  const encoding = (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const decompressor = makeDecompressor(encoding);
  const source: Readable = decompressor === undefined ? response : response.pipe(decompressor);
  // The line may break before its decompressor notices.
  const onBroken = (error: Error): void => void source.destroy(error);
  if (decompressor !== undefined) response.on('error', onBroken);
  const parts: Buffer[] = [];
  let length = 0;
  let cut = false;
  try {
    for await (const part of source as AsyncIterable<Buffer>) {
      const room = bytesMax - length;
      parts.push(part.length > room ? part.subarray(0, room) : part);
      length += Math.min(part.length, room);
      if (part.length > room) {
        cut = true;
        break;
      }
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ProbeError('broken', `the body cannot be read: ${reason}`, { cause });
  } finally {
    response.destroy();
    decompressor?.destroy();
  }
  return {
    bytes: Buffer.concat(parts, length),
    cut,
    unreadable: decompressor === undefined && encoding !== 'identity' && encoding !== '',
  };
}

function makeDecompressor(encoding: string): (Readable & NodeJS.WritableStream) | undefined {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return zlib.createGunzip(FORGIVING);
    case 'deflate':
      // With its frame, as the standard says.
      return zlib.createInflate(FORGIVING);
    case 'br':
      return zlib.createBrotliDecompress();
    default:
      return undefined;
  }
}
