/** Numbers in order, in chunks: to add, to take out and to find by rank cost the length of one chunk and their number. */
const CHUNK_MAX = 512;

export class SortedNumbers {
  readonly #chunks: number[][] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#size = 0;
  }

  add(number: number): void {
    this.#size += 1;
    const at = Math.min(this.#chunkOf(number), Math.max(0, this.#chunks.length - 1));
    const chunk = this.#chunks[at];
    if (chunk === undefined) {
      this.#chunks.push([number]);
      return;
    }
    chunk.splice(placeIn(chunk, number), 0, number);
    if (chunk.length > CHUNK_MAX) this.#chunks.splice(at + 1, 0, chunk.splice(CHUNK_MAX >> 1));
  }

  /** Takes out one of the numbers that are equal to it. */
  remove(number: number): void {
    const at = this.#chunkOf(number);
    const chunk = this.#chunks[at];
    const place = chunk === undefined ? -1 : placeIn(chunk, number);
    if (chunk?.[place] !== number) return;
    this.#size -= 1;
    chunk.splice(place, 1);
    const next = this.#chunks[at + 1];
    if (chunk.length === 0) this.#chunks.splice(at, 1);
    else if (next !== undefined && chunk.length + next.length < CHUNK_MAX >> 1)
      this.#chunks.splice(at, 2, [...chunk, ...next]);
  }

  /** @param rank from 0, least first */
  at(rank: number): number | undefined {
    let left = rank;
    for (const chunk of this.#chunks) {
      if (left < chunk.length) return chunk[left];
      left -= chunk.length;
    }
    return undefined;
  }

  /** The first chunk that ends with this number or a larger one. */
  #chunkOf(number: number): number {
    return firstWhere(this.#chunks.length, (at) => (this.#chunks[at]?.at(-1) ?? 0) >= number);
  }
}

function placeIn(chunk: readonly number[], number: number): number {
  return firstWhere(chunk.length, (at) => (chunk[at] ?? 0) >= number);
}

function firstWhere(length: number, holds: (at: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
