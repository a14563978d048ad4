/** Bytes as they are, or unpacked when they are gzip: told by their first two bytes, not by a name. */
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

const MAGIC = [0x1f, 0x8b] as const;
/** Large, since each chunk is handed on with a wait. */
const UNPACKED_CHUNK_BYTES = 262_144;

/** @throws the stream's error, with code `Z_...` for what is damaged or cut. */
export async function* expandGzip(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const chunks = bytes[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
    if (head.length >= MAGIC.length) break;
  }
  async function* all(): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    yield* { [Symbol.asyncIterator]: () => chunks };
  }
  if (!MAGIC.every((byte, place) => head[place] === byte)) {
    yield* all();
    return;
  }
  // A fault on the way is thrown by the iteration of the last stream.
  const unpacked: AsyncIterable<Buffer> = pipeline(
    Readable.from(all()),
    createGunzip({ chunkSize: UNPACKED_CHUNK_BYTES }),
    () => undefined,
  );
  yield* unpacked;
}
