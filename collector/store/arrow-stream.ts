/**
 * A record batch as the pieces of an ArrowStream. The large ones are the columns' own memory: a second copy of each batch
 * would be most of what an insert allocates. Invariant: the pieces in order are what the library writes.
 */
import { type RecordBatch, RecordBatchStreamWriter } from 'apache-arrow';

/** Smaller pieces are put together: each costs something by itself on its way through a socket. */
const PIECE_BYTES_MIN = 32_768;

/** Takes what the library writes instead of joining it. */
class PieceWriter extends RecordBatchStreamWriter {
  readonly pieces: Uint8Array[] = [];
  #small: Uint8Array[] = [];
  #smallBytes = 0;

  protected override _write(written: Parameters<RecordBatchStreamWriter['_write']>[0]): this {
    const chunk = bytesOf(written);
    const { byteLength } = chunk;
    if (byteLength === 0) return this;
    this._position += byteLength;
    if (byteLength >= PIECE_BYTES_MIN) {
      this.joinSmall();
      this.pieces.push(chunk);
      return this;
    }
    this.#small.push(chunk);
    this.#smallBytes += byteLength;
    if (this.#smallBytes >= PIECE_BYTES_MIN) this.joinSmall();
    return this;
  }

  joinSmall(): void {
    if (this.#smallBytes === 0) return;
    this.pieces.push(Buffer.concat(this.#small, this.#smallBytes));
    this.#small = [];
    this.#smallBytes = 0;
  }
}

/** Headers are arrays of numbers, columns of whatever they hold. */
function bytesOf(written: unknown): Uint8Array {
  if (written instanceof Uint8Array) return written;
  if (ArrayBuffer.isView(written)) {
    return new Uint8Array(written.buffer, written.byteOffset, written.byteLength);
  }
  throw new TypeError('the stream of a record batch is made of bytes');
}

export function streamOf(batch: RecordBatch): readonly Uint8Array[] {
  const writer = new PieceWriter();
  writer.write(batch);
  writer.finish();
  writer.joinSmall();
  return writer.pieces;
}
