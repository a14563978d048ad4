/** Which lengths of prefix there are, and for IPv4 one bit for each network of 24 bits: whether any indicator touches it. */

const BLOCKS = 2 ** 24;

export class PrefixFilter {
  readonly v4Prefixes: number[] = [];
  readonly v6Prefixes: number[] = [];
  /** Made with the first network. */
  #blocks: Uint32Array | undefined;

  get bytes(): number {
    return this.#blocks?.byteLength ?? 0;
  }

  add(words: Uint32Array, prefix: number): void {
    const prefixes = words.length === 1 ? this.v4Prefixes : this.v6Prefixes;
    if (!prefixes.includes(prefix)) prefixes.push(prefix);
    if (words.length > 1) return;
    this.#blocks ??= new Uint32Array(BLOCKS / 32);
    const from = (words[0] ?? 0) >>> 8;
    const count = prefix >= 24 ? 1 : 2 ** (24 - prefix);
    for (let block = from; block < from + count; block += 1) {
      const word = block >>> 5;
      this.#blocks[word] = (this.#blocks[word] ?? 0) | (1 << (block & 31));
    }
  }

  /** False: certainly none holds the IPv4 address. */
  mayHold(address: number): boolean {
    if (this.#blocks === undefined) return false;
    const block = address >>> 8;
    return (((this.#blocks[block >>> 5] ?? 0) >>> (block & 31)) & 1) === 1;
  }
}
