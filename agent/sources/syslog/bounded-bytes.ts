/** Bytes that come in pieces: the first so many are held in one buffer that grows with them, the rest is counted. */
const CAPACITY_MIN = 1_024;

export class BoundedBytes {
  readonly #bytesMax: number;
  #buffer: Buffer = Buffer.alloc(0);
  #length = 0;
  #missing = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  append(bytes: Buffer): void {
    const kept = bytes.subarray(0, this.#bytesMax - this.#length);
    this.#reserve(this.#length + kept.length);
    kept.copy(this.#buffer, this.#length);
    this.#length += kept.length;
    this.#missing += bytes.length - kept.length;
  }

  /** Bytes that never came. */
  miss(count: number): void {
    this.#missing += count;
  }

  /** Hands out what there is, and begins anew. */
  take(): { bytes: Buffer; missingBytes: number } {
    const taken = { bytes: Buffer.from(this.#buffer.subarray(0, this.#length)), missingBytes: this.#missing };
    // One long message must not keep its room for the life of a connection.
    if (this.#buffer.length > CAPACITY_MIN) this.#buffer = Buffer.alloc(0);
    this.#length = 0;
    this.#missing = 0;
    return taken;
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#buffer.length) return;
    const capacity = Math.min(this.#bytesMax, Math.max(CAPACITY_MIN, bytes, this.#buffer.length * 2));
    const grown = Buffer.alloc(capacity);
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}
