/**
 * A request's body, whole, decompressed as its Content-Encoding says.
 * Invariant: never more than the limit is held, before or after decompression.
 */
import type { IncomingMessage } from 'node:http';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';

/** The body is too large or in an encoding that is not served. `status` is the HTTP status to answer. */
export class BodyRefusedError extends Error {
  override readonly name = 'BodyRefusedError';
  readonly status: number;
  /** ClickHouse exception code. */
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const LIMIT_EXCEEDED = 290;
const UNKNOWN_COMPRESSION_METHOD = 89;

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

async function collect(
  source: AsyncIterable<Buffer>,
  bytesMax: number,
): Promise<{ chunks: Buffer[]; bytes: number }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) {
      throw new BodyRefusedError(413, LIMIT_EXCEEDED, `the body is larger than ${bytesMax} bytes`);
    }
    chunks.push(chunk);
  }
  return { chunks, bytes };
}

/** @throws BodyRefusedError, or the stream's error when the peer went away or sent broken data */
export async function readBody(
  request: IncomingMessage,
  bytesMax: number,
): Promise<{ chunks: readonly Buffer[]; bytes: number }> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return collect(request, bytesMax);
  const decoder = DECODERS[encoding]?.();
  if (decoder === undefined) {
    throw new BodyRefusedError(415, UNKNOWN_COMPRESSION_METHOD, `Content-Encoding ${encoding} is not served`);
  }
  let result: { chunks: Buffer[]; bytes: number } = { chunks: [], bytes: 0 };
  await pipeline(request, decoder, async (source: AsyncIterable<Buffer>) => {
    result = await collect(source, bytesMax);
  });
  return result;
}
