/**
 * Numbers, bytes and texts in one piece of memory, which goes to another thread without being copied. What reads asks for
 * the same things in the same order as what wrote.
 */

/** A pack as it is sent. */
export interface Pack {
  /** To be transferred. */
  buffer: ArrayBuffer;
  /** Bytes of each part, in order. */
  sizes: readonly number[];
  texts: readonly (readonly string[])[];
}

/** Places of values, the second not included. */
export interface Stretch {
  from: number;
  to: number;
}

type Part = Int32Array | Float64Array | Uint8Array;

/** Every part begins where any of them may. */
const ALIGNMENT = 8;
const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

export class PackWriter {
  /** Not copied before `close`. */
  readonly #parts: Part[] = [];
  readonly #texts: (readonly string[])[] = [];
  #bytes = 0;

  numbers(values: Int32Array): void {
    this.#add(values);
  }

  /** Times and sequences, which may be larger. */
  wholeNumbers(values: Float64Array): void {
    this.#add(values);
  }

  bytes(values: Uint8Array): void {
    this.#add(values);
  }

  texts(values: readonly string[]): void {
    this.#texts.push(values);
  }

  #add(part: Part): void {
    this.#parts.push(part);
    this.#bytes += aligned(part.byteLength);
  }

  close(): Pack {
    const bytes = new Uint8Array(this.#bytes);
    let at = 0;
    for (const { buffer, byteOffset, byteLength } of this.#parts) {
      bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
      at += aligned(byteLength);
    }
    const sizes = this.#parts.map(({ byteLength }) => byteLength);
    return { buffer: bytes.buffer, sizes, texts: this.#texts };
  }
}

export class PackReader {
  readonly #pack: Pack;
  #part = 0;
  #text = 0;
  #at = 0;

  constructor(pack: Pack) {
    this.#pack = pack;
  }

  numbers(): Int32Array {
    const [at, bytes] = this.#next();
    return new Int32Array(this.#pack.buffer, at, bytes / Int32Array.BYTES_PER_ELEMENT);
  }

  wholeNumbers(): Float64Array {
    const [at, bytes] = this.#next();
    return new Float64Array(this.#pack.buffer, at, bytes / Float64Array.BYTES_PER_ELEMENT);
  }

  bytes(): Uint8Array {
    const [at, bytes] = this.#next();
    return new Uint8Array(this.#pack.buffer, at, bytes);
  }

  texts(): readonly string[] {
    const texts = this.#pack.texts[this.#text];
    if (texts === undefined) throw new RangeError('the pack has no more texts');
    this.#text += 1;
    return texts;
  }

  #next(): [number, number] {
    const bytes = this.#pack.sizes[this.#part];
    if (bytes === undefined) throw new RangeError('the pack has no more parts');
    const at = this.#at;
    this.#part += 1;
    this.#at += aligned(bytes);
    return [at, bytes];
  }
}
