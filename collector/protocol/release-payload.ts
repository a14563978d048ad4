/**
 * A payload cut into its files while it is read. Nothing comes out of it that the list does not name, by length and digest;
 * whatever unpacks to more than was signed is stopped at the first byte too many.
 */
import { createHash, type Hash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { ReleaseFile, ReleasePart } from './release.ts';

export type PayloadFault = 'payload-size' | 'payload-digest' | 'file-digest' | 'unpack';

/** The bytes are not those that were signed. */
export class PayloadError extends Error {
  override readonly name = 'PayloadError';
  readonly code: PayloadFault;

  constructor(code: PayloadFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Takes the files in, one after another. */
export interface FileSink {
  begin(file: ReleaseFile): void;
  write(bytes: Uint8Array): void;
  /** It is whole, and as it was signed. */
  end(file: ReleaseFile): void;
}

/** @throws PayloadError, and whatever the sink throws */
export async function cutPayload(
  part: ReleasePart,
  packed: AsyncIterable<Uint8Array>,
  sink: FileSink,
): Promise<void> {
  const cutter = new Cutter(part.files, sink);
  const cut = async (bytes: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of bytes) cutter.take(chunk);
    cutter.finish();
  };
  const source = counted(part, packed);
  if (part.packed === 'none') return cut(source);
  try {
    await pipeline(source, createGunzip(), cut);
  } catch (cause) {
    // zlib says what it cannot unpack by codes of its own.
    if (cause instanceof Error && 'errno' in cause && String(Reflect.get(cause, 'code')).startsWith('Z_'))
      throw new PayloadError('unpack', `the payload does not unpack: ${cause.message}`, { cause });
    throw cause;
  }
}

/** The bytes as they come, held to the length and digest that were signed. */
async function* counted(
  { bytes, sha256 }: ReleasePart,
  packed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let taken = 0;
  for await (const chunk of packed) {
    taken += chunk.length;
    if (taken > bytes) throw new PayloadError('payload-size', `the payload is longer than ${bytes} bytes`);
    hash.update(chunk);
    yield chunk;
  }
  if (taken < bytes)
    throw new PayloadError('payload-size', `the payload ends after ${taken} of ${bytes} bytes`);
  if (hash.digest('hex') !== sha256)
    throw new PayloadError('payload-digest', 'the payload is not the one that was signed');
}

class Cutter {
  readonly #files: readonly ReleaseFile[];
  readonly #sink: FileSink;
  #next = 0;
  #open: { file: ReleaseFile; left: number; hash: Hash } | undefined;

  constructor(files: readonly ReleaseFile[], sink: FileSink) {
    this.#files = files;
    this.#sink = sink;
  }

  take(chunk: Uint8Array): void {
    let rest = chunk;
    while (rest.length > 0) {
      const open = this.#opened();
      if (open === undefined)
        throw new PayloadError('payload-size', 'the payload unpacks to more than its files');
      const piece = rest.subarray(0, open.left);
      this.#sink.write(piece);
      open.hash.update(piece);
      open.left -= piece.length;
      rest = rest.subarray(piece.length);
      if (open.left === 0) this.#close(open);
    }
  }

  finish(): void {
    // Files without a byte may stand at the end.
    const open = this.#opened();
    if (open !== undefined)
      throw new PayloadError('payload-size', `the payload ends within ${open.file.path}`);
  }

  /** The file that the next byte belongs to; files without a byte are begun and ended on the way. */
  #opened(): { file: ReleaseFile; left: number; hash: Hash } | undefined {
    while (this.#open === undefined) {
      const file = this.#files[this.#next];
      if (file === undefined) return undefined;
      this.#next += 1;
      this.#sink.begin(file);
      const open = { file, left: file.bytes, hash: createHash('sha256') };
      if (file.bytes === 0) this.#close(open);
      else this.#open = open;
    }
    return this.#open;
  }

  #close({ file, hash }: { file: ReleaseFile; hash: Hash }): void {
    if (hash.digest('hex') !== file.sha256)
      throw new PayloadError('file-digest', `${file.path} is not the one that was signed`);
    this.#sink.end(file);
    this.#open = undefined;
  }
}
