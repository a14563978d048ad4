/**
 * Reads a rotated log that was compressed before the agent had read it to its end. Positions are those of the
 * text inside, so a checkpoint taken on the plain file stays valid. Reading goes forward; going back starts over.
 */
import fs from 'node:fs';
import zlib from 'node:zlib';
import type { Readable } from 'node:stream';
import type { ByteReader } from './file-access.ts';
import { diskPath } from './disk-name.ts';
import { toFileStat, type FileStat } from './file-stat.ts';

/** @throws when the file cannot be opened. The size reported is that of the compressed file. */
export async function openCompressed(path: string): Promise<ByteReader> {
  const handle = await fs.promises.open(
    diskPath(path),
    fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0),
  );
  let stats: FileStat;
  try {
    const found = await handle.stat({ bigint: true });
    if (!found.isFile()) throw new Error(`${path} is not a regular file`);
    stats = toFileStat(found);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return new CompressedReader(handle, stats, path.endsWith('.zst'));
}

class CompressedReader implements ByteReader {
  readonly compressed = true;
  readonly #handle: fs.promises.FileHandle;
  readonly #stats: FileStat;
  readonly #zstd: boolean;
  #text: Readable | undefined;
  #chunks: AsyncIterator<Buffer> | undefined;
  /** What is left of the last chunk, and the position of its first byte. */
  #rest: Buffer = Buffer.alloc(0);
  #position = 0;

  constructor(handle: fs.promises.FileHandle, stats: FileStat, zstd: boolean) {
    this.#handle = handle;
    this.#stats = stats;
    this.#zstd = zstd;
  }

  stat(): Promise<FileStat> {
    return Promise.resolve(this.#stats);
  }

  async read(into: Buffer, start: number, length: number, position: number): Promise<number> {
    if (this.#chunks === undefined || position < this.#position) this.#restart();
    for (;;) {
      const skip = Math.min(this.#rest.length, position - this.#position);
      this.#rest = this.#rest.subarray(skip);
      this.#position += skip;
      if (this.#rest.length > 0) {
        const count = this.#rest.copy(into, start, 0, length);
        this.#rest = this.#rest.subarray(count);
        this.#position += count;
        return count;
      }
      const next = await this.#chunks?.next();
      if (next === undefined || next.done === true) return 0;
      this.#rest = next.value;
    }
  }

  async close(): Promise<void> {
    this.#text?.destroy();
    await this.#handle.close();
  }

  #restart(): void {
    this.#text?.destroy();
    const input = this.#handle.createReadStream({ start: 0, autoClose: false });
    const inflate = this.#zstd ? zlib.createZstdDecompress() : zlib.createGunzip();
    input.on('error', (error) => inflate.destroy(error));
    this.#text = input.pipe(inflate);
    this.#chunks = this.#text[Symbol.asyncIterator]();
    this.#rest = Buffer.alloc(0);
    this.#position = 0;
  }
}
