/** Which lengths of prefix there are, and for IPv4 one bit for each network of 24 bits: whether any indicator touches it. */
import type { SharedPrefixes } from './shared-index.ts';

const BLOCKS = 2 ** 24;

export class PrefixFilter {
  readonly v4Prefixes: number[] = [];
  readonly v6Prefixes: number[] = [];
  /** Made with the first network. */
  #blocks: Uint32Array | undefined;
  /** Grows when others have to be told more than what is in the memory they share. */
  layout = 0;

  /** Somebody else's, to be looked into. */
  static over({ v4, v6, blocks }: SharedPrefixes): PrefixFilter {
    const filter = new PrefixFilter();
    filter.v4Prefixes.push(...v4);
    filter.v6Prefixes.push(...v6);
    filter.#blocks = blocks;
    return filter;
  }

  share(): SharedPrefixes {
    return { v4: this.v4Prefixes, v6: this.v6Prefixes, blocks: this.#blocks };
  }

  get bytes(): number {
    return this.#blocks?.byteLength ?? 0;
  }

  add(words: Uint32Array, prefix: number): void {
    const prefixes = words.length === 1 ? this.v4Prefixes : this.v6Prefixes;
    if (!prefixes.includes(prefix)) {
      prefixes.push(prefix);
      this.layout += 1;
    }
    if (words.length > 1) return;
    this.#blocks ??= new Uint32Array(new SharedArrayBuffer(BLOCKS / 8));
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
